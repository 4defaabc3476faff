"""Scores from confusion matrices, so that one code serves a sample and all its resamples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from stancelab.evaluation.ordinal import ordinal_scores
from stancelab.schema import ALL_LABELS, COOPERATIVE, HOSTILE, LABELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

Scores = dict[str, Any]


def decide(probabilities: NDArray[np.float64], labels: Sequence[int]) -> NDArray[np.int64]:
    """Choose the most probable of the labels that a corpus has.

    Parameters
    ----------
    probabilities : numpy.ndarray, shape (n_rows, 3)
        In label order.
    labels : sequence of int
        The labels of the corpus; one without neutral is decided between the other two.
    """
    allowed = np.asarray(labels)
    chosen: NDArray[np.int64] = allowed[probabilities[:, allowed].argmax(axis=1)]
    return chosen


def confusion(labels: NDArray[np.int64], predicted: NDArray[np.int64]) -> NDArray[np.float64]:
    """Count true (rows) against predicted (columns) labels, shape (3, 3)."""
    n = len(LABELS)
    return np.bincount(labels * n + predicted, minlength=n * n).reshape(n, n).astype(np.float64)


def f1_scores(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the F1 of each label from confusion matrices, shape (..., 3, 3) to (..., 3).

    F1 is ``2 tp / (2 tp + fp + fn)`` (van Rijsbergen 1979), and 0 where that is 0 / 0.
    """
    right = np.diagonal(matrix, axis1=-2, axis2=-1)
    total = matrix.sum(axis=-1) + matrix.sum(axis=-2)
    found: NDArray[np.float64] = np.zeros_like(total)
    np.divide(2 * right, total, out=found, where=total > 0)
    return found


def per_label(matrix: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Give what is known of each label from a confusion matrix.

    Returns
    -------
    dict
        ``f1``, ``precision`` and ``recall``, 0 to 1 and 0 where they are 0 / 0, and ``rows``: how
        many have the label; each of shape (3,).

    Examples
    --------
    >>> per_label(np.array([[3.0, 1, 0], [0, 4, 0], [0, 0, 0]]))["recall"].tolist()
    [0.75, 1.0, 0.0]
    """
    right = np.diagonal(matrix)
    given, answered = matrix.sum(axis=1), matrix.sum(axis=0)
    precision, recall = np.zeros_like(given), np.zeros_like(given)
    np.divide(right, answered, out=precision, where=answered > 0)
    np.divide(right, given, out=recall, where=given > 0)
    return {"f1": f1_scores(matrix), "precision": precision, "recall": recall, "rows": given}


def scores(matrix: NDArray[np.float64], labels: Sequence[int] = ALL_LABELS) -> Scores:
    """Give the scores of confusion matrices, shape (..., 3, 3).

    Parameters
    ----------
    matrix : numpy.ndarray, shape (..., 3, 3)
        One confusion matrix, or a stack of them.
    labels : sequence of int
        The labels that macro-F1 averages over: those of the corpus.

    Returns
    -------
    dict
        ``macro_f1``, ``polar_f1`` (the mean of hostile and cooperative, of those that the corpus
        has) and ``accuracy``, all between 0 and 1, and those of `ordinal_scores`; each of the
        stack's shape.

    Examples
    --------
    >>> perfect = np.diag([3.0, 4.0, 5.0])
    >>> float(scores(perfect)["macro_f1"])
    1.0
    """
    f1 = f1_scores(matrix)
    total = matrix.sum(axis=(-2, -1))
    right = np.trace(matrix, axis1=-2, axis2=-1)
    polar = [label for label in (HOSTILE, COOPERATIVE) if label in labels] or [HOSTILE]
    return {
        "macro_f1": f1[..., list(labels)].mean(axis=-1),
        "polar_f1": f1[..., polar].mean(axis=-1),
        "accuracy": np.divide(right, total, out=np.zeros_like(total), where=total > 0),
        **ordinal_scores(matrix),
    }


def swapped_statements(
    statements: Sequence[str], labels: NDArray[np.int64], predicted: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Find the statements whose actors have different labels, and whether all are right.

    Returns
    -------
    rows : numpy.ndarray of int
        The first row of each such statement.
    right : numpy.ndarray of bool
        Whether every actor of it is right; their mean is the *actor swap*.

    Examples
    --------
    >>> labels, predicted = np.array([0, 2, 1, 1]), np.array([0, 2, 1, 0])
    >>> rows, right = swapped_statements(["a", "a", "b", "b"], labels, predicted)
    >>> rows.tolist(), right.tolist()
    ([0], [True])
    """
    _, first, group = np.unique(statements, return_index=True, return_inverse=True)
    highest, lowest = np.full(len(first), -1), np.full(len(first), len(LABELS))
    np.maximum.at(highest, group, labels)
    np.minimum.at(lowest, group, labels)
    all_right = np.ones(len(first), dtype=bool)
    np.logical_and.at(all_right, group, labels == predicted)
    swapped = highest > lowest
    return first[swapped], all_right[swapped]
