"""A predictor that does not answer where it is not sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from stancelab.predictors.base import Predictor, State
from stancelab.predictors.checked import inner_of, number
from stancelab.schema import LABELS

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

UNCERTAIN = "uncertain"
"""The answer where no label is probable enough."""


@dataclass(frozen=True, eq=False)
class AbstainingPredictor:
    """Any predictor, and the probability below which its most probable label is no answer.

    Parameters
    ----------
    inner : Predictor
        The predictor that answers; its probabilities are left as they are.
    threshold : float
        The largest probability of a row must be at least this.
    """

    kind: ClassVar[str] = "abstaining"
    inner: Predictor
    threshold: float

    def predict_proba(self, table: pa.Table) -> NDArray[np.float64]:
        """Answer as the inner predictor does."""
        return self.inner.predict_proba(table)

    def state(self) -> State:
        """Give the inner predictor's kind and state, and the threshold."""
        inner = self.inner.state()
        own = {"kind": self.inner.kind, "settings": inner.settings, "threshold": self.threshold}
        return State(own, inner.arrays, inner.files)

    @classmethod
    def from_state(cls, state: State) -> Self:
        """Make the inner predictor and give it its threshold."""
        return cls(inner_of(state, state.arrays), float(number(state.settings, "threshold", 0, 1)))


def threshold_of(predictor: Predictor) -> float | None:
    """Give the probability below which a predictor does not answer; None where it always does."""
    return predictor.threshold if isinstance(predictor, AbstainingPredictor) else None


def answers_of(predictor: Predictor) -> tuple[str, ...]:
    """List what a predictor can answer: the labels, and ``"uncertain"`` where it has a threshold.

    Examples
    --------
    >>> from stancelab.predictors.priors import ConstantPredictor
    >>> shares = ConstantPredictor(np.array([0.2, 0.3, 0.5]))
    >>> answers_of(AbstainingPredictor(shares, 0.6))
    ('hostile', 'neutral', 'cooperative', 'uncertain')
    """
    return LABELS if threshold_of(predictor) is None else (*LABELS, UNCERTAIN)


def answer(probabilities: NDArray[np.float64], threshold: float | None = None) -> list[str]:
    """Name the most probable label of each row, or ``"uncertain"`` below a threshold.

    Parameters
    ----------
    probabilities : numpy.ndarray, shape (n_rows, 3)
        In label order.
    threshold : float, optional
        The largest probability of a row must be at least this.

    Examples
    --------
    >>> answer(np.array([[0.1, 0.2, 0.7], [0.4, 0.3, 0.3]]), 0.6)
    ['cooperative', 'uncertain']
    """
    labels = [LABELS[code] for code in probabilities.argmax(axis=1)]
    if threshold is None:
        return labels
    sure = (probabilities.max(axis=1) >= threshold).tolist()
    return [label if one else UNCERTAIN for label, one in zip(labels, sure, strict=True)]
