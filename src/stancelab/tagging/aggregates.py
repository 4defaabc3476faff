"""What the tags of articles come to: by actor, by source and actor, and over time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from stancelab.schema import LABELS
from stancelab.tagging.tags import UNCERTAIN, Tag

if TYPE_CHECKING:
    from numpy.typing import NDArray

STRONGEST = 2
"""Statements that are shown each way."""

_RESAMPLES = 1000
_TAIL = 0.025
_K = TypeVar("_K")
_VALUES = {label: float(value) for value, label in enumerate(LABELS, start=-1)}


class Mean(NamedTuple):
    """A mean stance, from -1 (all hostile) to +1 (all cooperative), with its 95 % interval.

    Attributes
    ----------
    value : float
        The mean of the labels.
    low, high : float or None
        The interval; None where there are fewer than two statements, or articles, to resample, or
        all of them are alike: no width would say that nothing is uncertain.
    """

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Stance:
    """What some statements say toward one actor.

    Attributes
    ----------
    actor : str
        Toward whom.
    counts : dict
        How many are hostile, neutral, cooperative and uncertain.
    mean : Mean or None
        Of those that are certain; None where none is.
    articles : int
        In how many articles they are.
    hostile, cooperative : tuple of Tag
        The two strongest each way, the stronger first.
    """

    actor: str
    counts: dict[str, int]
    mean: Mean | None
    articles: int
    hostile: tuple[Tag, ...] = ()
    cooperative: tuple[Tag, ...] = ()

    @property
    def statements(self) -> int:
        """How many statements there are."""
        return sum(self.counts.values())


class Cell(NamedTuple):
    """What one source says toward one actor: how many statements, and their mean stance."""

    statements: int
    mean: float | None


class Point(NamedTuple):
    """The mean stance of a source toward an actor in one period, such as ``"2026-02"``."""

    period: str
    source: str
    actor: str
    statements: int
    mean: float


def stances(tags: Sequence[Tag], random_state: int = 0) -> list[Stance]:
    """Sum tags up by actor, the actor with the most statements first.

    The interval resamples articles, whose statements are alike, or the statements of a single
    article (percentile bootstrap, Efron & Tibshirani 1993). It is about which statements there
    happen to be, not about the errors of the classifier.

    Parameters
    ----------
    tags : sequence of Tag
        Of any number of articles.
    random_state : int
        Seed of the resampling.
    """
    made = [_stance(actor, own, random_state) for actor, own in _by(tags, lambda tag: tag.actor)]
    return sorted(made, key=lambda one: (-one.statements, one.actor))


def matrix(tags: Iterable[Tag]) -> dict[tuple[str, str], Cell]:
    """Sum tags up by source and actor; statements without a known source are under ``""``."""
    grouped = _by(tags, lambda tag: (tag.speaker, tag.actor))
    return {key: Cell(len(own), _value(own)) for key, own in grouped}


def over_time(tags: Iterable[Tag]) -> list[Point]:
    """Average the stance of each source toward each actor by month; the undated are left out."""
    dated = [tag for tag in tags if tag.date and not tag.uncertain]
    grouped = _by(dated, lambda tag: (f"{tag.date:%Y-%m}", tag.speaker, tag.actor))
    means = ((key, own, _value(own)) for key, own in grouped)
    return sorted(Point(*key, len(own), mean) for key, own, mean in means if mean is not None)


def _by(tags: Iterable[Tag], key: Callable[[Tag], _K]) -> Iterable[tuple[_K, list[Tag]]]:
    grouped: dict[_K, list[Tag]] = {}
    for tag in tags:
        grouped.setdefault(key(tag), []).append(tag)
    return grouped.items()


def _stance(actor: str, tags: Sequence[Tag], random_state: int) -> Stance:
    found = Counter(tag.answer for tag in tags)
    counts = {name: found[name] for name in (*LABELS, UNCERTAIN)}
    articles = len({tag.article for tag in tags})
    strongest = [_strongest(tags, label) for label in ("hostile", "cooperative")]
    return Stance(actor, counts, _mean(tags, random_state), articles, *strongest)


def _strongest(tags: Sequence[Tag], label: str) -> tuple[Tag, ...]:
    own = [tag for tag in tags if tag.answer == label]
    return tuple(sorted(own, key=lambda tag: -abs(tag.strength))[:STRONGEST])


def _value(tags: Iterable[Tag]) -> float | None:
    values = [_VALUES[tag.label] for tag in tags if not tag.uncertain]
    return float(np.mean(values)) if values else None


def _mean(tags: Sequence[Tag], random_state: int) -> Mean | None:
    value = _value(tags)
    if value is None:
        return None
    certain = [tag for tag in tags if not tag.uncertain]
    alone = len({tag.article for tag in certain}) == 1
    units = _by(certain, lambda tag: tag.statement_start if alone else tag.article)
    sums = np.array([[sum(_VALUES[tag.label] for tag in own), len(own)] for _, own in units])
    return Mean(value, *_interval(sums, random_state))


def _interval(
    sums: NDArray[np.float64], random_state: int
) -> tuple[float, float] | tuple[None, None]:
    """Resample units, each with the sum and the number of its labels."""
    if len(sums) < 2:
        return None, None
    rng = np.random.default_rng(random_state)
    drawn = rng.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=_RESAMPLES) @ sums
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], [_TAIL, 1 - _TAIL]).tolist()
    return (low, high) if low < high else (None, None)
