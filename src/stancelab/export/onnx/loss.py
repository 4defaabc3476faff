"""What a smaller network loses: labels, probabilities, macro-F1."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from stancelab.evaluation.metrics import confusion, decide, scores
from stancelab.inference.engines import installed
from stancelab.predictors.base import Predictor
from stancelab.predictors.runtime import choose_runtime
from stancelab.schema import UNLABELLED, labels_of

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray


class Likeness(NamedTuple):
    """How like the answers of two predictors are.

    Attributes
    ----------
    agreement : float
        Share of the rows that have the same label.
    largest_difference : float
        Of a probability.
    """

    agreement: float
    largest_difference: float


def likeness(one: NDArray[np.float64], other: NDArray[np.float64]) -> Likeness:
    """Compare probabilities, each of shape (n_rows, 3).

    Examples
    --------
    >>> likeness(np.array([[0.6, 0.4, 0.0]]), np.array([[0.5, 0.5, 0.0]]))
    Likeness(agreement=1.0, largest_difference=0.09999999999999998)
    """
    same = one.argmax(axis=1) == other.argmax(axis=1)
    return Likeness(float(same.mean()), float(np.abs(one - other).max()))


def likeness_by_runtime(
    exact: NDArray[np.float64], predictor: Predictor, table: pa.Table
) -> dict[str, Likeness]:
    """Compare a predictor with exact probabilities in every runtime that is installed."""
    return {
        name: likeness(exact, choose_runtime(predictor, name).predict_proba(table))
        for name in installed()
    }


def macro_f1_of(probabilities: NDArray[np.float64], table: pa.Table) -> float:
    """Give the macro-F1 over the labels that occur, on the rows that have one."""
    labels = labels_of(table)
    known = labels != UNLABELLED
    occurring = np.unique(labels[known]).tolist()
    answers = decide(probabilities[known], occurring)
    return float(scores(confusion(labels[known], answers), occurring)["macro_f1"])
