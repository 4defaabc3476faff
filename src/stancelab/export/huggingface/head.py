"""The head of a fine-tuned encoder as one matrix and one row of numbers, its correction folded in.

What can be folded in is exported; what cannot is refused, since a plain softmax would answer
differently.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stancelab.export.onnx.wanted import ExportError
from stancelab.finetuning.pooling import STANCE
from stancelab.predictors.abstaining import AbstainingPredictor
from stancelab.predictors.blind import ActorBlindPredictor
from stancelab.predictors.calibrated import CalibratedPredictor
from stancelab.predictors.transformer import TransformerPredictor
from stancelab.schema import LABELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stancelab.predictors.base import Predictor

_INSTEAD = "use --format bundle or mlflow"
_SUMS = "a head of transformers adds no probabilities up, and several labels of this one are one"
_NEVER = -1e4
"""Intercept of a label that training lacked: its probability is 0 in any precision."""


@dataclass(frozen=True, slots=True, eq=False)
class FoldedHead:
    """A trained encoder, and its head as `softmax(weight @ summary + bias)` takes it.

    Attributes
    ----------
    found : TransformerPredictor
        What was trained.
    weight : numpy.ndarray, shape (3, n)
    bias : numpy.ndarray, shape (3,)
    """

    found: TransformerPredictor
    weight: NDArray[np.float32]
    bias: NDArray[np.float32]


def fold_head(predictor: Predictor) -> FoldedHead:
    """Fold what lies around a fine-tuned encoder into its head.

    A temperature divides weight and bias. A label that training lacked gets a bias that leaves
    nothing of it.

    Raises
    ------
    ExportError
        It is no fine-tuned encoder, or something around it cannot be folded in.
    """
    temperature = 1.0
    while not isinstance(predictor, TransformerPredictor):
        if not isinstance(predictor, CalibratedPredictor) or predictor.method != "temperature":
            raise ExportError(f"--format huggingface: {_why_not(predictor)}; {_INSTEAD}")
        temperature *= predictor.temperature
        predictor = predictor.inner
    codes = list(predictor.codes)
    if len(set(codes)) < len(codes):
        raise ExportError(f"--format huggingface: {_SUMS}; {_INSTEAD}")
    own = [predictor.weights[f"heads.{STANCE}.{part}"] for part in ("weight", "bias")]
    weight, bias = (np.zeros((len(LABELS), *one.shape[1:])) for one in own)
    weight[codes], bias[codes] = (one.astype(np.float64) / temperature for one in own)
    lacked = np.setdiff1d(np.arange(len(LABELS)), predictor.known)
    weight[lacked], bias[lacked] = 0.0, _NEVER
    return FoldedHead(predictor, weight.astype(np.float32), bias.astype(np.float32))


def _why_not(predictor: Predictor) -> str:
    if isinstance(predictor, AbstainingPredictor):
        return "a head of transformers always answers, so it cannot hold what --abstain chose"
    if isinstance(predictor, CalibratedPredictor):
        return "isotonic curves cannot be folded into a head, as a temperature can"
    if isinstance(predictor, ActorBlindPredictor):
        return "the actor-blind control hides the actor from its encoder, which transformers do not"
    return 'holds a fine-tuned encoder (kind = "transformer"), and this model is none'
