"""The leaderboard: scores with intervals, and what they cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from stancelab.comparison.views.formats import (
    amount,
    interval,
    known,
    score,
    share,
    signed,
    signed_interval,
)
from stancelab.comparison.views.models import line_css, name_cell, places
from stancelab.comparison.views.parts import Cell, Column, Line, Table

if TYPE_CHECKING:
    from stancelab.comparison.records import Board, Standing


class _Score(NamedTuple):
    field: str
    name: str
    hint: str


_SCORES = (
    _Score("macro_f1", "macro-F1", "mean of the F1 of the labels; by it the best is found"),
    _Score("polar_f1", "F1 host./coop.", "mean of the F1 of hostile and cooperative"),
    _Score("accuracy", "accuracy", "share of the rows that are right"),
    _Score("actor_swap", "actor swap", "share of the statements with several labels, all right"),
    _Score("mae", "MAE", "mean distance on the scale −1, 0, +1; low is good"),
    _Score("weighted_kappa", "weighted κ", "agreement beyond chance; far misses weigh more"),
    _Score("polar_errors", "polar errors", "hostile taken for cooperative or back; low is good"),
)
_Found = tuple[Column, Callable[["Standing"], Cell]]


def leaderboard(board: Board) -> Table:
    """Give the leaderboard of a board; columns that no model has a value for are left out."""
    columns = [*map(_score, _SCORES), _ABOVE, *_COSTS]
    found = [(column, [cell(one) for one in board.standings]) for column, cell in columns]
    if any(one.row.leaked for one in board.standings):
        found.append((_LEAKED[0], [_LEAKED[1](one) for one in board.standings]))
    shown = [(column, cells) for column, cells in found if any(c.value is not None for c in cells)]
    at = places(board)
    lines = tuple(
        Line(
            (name_cell(one, at[one.row.model]), *(cells[number] for _, cells in shown)),
            line_css(one.row),
        )
        for number, one in enumerate(board.standings)
    )
    return Table("Leaderboard", (Column("model", is_number=False), *(c for c, _ in shown)), lines)


def _score(which: _Score) -> _Found:
    def cell(standing: Standing) -> Cell:
        found = [getattr(standing.row, which.field + end) for end in ("", "_low", "_high")]
        value, low, high = found
        return Cell(score(value), known(value), note=interval(low, high))

    return Column(which.name, which.hint), cell


def _above(standing: Standing) -> Cell:
    row = standing.row
    ends = (row.control_difference_low, row.control_difference_high)
    hint = f"above {row.control}: {'yes' if row.above_control else 'no'}" if row.control else ""
    value = known(row.control_difference)
    return Cell(signed(value), value, note=signed_interval(*ends), hint=hint)


def _number(write: Callable[[float | None], str], read: Callable[[Standing], float | None]) -> Any:
    def cell(standing: Standing) -> Cell:
        value = known(read(standing))
        return Cell(write(value), value)

    return cell


_ABOVE: _Found = (Column("above its control", "macro-F1 minus that of its control"), _above)
_COSTS: tuple[_Found, ...] = (
    (Column("training s"), _number(amount, lambda one: one.row.train_seconds)),
    (
        Column("µs a statement", "predicting, in microseconds"),
        _number(amount, lambda one: one.row.predict_microseconds),
    ),
    (Column("MB", "size of the exported classifier"), _number(amount, lambda one: one.megabytes)),
    (Column("seeds"), _number(amount, lambda one: one.row.seeds)),
    (Column("tested rows", "over all seeds"), _number(amount, lambda one: one.row.test_rows)),
)
_LEAKED: _Found = (
    Column("leaked", "share of the tested rows whose text or document stands in training"),
    lambda one: Cell(share(one.row.leaked), one.row.leaked),
)
