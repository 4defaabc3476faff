"""The requests that may be sent, counted before each is."""

from __future__ import annotations

from threading import Lock


class UsedUpError(Exception):
    """There is no request left."""


class Budget:
    """Counts requests, of several threads at once.

    Parameters
    ----------
    most : int
        How many may be sent.

    Examples
    --------
    >>> budget = Budget(2)
    >>> budget.take()
    >>> budget.sent, budget.left
    (1, 1)
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.sent = 0
        self._lock = Lock()

    @property
    def left(self) -> int:
        """Give how many may still be sent."""
        return self.most - self.sent

    def take(self) -> None:
        """Count one request; to be called before it is sent.

        Raises
        ------
        UsedUpError
            It may not be sent.
        """
        with self._lock:
            if self.sent >= self.most:
                raise UsedUpError
            self.sent += 1
