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


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn scores into probabilities along the last axis."""
    powers: NDArray[np.float64] = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: NDArray[np.float64] = powers / powers.sum(axis=-1, keepdims=True)
    return shares
