"""How scores grow with the training rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stancelab.comparison.charts import Chart, across, upward
from stancelab.comparison.scales import Scale, around
from stancelab.comparison.views.formats import interval, known, score, share
from stancelab.comparison.views.models import legend
from stancelab.comparison.views.parts import Cell, Column, Entry, Figure, Line, Table

if TYPE_CHECKING:
    from stancelab.comparison.records import Comparison
    from stancelab.evaluation.learning import LearningPoint

_HEIGHT = 280


def learning_curves(comparison: Comparison) -> tuple[Figure, ...]:
    """Draw macro-F1 by the training rows, a figure for each training and test set."""
    pairs = dict.fromkeys((one.train, one.test) for one in comparison.learning)
    controls = {
        one.row.model: one.row.control for board in comparison.boards for one in board.standings
    }
    return tuple(
        _figure(
            [one for one in comparison.learning if (one.train, one.test) == pair],
            controls,
            "" if len(pairs) == 1 else f"Trained on {pair[0]}, tested on {pair[1]}",
        )
        for pair in pairs
    )


def _figure(
    points: Sequence[LearningPoint], controls: dict[str, str | None], heading: str
) -> Figure:
    points = sorted(points, key=lambda one: one.rows)
    names = list(dict.fromkeys(one.model for one in points))
    entries = legend(names, controls)
    said = " ".join(_said(name, [one for one in points if one.model == name]) for name in names)
    title = heading or "Macro-F1 by training rows"
    chart = Chart(title, said, _HEIGHT + 44, "lines")
    ends = [end for one in points for end in (one.macro_f1, one.low, one.high)]
    x = around([one.rows for one in points], 9, 97, is_log=True)
    y = around([end for end in ends if known(end) is not None], _HEIGHT, 26, least=0, most=1)
    across(chart, x, y, "training rows (logarithmic)")
    upward(chart, x, y, "macro-F1")
    for entry in entries:
        _line(chart, x, y, entry, [one for one in points if one.model == entry.name])
    return Figure(chart.svg(), heading, table=_table(title, points), legend=entries)


def _line(chart: Chart, x: Scale, y: Scale, entry: Entry, points: Sequence[LearningPoint]) -> None:
    group = chart.group(f"series {entry.css}", entry.name, entry.series)
    drawn = [one for one in points if known(one.macro_f1) is not None]
    banded = [one for one in drawn if known(one.low) is not None and known(one.high) is not None]
    above = [(x.at(one.rows), y.at(one.high)) for one in banded]
    below = [(x.at(one.rows), y.at(one.low)) for one in reversed(banded)]
    if len(banded) > 1:
        group.path([*above, *below], "band", is_closed=True)
    group.path([(x.at(one.rows), y.at(one.macro_f1)) for one in drawn], "curve")
    for one in drawn:
        group.dot((x.at(one.rows), y.at(one.macro_f1)), 3.5, "point")


def _said(name: str, points: Sequence[LearningPoint]) -> str:
    parts = [f"{score(one.macro_f1)} with {one.rows:,} rows" for one in points]
    return f"{name}: {', '.join(parts)}."


def _table(title: str, points: Sequence[LearningPoint]) -> Table:
    names = ("share of documents", "training rows", "macro-F1")
    lines = tuple(
        Line(
            (
                Cell(one.model),
                Cell(share(one.share), one.share),
                Cell(f"{one.rows:,}", one.rows),
                Cell(score(one.macro_f1), known(one.macro_f1), interval(one.low, one.high)),
            )
        )
        for one in points
    )
    return Table(title, (Column("model", is_number=False), *map(Column, names)), lines)
