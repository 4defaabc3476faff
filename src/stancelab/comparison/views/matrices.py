"""Models against models, and true against predicted labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stancelab.comparison.views.formats import (
    interval,
    known,
    p_value,
    score,
    signed,
    signed_interval,
)
from stancelab.comparison.views.models import line_css, places
from stancelab.comparison.views.parts import Cell, Column, Line, Table
from stancelab.schema import LABELS

if TYPE_CHECKING:
    from stancelab.comparison.records import Board, Standing
    from stancelab.evaluation.paired import Difference

_STEPS = (0.0, 0.01, 0.025, 0.05, 0.1)
"""Above each, a difference has the next deeper colour: the same on every board."""
_SHARES = 10


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """A cell of a matrix: its text, its classes, and which line of the table of pairs it is."""

    text: str
    css: str = ""
    pair: int | None = None


@dataclass(frozen=True, slots=True)
class MatrixLine:
    """A line of a matrix: its number, its heading, its class and its cells."""

    place: int
    name: str
    css: str
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True)
class ConfusionLine:
    """A true label: how many rows have it, and the count, share and class of each answer."""

    label: str
    total: str
    cells: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Confusion:
    """The confusion matrix of one model."""

    place: int
    model: str
    css: str
    labels: tuple[str, ...]
    lines: tuple[ConfusionLine, ...]


def difference_matrix(board: Board) -> tuple[MatrixLine, ...]:
    """Give macro-F1 of the model of the line minus that of the column, for every pair."""
    pairs = {(one.first, one.second): at for at, one in enumerate(board.differences)}

    def cell(first: str, second: str) -> MatrixCell:
        if first == second:
            return MatrixCell("", "same")
        at = pairs.get((first, second), pairs.get((second, first)))
        if at is None:
            return MatrixCell("–")
        pair = board.differences[at]
        value = pair.value if pair.first == first else -pair.value
        return MatrixCell(*_difference(value, pair.is_significant), at)

    at = places(board)
    return tuple(
        MatrixLine(at[own], own, line_css(one.row), tuple(cell(own, other) for other in at))
        for one in board.standings
        for own in (one.row.model,)
    )


def _difference(value: float, is_significant: bool) -> tuple[str, str]:
    """Write a difference; a significant one is marked by a sign and not by its colour alone."""
    if known(value) is None:
        return "–", ""
    level = sum(abs(value) > step for step in _STEPS)
    colour = f"{'plus' if value > 0 else 'minus'}{level}" if level else ""
    if not is_significant:
        return signed(value), colour
    return f"{'▲' if value > 0 else '▼'} {signed(value)}", f"{colour} significant".strip()


def pairs_table(board: Board) -> Table:
    """Give every pair of models with all that was tested; each line says it as a sentence."""
    names = ("difference", "p", "p (Holm)", "p (McNemar)", "only first", "only second")
    columns = (
        Column("first", is_number=False),
        Column("second", is_number=False),
        *map(Column, names),
        Column("detectable", "the smallest difference found with a power of 80 %"),
    )
    return Table("All pairs of models", columns, tuple(map(_pair, board.differences)))


def _pair(one: Difference) -> Line:
    between = signed_interval(one.low, one.high)
    cells = (
        Cell(one.first),
        Cell(one.second),
        Cell(signed(one.value), known(one.value), note=between),
        *(Cell(p_value(p), known(p)) for p in (one.p, one.p_corrected, one.p_mcnemar)),
        *(Cell(f"{rows:,}", rows) for rows in (one.only_first, one.only_second)),
        Cell(score(one.detectable), known(one.detectable)),
    )
    said = (
        f"{one.first} minus {one.second}: {signed(one.value)} ({between}); p {p_value(one.p)}, "
        f"after Holm {p_value(one.p_corrected)}, McNemar {p_value(one.p_mcnemar)}; only the first "
        f"is right on {one.only_first:,} rows, only the second on {one.only_second:,}; smallest "
        f"detectable difference {score(one.detectable)}."
    )
    return Line(cells, "significant" if one.is_significant else "", said)


def detectable(board: Board) -> str:
    """Say how small a difference this test set could show."""
    found = [one.detectable for one in board.differences if known(one.detectable) is not None]
    if not found:
        return ""
    spread = f" ({interval(min(found), max(found))})" if len(found) > 1 else ""
    which = "in the middle of all pairs" if len(found) > 1 else "for this pair"
    return (
        f"The smallest difference of macro-F1 that this test set would show in four of five "
        f"repetitions is {score(float(np.median(found)))} {which}{spread}: a smaller one may well "
        "be there and not be found."
    )


def confusions(board: Board) -> tuple[Confusion, ...]:
    """Give the confusion matrix of every model, counts and shares of the true label."""
    return tuple(_confusion(one, at, board) for at, one in enumerate(board.standings, start=1))


def _confusion(standing: Standing, place: int, board: Board) -> Confusion:
    matrix = standing.matrix
    used = [
        label
        for label in range(len(LABELS))
        if label in board.labels or matrix[label].any() or matrix[:, label].any()
    ]
    lines = []
    for label in used:
        total = float(matrix[label].sum())
        shares = [float(matrix[label, other]) / total if total else 0.0 for other in used]
        cells = tuple(
            (f"{matrix[label, other]:,.0f}", f"{part:.0%}", f"q{min(int(part * _SHARES), 9)}")
            for other, part in zip(used, shares, strict=True)
        )
        lines.append(ConfusionLine(LABELS[label], f"{total:,.0f}", cells))
    names = tuple(LABELS[label] for label in used)
    return Confusion(place, standing.row.model, line_css(standing.row), names, tuple(lines))
