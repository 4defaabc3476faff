"""Who says what toward whom: sources by actors, coloured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from stancelab.comparison.views.formats import counted, shortened
from stancelab.tagging.aggregates import Cell, matrix
from stancelab.tagging.tags import Tag
from stancelab.tagging.views.answers import NOT_NAMED, level, stance

MOST_SOURCES, MOST_ACTORS = 20, 15
"""The rows and columns that are shown."""


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """A cell: the mean stance, how many statements, a class for its colour, and all in words."""

    text: str = ""
    statements: str = ""
    css: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class MatrixLine:
    """A source, shortened and in full, with a cell for each actor."""

    source: str
    full: str
    cells: tuple[MatrixCell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Sources by actors, and what is left out."""

    actors: tuple[str, ...]
    lines: tuple[MatrixLine, ...]
    note: str


def sources(tags: Sequence[Tag]) -> Matrix | None:
    """Give the stance of sources toward actors, or None where there is no tag.

    The sources and actors with the most statements are shown, in that order.
    """
    cells = matrix(tags)
    if not cells:
        return None
    rows, columns = Counter[str](), Counter[str]()
    for (source, actor), cell in cells.items():
        rows[source] += cell.statements
        columns[actor] += cell.statements
    shown, actors = _first(rows, MOST_SOURCES), _first(columns, MOST_ACTORS)
    lines = tuple(
        MatrixLine(
            shortened(source or NOT_NAMED),
            source or NOT_NAMED,
            tuple(_cell(source, actor, cells.get((source, actor))) for actor in actors),
        )
        for source in shown
    )
    return Matrix(tuple(actors), lines, _note(len(rows) - len(shown), len(columns) - len(actors)))


def _first(counts: Counter[str], most: int) -> list[str]:
    return sorted(counts, key=lambda name: (-counts[name], not name, name))[:most]


def _cell(source: str, actor: str, cell: Cell | None) -> MatrixCell:
    if cell is None:
        return MatrixCell()
    number = counted(cell.statements, "statement")
    speaks = source or "a source that is not named"
    if cell.mean is None:
        hint = f"{speaks} toward {actor}: {number}, none certain"
        return MatrixCell("?", f"{cell.statements:,}", "unsure", hint)
    hint = f"{speaks} toward {actor}: mean stance {stance(cell.mean)}, {number}"
    return MatrixCell(stance(cell.mean), f"{cell.statements:,}", level(cell.mean), hint)


def _note(sources_left: int, actors_left: int) -> str:
    left = [
        counted(number, name)
        for number, name in ((sources_left, "source"), (actors_left, "actor"))
        if number
    ]
    return f"Left out: {' and '.join(left)} with fewer statements." if left else ""
