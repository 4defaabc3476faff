"""The interval of a score over seeds and documents together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import norm, t

if TYPE_CHECKING:
    from numpy.typing import NDArray


def seed_interval(
    values: NDArray[np.float64], resampled: NDArray[np.float64], level: float = 0.95
) -> tuple[float, float]:
    """Give the interval of a mean over seeds, of which there may be three.

    Seeds and documents are crossed, as each seed answers many documents, so that the variance of
    the mean has two parts (Searle, Casella & McCulloch 1992, Variance Components, chapter 4): what
    seeds have in common, the mean covariance of two seeds over the resampled documents; and what
    is each seed's own, by training or by the rows that it was tested on, the variance between
    seeds over their number. A bootstrap that resamples both counts the errors that one seed makes
    on one document twice (Owen 2007, The pigeonhole bootstrap), and three seeds have too few
    resamples to reach far enough.

    The first part takes the quantile of the normal distribution, the second of Student's with
    one degree of freedom less than there are seeds, and the sum their mean by size (Cochran 1964,
    Approximate significance levels of the Behrens-Fisher test, Biometrics 20). It covers its level
    or somewhat more. Where seeds differ less than their errors let expect, it may be narrower than
    the interval over the documents alone.

    Parameters
    ----------
    values : numpy.ndarray, shape (n_seeds,)
        The score of each seed; at least 2.
    resampled : numpy.ndarray, shape (n_seeds, n_resamples)
        The same in every resample of the documents.
    level : float
        Between 0 and 1.

    Returns
    -------
    low, high : float
        nan where no two resamples have a score for every seed.

    Examples
    --------
    >>> documents = np.array([0.69, 0.70, 0.71])
    >>> seeds = np.array([0.70, 0.72, 0.74])
    >>> low, high = seed_interval(seeds, documents + seeds[:, None] - 0.70)
    >>> round(low, 3), round(high, 3)
    (0.67, 0.77)
    """
    n = len(values)
    defined = resampled[:, ~np.isnan(resampled).any(axis=0)]
    if defined.shape[1] < 2:
        return float("nan"), float("nan")
    covariance = np.cov(defined)
    shared = max(0.0, (covariance.sum() - np.trace(covariance)) / (n * (n - 1)))
    own = values.var(ddof=1) / n
    upper = (1 + level) / 2
    variance = shared + own
    if not variance > 0:
        return float(values.mean()), float(values.mean())
    quantile = (norm.ppf(upper) * shared + t.ppf(upper, n - 1) * own) / variance
    distance = quantile * np.sqrt(variance)
    return float(values.mean() - distance), float(values.mean() + distance)
