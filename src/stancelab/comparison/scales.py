"""From values to places on an axis."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 5.0, 10.0)
_DECADES = 2
"""Above so many powers of ten, a logarithmic axis names only these."""
_FACTOR = 5
"""Up to such a ratio of its ends, it may have none of 1, 2 and 5: equal steps are named."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear or logarithmic axis.

    Attributes
    ----------
    low, high : float
        The values at its ends; above 0 on a logarithmic axis.
    start, end : float
        The places of these ends, in percent of the width or in pixels from the top.
    is_log : bool
        Whether equal distances are equal ratios.

    Examples
    --------
    >>> Scale(0, 10, 0, 100).at(2.5)
    25.0
    >>> Scale(1, 100, 0, 100, is_log=True).at(10)
    50.0
    """

    low: float
    high: float
    start: float = 0.0
    end: float = 100.0
    is_log: bool = False

    def at(self, value: float) -> float:
        """Give the place of a value; one beyond an end is put there."""
        low, high, value = (self._even(one) for one in (self.low, self.high, value))
        part = min(max((value - low) / (high - low), 0.0), 1.0)
        return self.start + part * (self.end - self.start)

    def _even(self, value: float) -> float:
        return math.log10(max(value, self.low)) if self.is_log else value

    def ticks(self, most: int = 6) -> list[float]:
        """Give round values between the ends, as many as asked for or fewer.

        Examples
        --------
        >>> Scale(0.58, 0.79).ticks()
        [0.6, 0.65, 0.7, 0.75]
        >>> Scale(3, 70_000, is_log=True).ticks()
        [10.0, 100.0, 1000.0, 10000.0]
        >>> Scale(3, 70, is_log=True).ticks(), Scale(11, 16, is_log=True).ticks(5)
        ([5.0, 10.0, 20.0, 50.0], [12.0, 14.0, 16.0])
        """
        is_wide = self.is_log and self.high / self.low > _FACTOR
        return self._powers(most) if is_wide else self._steps(most)

    def _steps(self, most: int) -> list[float]:
        rough = (self.high - self.low) / most
        power = 10 ** math.floor(math.log10(rough))
        for factor in _STEPS:
            step = factor * power
            first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
            if last - first < most:
                break
        return [round(number * step, 12) for number in range(first, last + 1)]

    def _powers(self, most: int) -> list[float]:
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        few = math.log10(self.high / self.low) < _DECADES
        factors = (1, 2, 5) if few else (1,)
        each = [factor * 10.0**power for power in range(first, last + 1) for factor in factors]
        inside = [value for value in each if self.low <= value <= self.high]
        return inside[:: math.ceil(len(inside) / most) or 1]


def around(
    values: Iterable[float],
    start: float,
    end: float,
    *,
    is_log: bool = False,
    least: float = -math.inf,
    most: float = math.inf,
) -> Scale:
    """Give an axis on which all values stand with some room at the ends.

    Parameters
    ----------
    values : iterable of float
        What is to be shown; where there is nothing, the axis is from 0 to 1.
    start, end : float
        Places of the axis' ends.
    is_log : bool
        Whether it is logarithmic; then values of 0 and below stand at its low end.
    least, most : float
        What no end goes beyond, such as 0 and 1 for shares.

    Examples
    --------
    >>> around([0.5, 0.9], 0, 100, most=0.92)
    Scale(low=0.476, high=0.92, start=0, end=100, is_log=False)
    """
    found = [value for value in values if math.isfinite(value) and (value > 0 or not is_log)]
    if not found:
        return Scale(0.1 if is_log else 0.0, 1.0, start, end, is_log)
    low, high = min(found), max(found)
    if is_log:
        room = max((high / low) ** 0.08, 1.25)
        return Scale(low / room, high * room, start, end, is_log)
    room = (high - low) * 0.06 or max(abs(high) * 0.05, 0.01)
    return Scale(
        round(max(low - room, least), 12), round(min(high + room, most), 12), start, end, is_log
    )
