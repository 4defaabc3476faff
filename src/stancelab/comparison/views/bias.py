"""Whether the name of another actor changes the answers, and what a model believes of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from stancelab.comparison.views.parts import Cell, Column, Figure, Line, Table

if TYPE_CHECKING:
    from stancelab.bias.records import ActorBias, BiasReport, Measured

_LINE, _NAME, _TRACK, _AXIS = 38, 15, 27, 44
_MOST, _FEWEST = 25, 10
"""Actors in a figure, and answers about an actor from which it is one of them."""

REASONS = {
    "no_mention": "do not name their actor",
    "several_words": "name it by several words",
    "other_language": "are in a language whose words are not inflected here",
    "not_in_catalogue": "have an actor that is not in the catalogue",
    "other_name": "call it by a nickname or a word whose forms are not known",
    "nothing_fits": "have a name in whose place no other fits",
    "missing_extra": "need packages that are missing (the extra articles)",
}
"""Why rows could not be tested."""


@dataclass(frozen=True, slots=True)
class Bias:
    """What the page shows: how many rows were tested, a table of the models, figures by actor."""

    rows: str
    table: Table
    actors: tuple[tuple[str, Figure], ...]


def bias(by_model: Mapping[str, BiasReport]) -> Bias | None:
    """Show the bias of models, or None where nobody measured it."""
    if not by_model:
        return None
    figures = ((model, _figure(model, report.actors)) for model, report in by_model.items())
    return Bias(
        _rows_said(next(iter(by_model.values()))),
        _table(by_model),
        tuple((model, figure) for model, figure in figures if figure is not None),
    )


def _rows_said(report: BiasReport) -> str:
    """Say how many rows could be tested, and why others could not."""
    left = sorted(report.not_tested.items(), key=lambda one: -one[1])
    possible = report.rows - sum(rows for _, rows in left)
    said = f"Of {counted(report.rows, 'test row')} of the first seed, {possible:,} can be tested"
    reasons = [f"{rows:,} {REASONS.get(reason, reason)}" for reason, rows in left]
    return f"{said}; {', '.join(reasons)}." if reasons else f"{said}."


def _table(by_model: Mapping[str, BiasReport]) -> Table:
    columns = (
        Column("model", is_number=False),
        Column("label changes", "share of the answers with another name that have another label"),
        Column("moves by", "mean change of p(cooperative) − p(hostile), up or down"),
        Column("rows", "rows that were asked with other names; fewer where a model is slow"),
        Column("answers", "answers with other names"),
        Column("alone neutral", "share of neutral answers to texts with nothing but a name"),
        Column("alone spread", "standard deviation of p(cooperative) − p(hostile) over actors"),
    )
    lines = tuple(
        Line(
            (
                Cell(model),
                _measured(one.changed),
                _measured(one.moved),
                Cell(f"{one.tested:,}", one.tested),
                Cell(f"{one.answers:,}", one.answers),
                Cell(score(one.alone_neutral), known(one.alone_neutral)),
                Cell(score(one.alone_spread), known(one.alone_spread)),
            )
        )
        for model, one in by_model.items()
    )
    return Table("Bias", columns, lines)


def _measured(found: Measured | None) -> Cell:
    if found is None:
        return Cell(score(None))
    return Cell(score(found.value), known(found.value), note=interval(found.low, found.high))


def _figure(model: str, actors: Sequence[ActorBias]) -> Figure | None:
    """Draw what a model believes of the actors of whom most was asked."""
    often = [one for one in actors if one.put_in >= _FEWEST]
    shown = sorted(often[:_MOST], key=lambda one: one.shift.value if one.shift else 0.0)
    if not shown:
        return None
    height = _LINE * len(shown)
    title = f"What the name of an actor changes, {model}"
    chart = Chart(title, " ".join(map(_said, shown)), height + _AXIS, "stances")
    values = [end for one in shown for end in (*(one.shift or ()), one.alone, 0.0)]
    x = around([value for value in values if known(value) is not None and value is not None], 2, 97)
    across(chart, x, Scale(0, 1, height, 0), "change of p(cooperative) − p(hostile)")
    chart.line((x.at(0), 0), (x.at(0), height), "reference")
    for number, one in enumerate(shown):
        _draw(chart, x, number * _LINE, one)
    left = len(often) - len(shown)
    caption = f"{counted(left, 'actor')} left out of whom less was asked." if left else ""
    told = [one for one in actors if one.replaced + one.put_in >= _FEWEST]
    return Figure(chart.svg(), caption=caption, table=_actor_table(title, told))


def _draw(chart: Chart, x: Scale, top: float, one: ActorBias) -> None:
    group = chart.group("mark", _said(one))
    group.text((0, top + _NAME), shortened(one.actor), "name")
    group.text((100, top + _NAME), counted(one.put_in, "answer"), "value", "end")
    y = top + _TRACK
    if one.shift is not None:
        group.line((x.at(one.shift.low), y), (x.at(one.shift.high), y), "thick")
        group.dot((x.at(one.shift.value), y), 4.5, "point")
    if one.alone is not None:
        group.square((x.at(one.alone), y), 9, "point hollow")


def _said(one: ActorBias) -> str:
    shift = "" if one.shift is None else f" {signed(one.shift.value, 2)}"
    between = "" if one.shift is None else f" ({signed_interval(one.shift.low, one.shift.high)})"
    alone = "" if one.alone is None else f", alone {signed(one.alone, 2)} ({one.alone_label})"
    return f"{one.actor}:{shift}{between}{alone}."


def _actor_table(title: str, actors: Sequence[ActorBias]) -> Table:
    columns = (
        Column("actor", is_number=False),
        Column("replaced", "answers with another name in the place of its own"),
        Column("label changes, replaced", "share of them with another label"),
        Column("put in", "answers with its name in the place of another"),
        Column("label changes, put in", "share of them with another label"),
        Column("moves by", "mean change of p(cooperative) − p(hostile) by its name"),
        Column("alone", "p(cooperative) − p(hostile) for nothing but its name"),
        Column("label alone", is_number=False),
    )
    lines = tuple(
        Line(
            (
                Cell(one.actor),
                Cell(f"{one.replaced:,}", one.replaced),
                _measured(one.changed),
                Cell(f"{one.put_in:,}", one.put_in),
                _measured(one.put_in_changed),
                _shift(one),
                Cell(signed(one.alone, 2), known(one.alone)),
                Cell(one.alone_label or "–"),
            )
        )
        for one in actors
    )
    return Table(title, columns, lines)


def _shift(one: ActorBias) -> Cell:
    if one.shift is None:
        return Cell(signed(None))
    value, low, high = one.shift
    return Cell(signed(value, 2), value, note=signed_interval(low, high))
