"""What a service was asked, how long it took, and what that cost."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from stancelab.llm.answers import Answer

Tokens = tuple[int | None, int | None]
_MILLION = 1e6


@dataclass(slots=True)
class Usage:
    """Counts of one classifier; threads may count at once.

    Attributes
    ----------
    cached : int
        Answers that were on disk.
    retries : int
        Requests for a statement that was asked before.
    failed : int
        Statements without a valid answer, whose probabilities are equal.
    answers : list of Answer
        Those that were used, each once, with those on disk.
    arrived : list of (int or None, int or None)
        Tokens of every reply that came, valid or not.
    """

    cached: int = 0
    retries: int = 0
    failed: int = 0
    answers: list[Answer] = field(default_factory=list)
    arrived: list[Tokens] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def retry(self) -> None:
        """Count one more try."""
        with self._lock:
            self.retries += 1

    def arrive(self, tokens: Tokens) -> None:
        """Count the tokens of a reply."""
        with self._lock:
            self.arrived.append(tokens)

    @property
    def microseconds(self) -> float:
        """Give what one statement takes, when it is asked alone: the median."""
        seconds = [one.seconds for one in self.answers]
        return float(np.median(seconds)) * 1e6 if seconds else math.nan

    def measures(self, requests: int, prices: Mapping[str, float]) -> dict[str, float]:
        """Give all of it as metrics; what is not known is nan.

        Parameters
        ----------
        requests : int
            How many were sent.
        prices : mapping of str to float
            Of a million ``input`` and ``output`` tokens; empty where they are not known.

        Returns
        -------
        dict
            ``llm/cost`` is that of the answers, whenever they were asked; ``llm/spent`` that of
            the replies that came now. Latencies are seconds from a request to its answer.
        """
        used = [(one.input_tokens, one.output_tokens) for one in self.answers]
        tokens = _total(used)
        seconds = [one.seconds for one in self.answers] or [math.nan]
        return {
            "llm/requests": float(requests),
            "llm/retries": float(self.retries),
            "llm/cached": float(self.cached),
            "llm/answered": float(len(self.answers)),
            "llm/failed": float(self.failed),
            "llm/input_tokens": tokens[0],
            "llm/output_tokens": tokens[1],
            "llm/cost": _cost(tokens, prices),
            "llm/spent": _cost(_total(self.arrived), prices),
            "llm/latency_median": float(np.median(seconds)),
            "llm/latency_p95": float(np.percentile(seconds, 95)),
        }


def _total(each: Sequence[Tokens]) -> tuple[float, float]:
    """Add up tokens; nan where a service did not count all of them."""
    return _sum([one[0] for one in each]), _sum([one[1] for one in each])


def _sum(counts: Sequence[int | None]) -> float:
    known = [one for one in counts if one is not None]
    return float(sum(known)) if len(known) == len(counts) else math.nan


def _cost(tokens: tuple[float, float], prices: Mapping[str, float]) -> float:
    if not prices:
        return math.nan
    return (tokens[0] * prices["input"] + tokens[1] * prices["output"]) / _MILLION
