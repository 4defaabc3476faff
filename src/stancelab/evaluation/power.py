"""How small a difference a test set can show, and how large one must be to show a difference."""

from __future__ import annotations

import math

from scipy.stats import norm

ALPHA = 0.05
"""A difference whose corrected p is below is called significant."""

POWER = 0.80
"""Share of repetitions in which a true difference is to be found."""


def detectable_difference(
    standard_error: float, *, alpha: float = ALPHA, power: float = POWER
) -> float:
    """Give the smallest true difference that a two-sided test would find.

    It is ``(z(1 - alpha / 2) + z(power))`` standard errors (Bloom 1995, Minimum detectable
    effects, Evaluation Review 19): 2.80 with the usual alpha and power. It is of one comparison:
    after a correction for many it is larger.

    Parameters
    ----------
    standard_error : float
        Of the difference, such as the standard deviation of its resamples.
    alpha, power : float
        Of the test, between 0 and 1.

    Returns
    -------
    float
        In the unit of the standard error; nan where that is 0: two models that answer alike tell
        nothing of the noise.

    Examples
    --------
    >>> round(detectable_difference(0.01), 4)
    0.028
    """
    if not standard_error > 0:
        return math.nan
    return _standard_errors(alpha, power) * standard_error


def documents_needed(
    difference: float,
    standard_error: float,
    documents: int,
    *,
    alpha: float = ALPHA,
    power: float = POWER,
) -> int:
    """Say how many documents a test set needs to show a difference.

    A standard error falls with the square root of the number of documents, so that half the
    difference takes four times the documents (Bloom 1995).

    Parameters
    ----------
    difference : float
        The true difference that is to be found, not 0.
    standard_error : float
        Of the difference on the test set at hand.
    documents : int
        How many documents that test set has.
    alpha, power : float
        Of the test, between 0 and 1.

    Examples
    --------
    >>> documents_needed(0.02, standard_error=0.01, documents=400)
    785
    """
    smallest = _standard_errors(alpha, power) * standard_error
    return math.ceil(documents * (smallest / difference) ** 2)


def _standard_errors(alpha: float, power: float) -> float:
    return float(norm.ppf(1 - alpha / 2) + norm.ppf(power))
