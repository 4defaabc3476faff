"""How the models of a board are numbered, named and drawn, the same in every section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from stancelab.comparison.views.formats import counted
from stancelab.comparison.views.parts import Cell, Entry

if TYPE_CHECKING:
    from stancelab.comparison.records import Board, Standing
    from stancelab.evaluation.report import Row

T = TypeVar("T")

COLOURS = 7
"""How many colours the style sheet has for series."""
_DASHES = 3
_REMARKS = {
    "control": "control: what is known without reading the text",
    "blind": "control: the same model without the actor",
}


def ranked(board: Board) -> Board:
    """Put the best models of a board first, by which they are numbered everywhere."""
    by_score = sorted(board.standings, key=lambda one: -one.row.macro_f1)
    return replace(board, standings=tuple(by_score))


def order(boards: Sequence[Board]) -> list[str]:
    """Name the models of all boards, in the order of the first on which they are."""
    return list(dict.fromkeys(one.row.model for board in boards for one in board.standings))


def in_order(by_model: Mapping[str, T], names: Sequence[str]) -> dict[str, T]:
    """Put what is known by model in an order of the models; those that it lacks come last.

    Examples
    --------
    >>> in_order({"a": 1, "b": 2, "c": 3}, ["c", "d", "a"])
    {'c': 3, 'a': 1, 'b': 2}
    """
    kept = [name for name in names if name in by_model]
    return {name: by_model[name] for name in dict.fromkeys([*kept, *by_model])}


def places(board: Board) -> dict[str, int]:
    """Give each model of a board its place on the leaderboard, from 1."""
    return {one.row.model: at for at, one in enumerate(board.standings, start=1)}


def is_control(row: Row) -> bool:
    """Say whether a row is there to be compared with and not to be chosen."""
    return row.role != "model"


def name_cell(standing: Standing, place: int) -> Cell:
    """Give the heading of a model's line, with what is to be known of it at once."""
    row = standing.row
    badges = ["best"] if standing.is_best else ["≈ best"] if standing.is_indistinct else []
    if is_control(row):
        badges.append("control")
    return Cell(row.model, value=place, badges=tuple(badges), hint=_REMARKS.get(row.role, ""))


def line_css(row: Row) -> str:
    """Give the class of a model's line: controls stand back."""
    return "control" if is_control(row) else ""


def legend(names: Sequence[str], controls: Mapping[str, str | None]) -> tuple[Entry, ...]:
    """Give each model a line of its own; a control has the colour of its model, but dotted.

    Parameters
    ----------
    names : sequence of str
        The models in the order of the leaderboard.
    controls : mapping of str to str or None
        By model, the name of its control.

    Examples
    --------
    >>> [entry.css for entry in legend(["a", "b", "a/blind"], {"a": "a/blind"})]
    ['s0 d0', 's1 d0', 's0 blind']
    """
    owner = {own: model for model, own in controls.items() if own is not None and own in names}
    own = [name for name in names if name not in owner]
    css = {name: f"s{at % COLOURS} d{at // COLOURS % _DASHES}" for at, name in enumerate(own)}
    css |= {name: f"{css[model].split()[0]} blind" for name, model in owner.items() if model in css}
    return tuple(Entry(at, name, css.get(name, "s0 blind")) for at, name in enumerate(names))


def board_legend(board: Board) -> tuple[Entry, ...]:
    """Give each model of a board a line of its own."""
    rows = [one.row for one in board.standings]
    return legend([row.model for row in rows], {row.model: row.control for row in rows})


def board_title(board: Board) -> str:
    """Say what the models of a board were trained and tested on."""
    if board.train == board.test:
        return f"Trained and tested on {board.train}"
    return f"Trained on {board.train}, tested on {board.test}"


def summary(board: Board) -> str:
    """Say in one or two sentences how a board ended."""
    best = [one.row for one in board.standings if one.is_best]
    if not best:
        return f"{counted(len(board.standings), 'model')}, none of which may be chosen."
    row = best[0]
    said = f"{row.model} is best, with a macro-F1 of {row.macro_f1:.3f}"
    if not board.differences:
        return f"{said}; whether the others are significantly worse was not tested."
    others = [
        one.row.model
        for one in board.standings
        if one.is_indistinct and not one.is_best and not is_control(one.row)
    ]
    if not others:
        return f"{said}; every other model is significantly worse, or may not be chosen."
    are = "is not significantly worse" if len(others) == 1 else "are not significantly worse"
    return f"{said}; {', '.join(others)} {are}."
