"""What is said toward each actor: how much of which answer, and the mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stancelab.comparison.charts import Chart
from stancelab.comparison.scales import Scale
from stancelab.comparison.views.formats import counted
from stancelab.tagging.aggregates import Mean, Stance, stances
from stancelab.tagging.tags import Tag
from stancelab.tagging.views.answers import LETTERS, between, said, source, stance

FIRST = 15
"""Actors that are shown at once; the others are folded."""

_BAR, _TRACK = 16, 34
_MIDDLE = 10


@dataclass(frozen=True, slots=True)
class Quote:
    """A statement as the page quotes it."""

    text: str
    article: str
    source: str
    share: str
    hint: str
    language: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many statements have an answer."""

    answer: str
    letter: str
    number: int


@dataclass(frozen=True, slots=True)
class Summary:
    """An actor: how many statements, a bar of the answers, and the mean on a track."""

    actor: str
    statements: str
    counts: tuple[Count, ...]
    bar: str
    track: str
    mean: str
    interval: str
    hostile: tuple[Quote, ...]
    cooperative: tuple[Quote, ...]


def summaries(tags: Sequence[Tag]) -> tuple[Summary, ...]:
    """Sum tags up by actor, the one with the most statements first."""
    return tuple(_summary(one) for one in stances(tags))


def _summary(one: Stance) -> Summary:
    counts = tuple(
        Count(answer, LETTERS[answer], number) for answer, number in one.counts.items() if number
    )
    number = counted(one.statements, "statement")
    return Summary(
        one.actor,
        f"{number} in {one.articles} articles" if one.articles > 1 else number,
        counts,
        _bar(one, counts),
        _track(one.actor, one.mean),
        stance(one.mean.value if one.mean else None),
        between(one.mean) if one.mean else "",
        tuple(_quote(tag, tag.probabilities[0]) for tag in one.hostile),
        tuple(_quote(tag, tag.probabilities[2]) for tag in one.cooperative),
    )


def _quote(tag: Tag, share: float) -> Quote:
    return Quote(
        " ".join(tag.text.split()),
        tag.article,
        source(tag),
        f"{share:.2f}",
        said(tag),
        tag.language,
    )


def _bar(one: Stance, counts: Sequence[Count]) -> str:
    listed = ", ".join(f"{count.number} {count.answer}" for count in counts)
    chart = Chart(f"Statements toward {one.actor}", f"{listed}.", _BAR, "bar")
    x = Scale(0, one.statements, 0, 100)
    at = 0
    for count in counts:
        ends = (x.at(at), _BAR / 2), (x.at(at + count.number), _BAR / 2)
        chart.group(f"part {count.answer}", f"{count.number} {count.answer}").line(*ends, "share")
        at += count.number
        if at < one.statements:
            chart.line((x.at(at), 0), (x.at(at), _BAR), "seam")
    return chart.svg()


def _track(actor: str, mean: Mean | None) -> str:
    words = "no statement is certain"
    if mean:
        ends = between(mean)
        words = f"{stance(mean.value)}{f', 95 % interval {ends}' if ends else ''}"
    chart = Chart(f"Mean stance toward {actor}", f"{words}.", _TRACK, "track")
    x = Scale(-1, 1, 3, 97)
    chart.line((x.at(-1), _MIDDLE), (x.at(1), _MIDDLE), "rail")
    for value, text, anchor in ((-1, "−1", "start"), (0, "0", "middle"), (1, "+1", "end")):
        chart.line((x.at(value), _MIDDLE - 5), (x.at(value), _MIDDLE + 5), "rail")
        place = {"start": 0.0, "middle": x.at(0), "end": 100.0}[anchor]
        chart.text((place, _TRACK - 4), text, "tick", anchor)
    if mean:
        side = "hostile" if mean.value < 0 else "cooperative" if mean.value > 0 else "neutral"
        group = chart.group(f"mean {side}", words)
        if mean.low is not None and mean.high is not None:
            group.line((x.at(mean.low), _MIDDLE), (x.at(mean.high), _MIDDLE), "span")
        group.dot((x.at(mean.value), _MIDDLE), 5.5, "point")
    return chart.svg()
