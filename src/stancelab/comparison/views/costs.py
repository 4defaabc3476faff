"""What quality costs: macro-F1 by seconds, microseconds and megabytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from stancelab.comparison.charts import Chart, Point, across, upward
from stancelab.comparison.scales import Scale, around
from stancelab.comparison.views.formats import amount, interval, known, score
from stancelab.comparison.views.models import is_control, line_css
from stancelab.comparison.views.parts import Cell, Column, Figure, Line, Table

if TYPE_CHECKING:
    from stancelab.comparison.records import Board, Standing

_HEIGHT = 290
_WIDTH = 330
"""Pixels of the narrowest screen, on which no two numbers may lie on each other."""
_OFFSETS = (
    (14, 4),
    (-14, 4),
    (13, -8),
    (-13, -8),
    (13, 17),
    (-13, 17),
    (0, -11),
    (0, 21),
    (27, 4),
    (-27, 4),
    (23, -17),
    (-23, -17),
    (23, 26),
    (-23, 26),
)
_NEAR = 12.0


class _Cost(NamedTuple):
    name: str
    unit: str
    read: Callable[[Standing], float | None]


_COSTS = (
    _Cost("time to predict", "microseconds a statement", lambda one: one.row.predict_microseconds),
    _Cost("time to train", "seconds of training", lambda one: one.row.train_seconds),
    _Cost("size", "megabytes of the exported classifier", lambda one: one.megabytes),
)


@dataclass(frozen=True, slots=True)
class _Spent:
    """A model with its number on the board, what it costs and whether it is worth that."""

    place: int
    standing: Standing
    cost: float
    is_frontier: bool = False


def costs(board: Board) -> tuple[tuple[str, Figure], ...]:
    """Draw quality against each cost that is known of some model."""
    found = []
    for cost in _COSTS:
        spent = [
            _Spent(place, one, value)
            for place, one in enumerate(board.standings, start=1)
            if (value := known(cost.read(one))) is not None and value > 0
        ]
        if spent:
            found.append((cost.name, _figure(cost, _frontier(spent), board)))
    return tuple(found)


def _frontier(spent: Sequence[_Spent]) -> list[_Spent]:
    """Mark the models that no cheaper one, or one as cheap, equals; controls do not count."""
    best, found = float("-inf"), []
    for one in sorted(spent, key=lambda one: (one.cost, -one.standing.row.macro_f1)):
        row = one.standing.row
        is_frontier = not is_control(row) and row.macro_f1 > best
        best = row.macro_f1 if is_frontier else best
        found.append(replace(one, is_frontier=is_frontier))
    return found


def _figure(cost: _Cost, spent: Sequence[_Spent], board: Board) -> Figure:
    rows = [one.standing.row for one in spent]
    title = f"Macro-F1 by {cost.name}"
    chart = Chart(title, " ".join(_said(one, cost) for one in spent), _HEIGHT + 44, "costs")
    ends = [end for row in rows for end in (row.macro_f1, row.macro_f1_low, row.macro_f1_high)]
    x = around([one.cost for one in spent], 9, 97, is_log=True)
    y = around([end for end in ends if known(end) is not None], _HEIGHT, 26, least=0, most=1)
    across(chart, x, y, f"{cost.unit} (logarithmic)")
    upward(chart, x, y, "macro-F1")
    worth = [one for one in spent if one.is_frontier]
    chart.path([(x.at(one.cost), y.at(one.standing.row.macro_f1)) for one in worth], "frontier")
    _points(chart, x, y, spent)
    return Figure(
        chart.svg(), caption=_caption(cost, worth, spent, board), table=_table(title, cost, spent)
    )


def _points(chart: Chart, x: Scale, y: Scale, spent: Sequence[_Spent]) -> None:
    at = [(x.at(one.cost), y.at(one.standing.row.macro_f1)) for one in spent]
    for one, point in zip(spent, at, strict=True):
        row = one.standing.row
        css = f"mark {line_css(row)}".strip()
        group = chart.group(css, f"{row.model}: {score(row.macro_f1)}, {amount(one.cost)}")
        if known(row.macro_f1_low) is not None and known(row.macro_f1_high) is not None:
            low, high = y.at(row.macro_f1_low), y.at(row.macro_f1_high)
            group.line((point[0], low), (point[0], high), "whisker")
        group.dot(point, 5, "point" if one.is_frontier else "point hollow")
    for one, label in zip(spent, _labels(at), strict=True):  # above all points
        group = chart.group(line_css(one.standing.row))
        group.text(label, str(one.place), "name", "middle")


def _labels(points: Sequence[Point]) -> list[Point]:
    """Put each number beside its point, where on a narrow screen nothing is yet."""
    taken = [(x * _WIDTH / 100, y) for x, y in points]
    found = []
    for x, y in points:
        tried = [(x * _WIDTH / 100 + right, y + down) for right, down in _OFFSETS]
        inside = [one for one in tried if 12 < one[0] < _WIDTH - 8] or tried
        free = min(inside, key=lambda one: sum(_touch(one, other) for other in taken))
        taken.append((free[0], free[1] - 4))
        found.append((free[0] * 100 / _WIDTH, free[1]))
    return found


def _touch(label: Point, other: Point) -> bool:
    apart = abs(label[0] - other[0]), abs(label[1] - 4 - other[1])
    return max(apart) < _NEAR


def _caption(cost: _Cost, worth: Sequence[_Spent], spent: Sequence[_Spent], board: Board) -> str:
    best = ", ".join(one.standing.row.model for one in worth)
    there = {one.standing.row.model for one in spent}
    missing = [one.row.model for one in board.standings if one.row.model not in there]
    unknown = f" Without a value: {', '.join(missing)}." if missing else ""
    return f"Not equalled by a cheaper one (filled): {best}.{unknown}"


def _said(one: _Spent, cost: _Cost) -> str:
    row = one.standing.row
    return (
        f"{one.place} {row.model}: {amount(one.cost)} {cost.unit}, macro-F1 {score(row.macro_f1)}."
    )


def _table(title: str, cost: _Cost, spent: Sequence[_Spent]) -> Table:
    lines = tuple(
        Line(
            (
                Cell(f"{one.place}  {row.model}", one.place),
                Cell(amount(one.cost), one.cost),
                Cell(
                    score(row.macro_f1),
                    known(row.macro_f1),
                    interval(row.macro_f1_low, row.macro_f1_high),
                ),
            )
        )
        for one in sorted(spent, key=lambda one: one.place)
        for row in (one.standing.row,)
    )
    columns = (Column("model", is_number=False), Column(cost.unit), Column("macro-F1"))
    return Table(title, columns, lines)
