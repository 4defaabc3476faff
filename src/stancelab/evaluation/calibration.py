"""Whether probabilities can be used: that of the rows with 0.8, 80 % are right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import binomtest

from stancelab.evaluation.metrics import decide
from stancelab.schema import LABELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

BINS = 10
LEVEL = 0.95
SMALLEST = float(np.finfo(np.float64).eps)
"""What a probability of 0 for the true label counts as in the log loss, which has no number for
it: 36 nats a row."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Rows of about the same confidence.

    Attributes
    ----------
    rows : int
        How many there are.
    confidence : float
        Their mean probability of the label that was chosen.
    accuracy : float
        The share that is right.
    low, high : float
        95 % interval of that share.
    """

    rows: int
    confidence: float
    accuracy: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far the probabilities of a model are to be believed; 0 is best for all but resolution.

    Attributes
    ----------
    ece : float
        Expected calibration error over bins of equal mass, 0 to 1.
    brier : float
        Brier score over the three labels, 0 to 2; ``reliability - resolution + uncertainty``.
    reliability, resolution, uncertainty : float
        Its parts.
    log_loss : float
        Mean negative logarithm of the true label's probability, in nats.
    bins : tuple of Bin
        By rising confidence.
    """

    ece: float
    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    log_loss: float
    bins: tuple[Bin, ...]


def calibration(
    probabilities: NDArray[np.float64],
    truth: NDArray[np.int64],
    labels: Sequence[int],
    n_bins: int = BINS,
) -> Calibration:
    """Compare the probabilities of a model with how often they are right.

    The expected calibration error (Naeini, Cooper & Hauskrecht 2015) is that of the chosen label,
    over bins of equal mass (Nguyen & O'Connor 2015), rows of equal confidence in one bin. A bin's
    interval is Wilson's (1927); it takes the rows for independent. The Brier score (1950) is the
    sum over the labels, and `decompose` gives its parts.

    Parameters
    ----------
    probabilities : numpy.ndarray, shape (n_rows, 3)
        In label order; those of several seeds one below the other.
    truth : numpy.ndarray of int, shape (n_rows,)
        The true labels.
    labels : sequence of int
        The labels of the corpus. Where it lacks one, the probabilities of the others are
        divided by their sum, as the decision is between them.
    n_bins : int
        How many bins there are at most.

    Examples
    --------
    >>> sure = np.array([[0.9, 0.1, 0.0]] * 10)
    >>> found = calibration(sure, np.array([0] * 7 + [1] * 3), (0, 1, 2))
    >>> round(found.ece, 2), len(found.bins), found.bins[0].accuracy
    (0.2, 1, 0.7)
    """
    shares = share_among(probabilities, labels)
    truth = np.asarray(truth)
    if not len(truth) or not np.isin(truth, labels).all():
        known = ", ".join(LABELS[label] for label in labels)
        raise ValueError(f"expected at least one row, each with a true label of {known}")
    happened = (truth[:, None] == np.asarray(labels)).astype(np.float64)
    right = decide(probabilities, labels) == truth
    bins = _bins(shares.max(axis=1), right, n_bins)
    gaps = sum(one.rows * abs(one.confidence - one.accuracy) for one in bins)
    true_share = np.clip(shares[happened == 1], SMALLEST, None)
    return Calibration(
        gaps / len(truth),
        float(np.square(shares - happened).sum(axis=1).mean()),
        *decompose(shares, happened, n_bins),
        float(-np.log(true_share).mean()),
        bins,
    )


def share_among(probabilities: NDArray[np.float64], labels: Sequence[int]) -> NDArray[np.float64]:
    """Give the probabilities of some of the labels, so that they add up to 1 again.

    Those of all three are given as they are, to the last bit. A row with nothing on any of the
    labels gets equal shares.

    Parameters
    ----------
    probabilities : numpy.ndarray, shape (n_rows, 3)
        In label order.
    labels : sequence of int
        The labels of a corpus.

    Returns
    -------
    numpy.ndarray, shape (n_rows, n_labels)

    Examples
    --------
    >>> share_among(np.array([[0.3, 0.5, 0.2]]), (0, 2)).round(2).tolist()
    [[0.6, 0.4]]
    """
    chosen: NDArray[np.float64] = np.asarray(probabilities)[:, list(labels)]
    if len(labels) == len(LABELS):
        return chosen
    total = chosen.sum(axis=1, keepdims=True)
    shares = np.full_like(chosen, 1 / len(labels))
    np.divide(chosen, total, out=shares, where=total > 0)
    return shares


def decompose(
    shares: NDArray[np.float64], happened: NDArray[np.float64], n_bins: int = BINS
) -> tuple[float, float, float]:
    """Part a Brier score into reliability, resolution and uncertainty.

    Murphy's parts (1973), summed over the labels; each label has bins of its own, of equal mass by
    its probability. His identity holds only where all of a bin's probabilities are equal. What
    they differ by within a bin counts into the resolution, less the variance and plus twice the
    covariance with what happened (the generalised resolution of Stephenson, Coelho & Jolliffe
    2008), so that ``reliability - resolution + uncertainty`` is the Brier score exactly. It can
    be below 0.

    Parameters
    ----------
    shares : numpy.ndarray, shape (n_rows, n_labels)
        Probabilities.
    happened : numpy.ndarray of 0 and 1, shape (n_rows, n_labels)
        Which label was true.

    Returns
    -------
    tuple of float
        Reliability, resolution and uncertainty.
    """
    parts = np.zeros(3)
    for share, outcome in zip(shares.T, happened.T, strict=True):
        group = equal_mass(share, n_bins)
        rows = np.bincount(group)
        forecast = (np.bincount(group, share) / rows)[group]
        frequency = (np.bincount(group, outcome) / rows)[group]
        within, beyond = share - forecast, outcome - frequency
        base = outcome.mean()
        resolution = np.square(frequency - base) - np.square(within) + 2 * within * beyond
        reliability = np.square(forecast - frequency)
        parts += [reliability.mean(), resolution.mean(), base * (1 - base)]
    return float(parts[0]), float(parts[1]), float(parts[2])


def equal_mass(values: NDArray[np.float64], n_bins: int) -> NDArray[np.int64]:
    """Find the number of the bin of equal mass that each value falls into.

    Equal values are in one bin.

    Parameters
    ----------
    values : numpy.ndarray, shape (n_rows,)
        What is binned.
    n_bins : int
        How many bins there are at most.

    Returns
    -------
    numpy.ndarray of int, shape (n_rows,)
        From 0 without a gap, rising with the values.

    Examples
    --------
    >>> equal_mass(np.array([0.9, 0.5, 0.5, 0.5, 0.5, 0.4]), 3).tolist()
    [2, 1, 1, 1, 1, 0]
    """
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - counts / 2  # of the ranks that equal values take together
    _, number = np.unique(middle * n_bins // len(values), return_inverse=True)
    return np.asarray(number[place], dtype=np.int64)


def _bins(
    confidence: NDArray[np.float64], right: NDArray[np.bool_], n_bins: int
) -> tuple[Bin, ...]:
    group = equal_mass(confidence, n_bins)
    found = []
    for number in range(int(group.max()) + 1):
        own = group == number
        rows, hits = int(own.sum()), int(right[own].sum())
        low, high = binomtest(hits, rows).proportion_ci(LEVEL, method="wilson")
        mean = float(confidence[own].mean())
        found.append(Bin(rows, mean, hits / rows, float(low), float(high)))
    return tuple(found)
