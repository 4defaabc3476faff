"""What every section of the page is made of: tables and figures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column's name, what it means, and whether numbers stand in it."""

    name: str
    hint: str = ""
    is_number: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its text, the number to sort by, a second line, a remark, and marks beside it."""

    text: str
    value: float | None = None
    note: str = ""
    hint: str = ""
    badges: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table; its first cell is its heading."""

    cells: tuple[Cell, ...]
    css: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table, and what it is called by those who do not see it."""

    label: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a legend: the number of its series, its name and the classes of its line."""

    series: int
    name: str
    css: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with its numbers.

    Attributes
    ----------
    svg : str
        Markup in which every text is escaped.
    heading, caption : str
        What stands above and below.
    table : Table or None
        The same as numbers; None where another table beside it has them.
    legend : tuple of Entry
        Where it has several series.
    css : str
        Further classes.
    """

    svg: str
    heading: str = ""
    caption: str = ""
    table: Table | None = None
    legend: tuple[Entry, ...] = ()
    css: str = ""
