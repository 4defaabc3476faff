"""Answering only where a model is sure: what that costs in coverage and saves in errors."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """The share of wrong answers as fewer and fewer rows are answered, the surest first.

    Attributes
    ----------
    coverage : tuple of float
        Rising shares of the rows that are answered, 0 to 1.
    risk : tuple of float
        Of these, the share that is wrong.
    area : float
        Area under the curve.
    """

    coverage: tuple[float, ...]
    risk: tuple[float, ...]
    area: float
