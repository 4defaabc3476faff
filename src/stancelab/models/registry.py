"""The model kinds by name; adding one is a module and a line here."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from stancelab.errors import UnknownNameError
from stancelab.models.base import ModelConfig

KINDS = {
    "majority": "stancelab.models.baselines:MajorityConfig",
    "actor_majority": "stancelab.models.baselines:ActorMajorityConfig",
    "lexicon": "stancelab.models.lexicon:LexiconConfig",
    "tfidf_logreg": "stancelab.models.linear:TfidfLogregConfig",
    "tfidf_word_logreg": "stancelab.models.linear:TfidfWordLogregConfig",
    "embedding_logreg": "stancelab.models.linear:EmbeddingLogregConfig",
    "transformer": "stancelab.models.transformer:TransformerConfig",
    "few_shot": "stancelab.models.few_shot:FewShotConfig",
    "ensemble": "stancelab.models.ensemble:EnsembleConfig",
    "distil": "stancelab.models.distil:DistilConfig",
    "zero_shot": "stancelab.models.zero_shot:ZeroShotConfig",
    "llm": "stancelab.models.llm:LlmConfig",
    "sklearn": "stancelab.models.estimator:EstimatorConfig",
}
CONTROLS = ("majority", "actor_majority")
"""Kinds that come with every experiment and are never chosen as its best."""


def config_class(kind: str, where: str = "") -> type[ModelConfig]:
    """Find the config class of a kind.

    Raises
    ------
    UnknownNameError
        There is no such kind; names the closest.
    """
    if kind not in KINDS:
        raise UnknownNameError("model kind", kind, KINDS, where)
    module, name = KINDS[kind].split(":")
    return cast(type[ModelConfig], getattr(import_module(module), name))
