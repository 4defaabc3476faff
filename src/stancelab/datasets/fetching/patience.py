"""How long a transfer holds out against a server that fails, and how it waits in between."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a transfer is tried, and the seconds between.

    Attributes
    ----------
    tries : int
        Tries in a row that bring nothing new before it gives up.
    most : int
        Tries in all, so that a server which sends a few bytes each time ends too.
    pause : float
        Seconds before the second try; each further failure in a row doubles them.
    longest : float
        Seconds of the longest pause, whatever the server asks for.
    timeout : float
        Seconds without an answer, or without a byte, after which a try has failed.
    sleep : callable
        Waits for so many seconds.
    """

    tries: int = 5
    most: int = 20
    pause: float = 1.0
    longest: float = 60.0
    timeout: float = 30.0
    sleep: Callable[[float], None] = time.sleep

    def seconds(self, failures: int, asked: float = 0.0) -> float:
        """Say how long to wait after so many failures in a row.

        Parameters
        ----------
        failures : int
            Failures in a row, from 1.
        asked : float
            Seconds that the server asks for.

        Returns
        -------
        float
            Between half and all of the doubled pause, or what the server asks for where that is
            longer; never more than ``longest``.

        Examples
        --------
        >>> patience = Patience(pause=1.0, longest=60.0)
        >>> 2.0 <= patience.seconds(3) <= 4.0
        True
        >>> patience.seconds(1, asked=20), patience.seconds(1, asked=3600)
        (20, 60.0)
        """
        # By chance, so that many clients which one outage cut off do not come back at once.
        share = random.uniform(0.5, 1.0)
        return min(self.longest, max(asked, share * self.pause * 2.0 ** (failures - 1)))


def seconds_asked(header: str | None) -> float:
    """Read a ``Retry-After`` header, seconds or a date; 0 where it is neither.

    Examples
    --------
    >>> seconds_asked("120"), seconds_asked("Wed, 21 Oct 2015 07:28:00 GMT"), seconds_asked("soon")
    (120.0, 0.0, 0.0)
    """
    from urllib3.exceptions import InvalidHeader
    from urllib3.util import Retry

    try:
        return float(Retry().parse_retry_after(header)) if header else 0.0
    except InvalidHeader:
        return 0.0
