"""Figures with a line for each model or actor: the forest plot, and mean stances."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from stancelab.comparison.charts import Chart, across
from stancelab.comparison.scales import Scale, around
from stancelab.comparison.views.formats import (
    counted,
    interval,
    known,
    score,
    shortened,
    signed,
    signed_interval,
)
from stancelab.comparison.views.models import is_control
from stancelab.comparison.views.parts import Cell, Column, Figure, Line, Table
from stancelab.evaluation.aggregates import error

if TYPE_CHECKING:
    from stancelab.comparison.records import Board, Standing
    from stancelab.evaluation.aggregates import MeanStance

_LINE = 38
_NAME, _TRACK = 15, 27
_AXIS = 44
_MOST_GROUPS = 25


def forest(board: Board) -> Figure:
    """Draw macro-F1 of every model with its intervals.

    Thick is the interval over documents, thin that over seeds and documents together; a filled
    point is not significantly worse than the best.
    """
    ends = [_ends(one) for one in board.standings]
    values = [one.row.macro_f1 for one in board.standings]
    every = [end for own in ends for end in own if end is not None]
    x = around([*values, *every], 2, 97, least=0, most=1)
    height = _LINE * len(board.standings)
    chart = Chart("Macro-F1 with 95 % intervals", _said(board), height + _AXIS, "forest")
    across(chart, x, Scale(0, 1, height, 0), "macro-F1")
    for best in [one.row.macro_f1 for one in board.standings if one.is_best][:1]:
        chart.line((x.at(best), 0), (x.at(best), height), "reference")
    for number, (one, own) in enumerate(zip(board.standings, ends, strict=True)):
        _forest_line(chart, x, number, one, own)
    return Figure(chart.svg(), table=_forest_table(board))


def _ends(standing: Standing) -> tuple[float | None, ...]:
    row = standing.row
    ends = (row.macro_f1_low, row.macro_f1_high, row.macro_f1_seeds_low, row.macro_f1_seeds_high)
    return tuple(known(end) for end in ends)


def _forest_line(
    chart: Chart, x: Scale, number: int, one: Standing, ends: tuple[float | None, ...]
) -> None:
    low, high, seeds_low, seeds_high = ends
    top = number * _LINE
    css = "mark control" if is_control(one.row) else "mark"
    group = chart.group(css, f"{one.row.model}: {score(one.row.macro_f1)} {interval(low, high)}")
    group.text((0, top + _NAME), f"{number + 1}  {shortened(one.row.model)}", "name")
    group.text((100, top + _NAME), score(one.row.macro_f1), "value", "end")
    y = top + _TRACK
    _span(group, x, seeds_low, seeds_high, y, "thin")
    _span(group, x, low, high, y, "thick")
    group.dot((x.at(one.row.macro_f1), y), 5, "point" if one.is_indistinct else "point hollow")


def _span(
    chart: Chart, x: Scale, low: float | None, high: float | None, y: float, css: str
) -> None:
    if low is not None and high is not None:
        chart.line((x.at(low), y), (x.at(high), y), css)


def _said(board: Board) -> str:
    return " ".join(
        f"{one.row.model}: {score(one.row.macro_f1)}"
        f"{f' ({interval(*_ends(one)[:2])})' if interval(*_ends(one)[:2]) else ''}."
        for one in board.standings
    )


def _forest_table(board: Board) -> Table:
    names = ("macro-F1", "95 % over documents", "95 % over seeds and documents")
    lines = tuple(
        Line(
            (
                Cell(one.row.model),
                Cell(score(one.row.macro_f1), known(one.row.macro_f1)),
                Cell(interval(*ends[:2]) or "–", ends[0]),
                Cell(interval(*ends[2:]) or "–", ends[2]),
            )
        )
        for one in board.standings
        for ends in (_ends(one),)
    )
    columns = (Column("model", is_number=False), *map(Column, names))
    return Table("Macro-F1 with intervals", columns, lines)


def stances(board: Board) -> tuple[tuple[str, Figure], ...]:
    """Draw for each model the mean stance toward actors: true, counted and corrected."""
    return tuple(
        (one.row.model, _stances(one.row.model, one.stances))
        for one in board.standings
        if one.stances
    )


def _stances(model: str, found: Iterable[MeanStance]) -> Figure:
    ordered = sorted(found, key=lambda one: -one.rows)
    shown = ordered[:_MOST_GROUPS]
    height = _LINE * len(shown)
    title = f"Mean stance by actor, {model}"
    chart = Chart(title, " ".join(map(_stance_said, shown)), height + _AXIS, "stances")
    ends = [end for one in shown for end in (one.low, one.high) if known(end) is not None]
    x = Scale(min([-1.0, *ends]), max([1.0, *ends]), 2, 97)
    across(chart, x, Scale(0, 1, height, 0), "mean stance: −1 hostile, +1 cooperative")
    for number, one in enumerate(shown):
        _stance_line(chart, x, number * _LINE, one)
    left = len(ordered) - len(shown)
    caption = f"{counted(left, 'group')} with fewer rows left out." if left else ""
    caption = " ".join(part for part in (_error_said(ordered), caption) if part)
    return Figure(chart.svg(), caption=caption, table=_stance_table(title, shown))


def _error_said(found: Sequence[MeanStance]) -> str:
    """Say how wrong the aggregate is, where the truth is known."""
    errors = error(found)
    if "counted" not in errors:
        return ""
    return (
        f"Mean error over {errors['groups']:.0f} groups: counted {errors['counted']:.2f}, "
        f"corrected {errors['corrected']:.2f}; the interval holds the truth for "
        f"{errors['covered']:.0%}."
    )


def _stance_line(chart: Chart, x: Scale, top: float, one: MeanStance) -> None:
    group = chart.group("mark", _stance_said(one))
    group.text((0, top + _NAME), shortened(one.group), "name")
    group.text((100, top + _NAME), counted(one.rows, "row"), "value", "end")
    y = top + _TRACK
    _span(group, x, known(one.low), known(one.high), y, "thick")
    if one.true is not None and known(one.true) is not None:
        group.line((x.at(one.true), y - 8), (x.at(one.true), y + 8), "truth")
    if known(one.counted) is not None:
        group.square((x.at(one.counted), y), 9, "point hollow")
    if known(one.corrected) is not None:
        group.dot((x.at(one.corrected), y), 4.5, "point")


def _stance_said(one: MeanStance) -> str:
    true = "" if one.true is None else f"true {signed(one.true, 2)}, "
    between = signed_interval(one.low, one.high)
    return (
        f"{one.group}: {true}counted {signed(one.counted, 2)}, corrected "
        f"{signed(one.corrected, 2)}{f' ({between})' if between else ''}."
    )


def _stance_table(title: str, shown: Iterable[MeanStance]) -> Table:
    names = ("rows", "true", "counted", "corrected")
    lines = tuple(
        Line(
            (
                Cell(one.group),
                Cell(f"{one.rows:,}", one.rows),
                Cell(signed(one.true, 2), known(one.true)),
                Cell(signed(one.counted, 2), known(one.counted)),
                Cell(
                    signed(one.corrected, 2),
                    known(one.corrected),
                    note=signed_interval(one.low, one.high),
                ),
            )
        )
        for one in shown
    )
    return Table(title, (Column("actor", is_number=False), *map(Column, names)), lines)
