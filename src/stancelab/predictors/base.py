"""The predictor contract: probabilities out of a statement table, and a state to save."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, cast

import numpy as np

from stancelab.errors import UnknownNameError

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

KINDS = {
    "constant": "stancelab.predictors.priors:ConstantPredictor",
    "actor_prior": "stancelab.predictors.priors:ActorPriorPredictor",
    "lexicon": "stancelab.predictors.lexicon:LexiconPredictor",
    "tfidf_linear": "stancelab.predictors.linear:TfidfLinearPredictor",
    "embedding_linear": "stancelab.predictors.linear:EmbeddingLinearPredictor",
    "transformer": "stancelab.predictors.transformer:TransformerPredictor",
    "onnx_transformer": "stancelab.predictors.onnx_transformer:OnnxTransformerPredictor",
    "onnx_embedding": "stancelab.predictors.onnx_embedding:OnnxEmbeddingPredictor",
    "entailment": "stancelab.predictors.entailment:EntailmentPredictor",
    "llm": "stancelab.predictors.llm:LlmPredictor",
    "estimator": "stancelab.predictors.estimator:EstimatorPredictor",
    "ensemble": "stancelab.predictors.ensemble:EnsemblePredictor",
    "actor_blind": "stancelab.predictors.blind:ActorBlindPredictor",
    "calibrated": "stancelab.predictors.calibrated:CalibratedPredictor",
    "abstaining": "stancelab.predictors.abstaining:AbstainingPredictor",
}
"""Where each kind of predictor lives; a kind is imported when one is loaded."""

WRAPPERS = ("actor_blind", "calibrated", "abstaining")
"""Kinds that hold another predictor as ``inner``, and its kind and settings in their own."""


ENSEMBLE = "ensemble"
HOLDERS = (*WRAPPERS, ENSEMBLE)
"""Kinds that hold others: one, or several as ``members``."""

SERVICES = ("llm",)
"""Kinds that ask a service on the network; no bundle holds one, as a bundle never calls out."""


@dataclass(frozen=True, slots=True)
class State:
    """All that a predictor is.

    Attributes
    ----------
    settings : mapping
        What JSON can hold.
    arrays : mapping of str to numpy.ndarray
        What safetensors holds.
    files : mapping of str to Path
        Whole files by their name in a bundle, such as an ONNX graph and its tokenizer; a predictor
        that came from a bundle reads them where they lie.
    """

    settings: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    files: Mapping[str, Path] = field(default_factory=dict)


class Predictor(Protocol):
    """Answers with the probabilities of hostile, neutral and cooperative."""

    kind: ClassVar[str]

    def predict_proba(self, table: pa.Table) -> NDArray[np.float64]:
        """Give the probabilities, shape (n_rows, 3), rows summing to one."""

    def state(self) -> State:
        """Give what `from_state` needs to make this predictor again."""

    @classmethod
    def from_state(cls, state: State) -> Self:
        """Make a predictor from its saved state."""


def predictor_class(kind: str) -> type[Predictor]:
    """Find the class of a kind of predictor.

    Raises
    ------
    UnknownNameError
        There is no such kind.
    """
    if kind not in KINDS:
        raise UnknownNameError("kind of predictor", kind, KINDS)
    module, name = KINDS[kind].split(":")
    return cast(type[Predictor], getattr(import_module(module), name))


def innermost(predictor: Predictor) -> Predictor:
    """Look through wrappers to the predictor that does the work."""
    while predictor.kind in WRAPPERS:
        predictor = cast(Any, predictor).inner
    return predictor


def services_in(predictor: Predictor) -> list[Any]:
    """List what asks a service on the network: a predictor itself, or what it holds."""
    inner: Any = innermost(predictor)
    members = inner.members if inner.kind == ENSEMBLE else []
    own = [inner] if inner.kind in SERVICES else []
    return own + [found for one in members for found in services_in(one)]


def held_by(kind: str, settings: object) -> list[tuple[object, object]]:
    """Give the kinds and settings of what a predictor holds; nothing where they are not there.

    Examples
    --------
    >>> held_by("calibrated", {"kind": "lexicon", "settings": {}, "temperature": 2.0})
    [('lexicon', {})]
    """
    if kind not in HOLDERS or not isinstance(settings, Mapping):
        return []
    held = settings.get("members") if kind == ENSEMBLE else [settings]
    each = [one for one in held or () if isinstance(one, Mapping)] if isinstance(held, list) else []
    return [(one.get("kind"), one.get("settings")) for one in each]


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn scores into probabilities along the last axis."""
    powers: NDArray[np.float64] = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return shares
