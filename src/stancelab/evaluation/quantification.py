"""How often each label is, estimated from answers of a classifier whose errors are known.

A classifier that takes a tenth of the neutral rows for hostile reports hostility where there is
none; counting its answers repeats that error however many rows there are. What its confusion
matrix on validation rows says of its errors can be taken out of the counts again. This holds as
far as it errs on the counted rows as it did there: the labels may be more or less frequent, the
rows of one label must be alike (prior probability shift).
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import null_space

from stancelab.schema import LABELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FACES = [
    list(face)
    for size in range(len(LABELS), 0, -1)
    for face in combinations(range(len(LABELS)), size)
]
"""The sets of labels that may be the only ones there are, the largest first."""
_TOLERANCE = 1e-9
_TIE = 1e-12


def adjusted_count(counts: NDArray[np.float64], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Estimate the shares of the labels from counts of predicted ones.

    With ``M[j, i]`` the probability of answering j where i is true, the shares of the answers
    are ``q = M p`` (Forman 2008, Quantifying Counts and Costs via Classification; Hopkins & King
    2010, American Journal of Political Science 54). ``p`` is the distribution with the smallest
    squared error (Bunse 2022, On Multi-Class Extensions of Adjusted Classify and Count). With
    three labels this needs no iteration: the solution of each set of labels is linear, and the
    best of those without negative shares is the optimum. Where several are as good, because the
    answers do not tell the labels apart, it is the most even one.

    Parameters
    ----------
    counts : numpy.ndarray, shape (..., 3)
        How often each label was predicted.
    matrix : numpy.ndarray, shape (3, 3) or (..., 3, 3)
        Confusion matrix of validation rows, true labels in rows; one for all counts, or a stack
        that broadcasts against theirs.

    Returns
    -------
    numpy.ndarray, shape (..., 3)
        Shares between 0 and 1 that sum to 1; 0 for a label that no validation row has, and nan
        where there are no counts, or no validation rows.

    Examples
    --------
    >>> validation = np.array([[80.0, 10.0, 10.0], [20.0, 70.0, 10.0], [0.0, 10.0, 90.0]])
    >>> adjusted_count(np.array([50.0, 30.0, 20.0]), validation).round(3)
    array([0.542, 0.333, 0.125])
    """
    rates = _shares(matrix, missing=0.0)
    answered = _shares(counts, missing=np.nan)
    has_rows = matrix.sum(axis=-1) > 0
    solved = [_on_face(answered, rates, has_rows, face) for face in _FACES]
    shares = np.stack([one for one, _ in solved])
    errors = np.stack([error for _, error in solved])
    least = errors.min(axis=0)
    best = (errors <= least + _TIE).argmax(axis=0)
    chosen = np.take_along_axis(shares, best[None, ..., None], axis=0)[0]
    return np.where(np.isfinite(least)[..., None], chosen, np.nan)


def _on_face(
    answered: NDArray[np.float64],
    rates: NDArray[np.float64],
    has_rows: NDArray[np.bool_],
    face: list[int],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Solve for shares that are 0 outside some labels; the error is infinite if one is negative."""
    even = 1 / len(face)
    directions = null_space(np.ones((1, len(face))))  # changes that keep the sum
    of_face = np.swapaxes(rates[..., face, :], -1, -2)
    slopes = of_face @ directions
    missing = answered - of_face.sum(axis=-1) * even
    steps = np.linalg.pinv(slopes, rtol=_TOLERANCE) @ missing[..., None]
    own = even + (directions @ steps)[..., 0]
    error = np.square((slopes @ steps)[..., 0] - missing).sum(axis=-1)
    possible = (own >= -_TOLERANCE).all(axis=-1) & has_rows[..., face].all(axis=-1)
    shares = np.zeros(own.shape[:-1] + answered.shape[-1:])
    shares[..., face] = np.clip(own, 0, 1)
    return shares, np.where(possible, error, np.inf)


def _shares(counts: NDArray[np.float64], missing: float) -> NDArray[np.float64]:
    total = counts.sum(axis=-1, keepdims=True)
    shares = np.full(counts.shape, missing)
    np.divide(counts, total, out=shares, where=total > 0)
    return shares
