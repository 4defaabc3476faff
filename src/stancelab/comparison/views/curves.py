"""Whether probabilities can be used: reliability, and errors against coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stancelab.comparison.charts import Chart, across, upward
from stancelab.comparison.scales import Scale, around
from stancelab.comparison.views.formats import interval, known, score, share
from stancelab.comparison.views.models import board_legend, line_css, name_cell, places
from stancelab.comparison.views.parts import Cell, Column, Entry, Figure, Line, Table

if TYPE_CHECKING:
    from stancelab.comparison.records import Board, Standing
    from stancelab.evaluation.abstention import RiskCoverage
    from stancelab.evaluation.calibration import Bin

_LOWEST = 0.3
"""Of three labels the most probable has at least a third."""
_SMALL, _TALL = 150, 270
_MOST_POINTS = 100
_COVERAGES = (0.25, 0.5, 0.75)


def reliability(board: Board) -> tuple[Figure, ...]:
    """Draw for each model how often it is right by how sure it is."""
    bins = [one for standing in board.standings for one in standing.calibration.bins]
    if not bins:
        return ()
    low = min([_LOWEST, *(known(one.confidence) or 1.0 for one in bins)])
    return tuple(
        _reliability(standing, place, low)
        for place, standing in enumerate(board.standings, start=1)
        if standing.calibration.bins
    )


def _reliability(standing: Standing, place: int, low: float) -> Figure:
    model, found = standing.row.model, standing.calibration
    said = " ".join(map(_bin_said, found.bins))
    chart = Chart(f"Reliability of {model}", said, _SMALL + 22, "mini")
    x, y = Scale(low, 1, 14, 93), Scale(0, 1, _SMALL, 8)
    across(chart, x, y, most=3)
    upward(chart, x, y, most=2)
    chart.path([(x.at(one), y.at(one)) for one in (low, 1.0)], "reference")
    css = f"series s0 {line_css(standing.row)}".strip()
    group = chart.group(css)
    group.path([(x.at(one.confidence), y.at(one.accuracy)) for one in found.bins], "curve")
    for one in found.bins:
        if known(one.low) is not None and known(one.high) is not None:
            at = x.at(one.confidence)
            group.line((at, y.at(one.low)), (at, y.at(one.high)), "whisker")
        group.dot((x.at(one.confidence), y.at(one.accuracy)), 3, "point")
    return Figure(chart.svg(), f"{place}  {model}", f"ECE {score(found.ece)}", css="multiple")


def _bin_said(one: Bin) -> str:
    between = interval(one.low, one.high)
    return (
        f"Confidence {score(one.confidence, 2)}: {score(one.accuracy, 2)} right"
        f"{f' ({between})' if between else ''}, {one.rows:,} rows."
    )


def bins_table(board: Board) -> Table:
    """Give the bins of all models as numbers."""
    columns = (
        Column("model", is_number=False),
        Column("confidence"),
        Column("share right"),
        Column("rows"),
    )
    lines = tuple(
        Line(
            (
                Cell(standing.row.model),
                Cell(score(one.confidence, 2), known(one.confidence)),
                Cell(score(one.accuracy, 2), known(one.accuracy), interval(one.low, one.high)),
                Cell(f"{one.rows:,}", one.rows),
            )
        )
        for standing in board.standings
        for one in standing.calibration.bins
    )
    return Table("Reliability", columns, lines)


def calibration_table(board: Board) -> Table:
    """Give the scores of the probabilities of every model."""
    columns = (
        Column("model", is_number=False),
        Column("ECE", "expected calibration error; low is good"),
        Column("Brier", "Brier score, 0 to 2; low is good"),
        Column("reliability", "part of the Brier score that is miscalibration; low is good"),
        Column("resolution", "part of it that is telling rows apart; high is good"),
        Column("log loss", "in nats; low is good"),
        Column("area", "area under the risk–coverage curve; low is good"),
        *(
            Column(f"errors at {share(one)}", f"share wrong of the surest {share(one)}")
            for one in _COVERAGES
        ),
    )
    at = places(board)
    return Table(
        "Calibration", columns, tuple(_scores(one, at[one.row.model]) for one in board.standings)
    )


def _scores(standing: Standing, place: int) -> Line:
    own, curve = standing.calibration, standing.risk_coverage
    values = (own.ece, own.brier, own.reliability, own.resolution, own.log_loss, curve.area)
    risks = [risk_at(curve, one) for one in _COVERAGES]
    cells = (Cell(score(value), known(value)) for value in (*values, *risks))
    return Line((name_cell(standing, place), *cells), line_css(standing.row))


def risk_at(curve: RiskCoverage, coverage: float) -> float | None:
    """Give the share that is wrong where at least so many rows are answered."""
    at = int(np.searchsorted(curve.coverage, coverage - 1e-9))
    return curve.risk[at] if at < len(curve.risk) else None


def risk_coverage(board: Board) -> Figure | None:
    """Draw the share of wrong answers by how many rows are answered, one line a model."""
    drawn = {
        entry: one.risk_coverage
        for entry, one in zip(board_legend(board), board.standings, strict=True)
        if one.risk_coverage.coverage
    }
    if not drawn:
        return None
    said = [_risk_said(entry.name, curve) for entry, curve in drawn.items()]
    chart = Chart("Risk by coverage", " ".join(said), _TALL + 44, "lines")
    risks = [risk for curve in drawn.values() for risk in curve.risk]
    x, y = Scale(0, 1, 9, 97), around(risks, _TALL, 26, least=0, most=1)
    across(chart, x, y, "share of the rows that are answered")
    upward(chart, x, y, "share of the answers that are wrong")
    for entry, curve in drawn.items():
        _risk_line(chart, x, y, entry, curve)
    return Figure(chart.svg(), legend=tuple(drawn))


def _risk_line(chart: Chart, x: Scale, y: Scale, entry: Entry, curve: RiskCoverage) -> None:
    points = list(zip(curve.coverage, curve.risk, strict=True))
    kept = np.unique(np.linspace(0, len(points) - 1, _MOST_POINTS).round().astype(int))
    group = chart.group(f"series {entry.css}", entry.name, entry.series)
    group.path([(x.at(points[at][0]), y.at(points[at][1])) for at in kept], "curve")


def _risk_said(model: str, curve: RiskCoverage) -> str:
    parts = [f"{score(risk_at(curve, one), 2)} at {share(one)}" for one in (*_COVERAGES, 1.0)]
    return f"{model}: wrong {', '.join(parts)}; area {score(curve.area)}."
