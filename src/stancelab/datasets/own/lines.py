"""Rows of CSV and of JSON lines: first cut from a text, and then read each by itself."""

from __future__ import annotations

import csv
import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from stancelab.errors import BadRow, DataError

_DELIMITERS = ",;\t"


class Record(NamedTuple):
    """One row of a file: where it stands, and its cells by column name."""

    line: int
    cells: dict[str, Any]


class RawRow(NamedTuple):
    """One row as it was cut: where it stands, and its cells, or its line of JSON."""

    line: int
    content: Any


class DelimitedRows:
    """The rows of a CSV or TSV text as lists of cells; a broken one comes as a `BadRow`.

    Parameters
    ----------
    name : str
        How messages call the source.
    lines : iterable of str
        The text, its line ends as they are; bytes that are not UTF-8 as lone surrogates, so that
        their row and column can be told.
    delimiter : str, optional
        Without it, the comma, semicolon or tab that the first line has most of.

    Attributes
    ----------
    names : list of str
        The columns; none where there is no header line.

    Raises
    ------
    DataError
        The column names are not UTF-8, or one is there twice.
    """

    def __init__(self, name: str, lines: Iterable[str], delimiter: str = "") -> None:
        self._name = name
        self._lines = _Lines(lines)
        found = delimiter or max(_DELIMITERS, key=self._lines.peek().count)
        self._reader = csv.reader(self._lines, delimiter=found, strict=True)
        self._bad: list[BadRow] = []
        self.names = self._header()

    def __iter__(self) -> Iterator[RawRow | BadRow]:
        """Cut row by row; empty lines are none."""
        yield from self._bad
        for row in self._rows():
            if isinstance(row, BadRow) or row.content:
                yield row

    def _header(self) -> list[str]:
        for row in self._rows():
            if isinstance(row, RawRow):
                return _checked_header(self._name, row.content)
            self._bad.append(row)
        return []

    def _rows(self) -> Iterator[RawRow | BadRow]:
        while True:
            line = self._lines.begin()
            try:
                yield RawRow(line, next(self._reader))
            except StopIteration:
                return
            except csv.Error as error:
                self._lines.repeat()
                fault = (str(error), "broken CSV", "quoted UTF-8 cells")
                yield BadRow(self._name, line, "", *fault)


class _Lines(Iterator[str]):
    """Numbered lines, of which those behind the first of a row can be read once more.

    A quote that nobody closes would else take all rows behind it with it.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._ahead: deque[str] = deque()
        self._taken: list[str] = []
        self._number = 1

    def peek(self) -> str:
        """Look at the next line; empty where there is none."""
        if not self._ahead:
            self._ahead.extend(islice(self._lines, 1))
        return self._ahead[0] if self._ahead else ""

    def begin(self) -> int:
        """Begin a row, and give the number of its line."""
        self._number += len(self._taken)
        self._taken = []
        return self._number

    def repeat(self) -> None:
        """Give the lines of this row again, but for the first."""
        self._ahead.extendleft(reversed(self._taken[1:]))
        del self._taken[1:]

    def __next__(self) -> str:
        """Give the next line."""
        line = self._ahead.popleft() if self._ahead else next(self._lines)
        self._taken.append(line)
        return line


def json_rows(lines: Iterable[str]) -> Iterator[RawRow]:
    """Give the lines of JSON with their numbers; empty ones are counted, but are no rows."""
    return (RawRow(line, text) for line, text in enumerate(lines, 1) if not text.isspace())


def delimited_record(name: str, header: Sequence[str], row: RawRow) -> Record | BadRow:
    """Give cells their columns.

    Parameters
    ----------
    name : str
        How messages call the source.
    header : sequence of str
        The columns.
    row : RawRow
        The row, cut into cells.
    """
    line, cells = row
    if len(cells) > len(header):
        extra = ", ".join(cells[len(header) :])
        return BadRow(name, line, "", _shown(extra), "more cells than columns", "cells quoted")
    if len(cells) < len(header):
        return BadRow(name, line, header[len(cells)], "", "fewer cells than columns")
    found = dict(zip(header, cells, strict=True))
    return (
        _wrongly_encoded(name, line, found) if undecodable("".join(cells)) else Record(line, found)
    )


def json_record(name: str, row: RawRow) -> Record | BadRow:
    """Read a line of JSON.

    Parameters
    ----------
    name : str
        How messages call the source.
    row : RawRow
        The row as text.
    """
    line, text = row
    try:
        cells = json.loads(text.rstrip())
    except (ValueError, RecursionError) as error:
        return BadRow(name, line, "", _shown(text), "broken JSON", _expected(error))
    if not isinstance(cells, dict):
        return BadRow(name, line, "", _shown(text), "not an object", "{…}")
    escaped = "\\u" in text and undecodable(_written(cells))
    return (
        _wrongly_encoded(name, line, cells) if escaped or undecodable(text) else Record(line, cells)
    )


def undecodable(text: str) -> bool:
    """Say whether a text holds what stands for bytes that are not UTF-8.

    Examples
    --------
    >>> undecodable("Київ"), undecodable("Київ".encode("cp1251").decode(errors="surrogateescape"))
    (False, True)
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _checked_header(source: str, names: list[str]) -> list[str]:
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise DataError(f"{source}:1: two columns are named {twice[0]!r}; rename one of them")
    if undecodable("".join(names)):
        raise DataError(f"{source}:1: the column names are not UTF-8; save the file as UTF-8")
    return names


def _expected(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"a JSON object; {error.msg.lower()} at character {error.colno}"
    return "a JSON object that is not nested so deep, with numbers that are not so long"


def _wrongly_encoded(source: str, line: int, cells: dict[str, Any]) -> BadRow:
    """Name the first column in which something, however deep, was not UTF-8."""
    pairs = ((key, value) for key, value in cells.items() if undecodable(key + _written(value)))
    name, value = next(pairs, ("", ""))
    shown = _shown(value if isinstance(value, str) else str(value))
    return BadRow(source, line, _shown(name), shown, "wrong encoding", "UTF-8")


def _written(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False)


def _shown(text: str) -> str:
    """Show text whatever is in it: bytes that are not UTF-8 as Latin-1, other faults as ``?``."""
    if not undecodable(text):
        return text.strip()
    try:
        return text.strip().encode(errors="surrogateescape").decode("latin-1")
    except UnicodeEncodeError:
        return text.strip().encode(errors="replace").decode()
