"""How the stance of sources toward actors went, month by month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from stancelab.comparison.charts import Chart, upward
from stancelab.comparison.scales import Scale
from stancelab.comparison.views.formats import counted, shortened
from stancelab.comparison.views.parts import Cell, Column, Entry, Figure, Line, Table
from stancelab.tagging.aggregates import Point, over_time
from stancelab.tagging.tags import Tag
from stancelab.tagging.views.answers import NOT_NAMED, stance

MOST_SOURCES, MOST_ACTORS = 6, 12
"""The lines and charts that are drawn."""

_ALL = "all sources"
_TOP, _BOTTOM = 10, 130
_TICKS = 3


@dataclass(frozen=True, slots=True)
class Months:
    """A chart for each actor, the legend of all of them, the numbers, and what is left out."""

    figures: tuple[Figure, ...]
    legend: tuple[Entry, ...]
    table: Table
    note: str


def months(tags: Sequence[Tag]) -> Months | None:
    """Draw the stance of each source toward each actor, or give None for fewer than two months."""
    points = over_time(tags)
    periods = sorted({one.period for one in points})
    if len(periods) < 2:
        return None
    sources, actors = _most(points, "source"), _most(points, "actor")
    shown = sources[:MOST_SOURCES]
    entries = tuple(
        Entry(at, shortened(name or NOT_NAMED), f"s{at}{' d1' if at > 2 else ''}")
        for at, name in enumerate(shown)
    )
    everyone = Entry(len(shown), _ALL, "s6 everyone")
    lines = dict(zip(shown, entries, strict=True))
    figures = tuple(
        _figure(actor, [one for one in points if one.actor == actor], lines, everyone, periods)
        for actor in actors[:MOST_ACTORS]
    )
    note = _note(len(sources) - len(shown), len(actors) - len(figures))
    return Months(figures, (everyone, *entries), _table(points), note)


def _most(points: Sequence[Point], name: str) -> list[str]:
    counts = Counter[str]()
    for one in points:
        counts[getattr(one, name)] += one.statements
    return sorted(counts, key=lambda key: (-counts[key], not key, key))


def _figure(
    actor: str,
    points: Sequence[Point],
    lines: dict[str, Entry],
    everyone: Entry,
    periods: Sequence[str],
) -> Figure:
    together = _together(points)
    chart = Chart(f"Stance toward {actor} by month", _said(_ALL, together), _BOTTOM + 22, "months")
    x = Scale(_month(periods[0]), _month(periods[-1]), 13, 93)
    y = Scale(-1, 1, _BOTTOM, _TOP)
    upward(chart, x, y, most=_TICKS)
    chart.line((x.start, y.at(0)), (x.end, y.at(0)), "reference")
    for at, anchor in ((0, "start"), (-1, "end")):
        chart.text((x.at(_month(periods[at])), _BOTTOM + 17), periods[at], "tick", anchor)
    _line(chart, x, y, everyone, together)
    for source, entry in lines.items():
        _line(chart, x, y, entry, [one for one in points if one.source == source])
    return Figure(chart.svg(), actor, css="multiple")


def _line(chart: Chart, x: Scale, y: Scale, entry: Entry, points: Sequence[Point]) -> None:
    if not points:
        return
    group = chart.group(f"series {entry.css}", _said(entry.name, points), entry.series)
    places = [(x.at(_month(one.period)), y.at(one.mean)) for one in points]
    if len(places) > 1:
        group.path(places, "curve")
    for place in places:
        group.dot(place, 3, "point")


def _together(points: Sequence[Point]) -> list[Point]:
    """Average over the sources."""
    periods: dict[str, list[Point]] = {}
    for one in points:
        periods.setdefault(one.period, []).append(one)
    averaged = []
    for period, own in periods.items():
        number = sum(one.statements for one in own)
        mean = sum(one.mean * one.statements for one in own) / number
        averaged.append(Point(period, _ALL, own[0].actor, number, mean))
    return averaged


def _month(period: str) -> int:
    year, month = period.split("-")
    return int(year) * 12 + int(month)


def _said(name: str, points: Sequence[Point]) -> str:
    parts = (f"{one.period} {stance(one.mean)} ({one.statements:,})" for one in points)
    return f"{name}: {', '.join(parts)}."


def _table(points: Sequence[Point]) -> Table:
    lines = tuple(
        Line(
            (
                Cell(one.actor),
                Cell(one.source or NOT_NAMED),
                Cell(one.period),
                Cell(f"{one.statements:,}", one.statements),
                Cell(stance(one.mean), one.mean),
            )
        )
        for one in sorted(points, key=lambda one: (one.actor, one.source, one.period))
    )
    names = ("actor", "source", "month")
    columns = (*(Column(name, is_number=False) for name in names), Column("statements"))
    return Table("Stance by month", (*columns, Column("mean stance")), lines)


def _note(sources_left: int, actors_left: int) -> str:
    left = [
        counted(number, name)
        for number, name in ((sources_left, "source"), (actors_left, "actor"))
        if number
    ]
    return f"Not drawn: {' and '.join(left)} with fewer statements." if left else ""
