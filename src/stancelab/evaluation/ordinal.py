"""Scores that know the order of the labels: hostile < neutral < cooperative."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stancelab.schema import COOPERATIVE, HOSTILE, LABELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

ORDINAL = ("mae", "weighted_kappa", "polar_errors")
"""What `ordinal_scores` gives."""

_CODES = np.arange(len(LABELS), dtype=np.float64)
_STEPS = np.abs(_CODES[:, None] - _CODES)


def ordinal_scores(matrix: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Give the ordinal scores of confusion matrices.

    Parameters
    ----------
    matrix : numpy.ndarray, shape (..., 3, 3)
        One confusion matrix, true labels in rows, or a stack of them.

    Returns
    -------
    dict
        Each of the stack's shape, and nan for a matrix without rows:

        ``mae``: the mean absolute error in steps, 0 to 2; as the other two it depends on how
        often each label is (Baccianella, Esuli & Sebastiani 2009, Evaluation Measures for Ordinal
        Regression).
        ``weighted_kappa``: agreement beyond chance with quadratic weights, -1 to 1 (Cohen 1968,
        Weighted kappa); nan where one label is all there is, true and predicted: then chance
        agrees as well.
        ``polar_errors``: the share of rows that are hostile and taken for cooperative, or the
        reverse, 0 to 1.

    Examples
    --------
    >>> matrix = np.array([[6.0, 1.0, 1.0], [0.0, 2.0, 0.0], [0.0, 0.0, 0.0]])
    >>> found = ordinal_scores(matrix)
    >>> {name: round(float(value), 3) for name, value in found.items()}
    {'mae': 0.3, 'weighted_kappa': 0.286, 'polar_errors': 0.1}
    """
    true, predicted = matrix.sum(axis=-1), matrix.sum(axis=-2)
    total = true.sum(axis=-1)
    squared = _STEPS**2
    by_chance = np.einsum("...i,ij,...j->...", true, squared, predicted)
    observed = np.einsum("...ij,ij->...", matrix, squared) * total
    polar = matrix[..., HOSTILE, COOPERATIVE] + matrix[..., COOPERATIVE, HOSTILE]
    return {
        "mae": _ratio(np.einsum("...ij,ij->...", matrix, _STEPS), total),
        "weighted_kappa": 1 - _ratio(observed, by_chance),
        "polar_errors": _ratio(polar, total),
    }


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide, nan where there is nothing to divide by."""
    found = np.full(np.shape(whole), np.nan)
    np.divide(part, whole, out=found, where=np.asarray(whole) > 0)
    return found
