"""Krippendorff's alpha: agreement of any number of annotators, beyond what chance would give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Metric = Literal["nominal", "ordinal", "interval"]
METRICS: tuple[Metric, ...] = get_args(Metric)
RESAMPLES = 2000
_TAIL = 0.025
_SEED = 0


@dataclass(frozen=True, slots=True)
class Alpha:
    """Alpha for one metric, with a 95 % interval; None where it is not defined."""

    metric: Metric
    value: float | None
    low: float | None
    high: float | None


def krippendorff_alpha(counts: NDArray[np.int64], metric: Metric = "nominal") -> float:
    """Give Krippendorff's alpha.

    One minus the observed over the expected disagreement, from the coincidences of values in the
    same item (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", section E; 2018,
    "Content Analysis", 4th edition, chapter 12). Missing answers are allowed.

    Parameters
    ----------
    counts : numpy.ndarray of int, shape (n_items, n_values)
        How many annotators gave each value to each item; values in their order.
    metric : {"nominal", "ordinal", "interval"}
        How far two values are apart: equally, by the answers between them, or by their distance.

    Returns
    -------
    float
        1 for full agreement, 0 for that of chance; nan where no two answers meet, or all answers
        are the same value.

    Examples
    --------
    >>> krippendorff_alpha(np.array([[2, 0], [0, 2], [1, 1]]))
    0.4444444444444444
    """
    return float(_alpha(_coincidences(counts).sum(axis=0), metric))


def alpha_with_interval(
    counts: NDArray[np.int64],
    metric: Metric = "nominal",
    *,
    resamples: int = RESAMPLES,
    random_state: int = _SEED,
) -> Alpha:
    """Give alpha with a 95 % percentile interval from a bootstrap over items.

    Hayes & Krippendorff (2007, "Answering the call for a standard reliability measure for coding
    data") resample pairs of answers; whole items are resampled here, because the answers to one
    item depend on each other (Efron & Tibshirani 1993, chapter 13).

    Parameters
    ----------
    counts, metric
        As for `krippendorff_alpha`.
    resamples : int
        How many resamples are drawn.
    random_state : int
        Seed of the draws.
    """
    value = krippendorff_alpha(counts, metric)
    pairable = counts[counts.sum(axis=1) > 1]
    if np.isnan(value):
        return Alpha(metric, None, None, None)
    # Items answered alike are alike: drawing how often each pattern comes is the same, but quick.
    patterns, often = np.unique(pairable, axis=0, return_counts=True)
    drawn = np.random.default_rng(random_state).multinomial(
        len(pairable), often / often.sum(), size=resamples
    )
    matrices = np.tensordot(drawn, _coincidences(patterns), axes=1)
    found = np.array([_alpha(matrix, metric) for matrix in matrices])
    low, high = np.nanquantile(found, [_TAIL, 1 - _TAIL])
    return Alpha(metric, value, float(low), float(high))


def _coincidences(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give each item's coincidences of values, shape (n_items, n_values, n_values)."""
    answers = counts.sum(axis=1)
    pairs = counts[:, :, None] * counts[:, None, :]
    values = np.arange(counts.shape[1])
    pairs[:, values, values] -= counts
    weights = np.zeros(len(counts))
    np.divide(1.0, answers - 1, out=weights, where=answers > 1)
    coincidences: NDArray[np.float64] = pairs * weights[:, None, None]
    return coincidences


def _alpha(coincidences: NDArray[np.float64], metric: Metric) -> float:
    totals = coincidences.sum(axis=0)
    apart = _squared_differences(totals, metric)
    expected = (np.outer(totals, totals) * apart).sum()
    if expected == 0:
        return float("nan")
    return float(1 - (totals.sum() - 1) * (coincidences * apart).sum() / expected)


def _squared_differences(totals: NDArray[np.float64], metric: Metric) -> NDArray[np.float64]:
    if metric == "nominal":
        return 1 - np.eye(len(totals))
    values = np.arange(len(totals), dtype=np.float64)
    # Ordinal: from the middle of one value's answers to the middle of the other's.
    places = values if metric == "interval" else np.cumsum(totals) - totals / 2
    apart: NDArray[np.float64] = np.subtract.outer(places, places) ** 2
    return apart
