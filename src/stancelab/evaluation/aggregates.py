"""What analysts draw: the mean stance toward an actor, or of a month, and how wrong that is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MeanStance:
    """The mean stance of one group of rows, from -1 (all hostile) to +1 (all cooperative).

    Attributes
    ----------
    group : str
        An actor, or a period such as ``"2014-03"``.
    rows : int
        How many rows there are.
    counted : float
        The mean of the predicted labels.
    corrected, low, high : float
        The same corrected for the classifier's known errors, with its 95 % interval.
    true : float or None
        The mean of the true labels, where they are known.
    """

    group: str
    rows: int
    counted: float
    corrected: float
    low: float
    high: float
    true: float | None = None
