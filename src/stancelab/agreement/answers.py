"""What annotators answered, and the cells of the files that hold it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancelab.datasets.own.records import Record, read_records
from stancelab.errors import BadRow, DataError
from stancelab.schema import LABELS, UNLABELLED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Item = tuple[str, ...]
UNDECIDED = "?"
"""What an annotator writes who cannot say; as nothing at all, it is no answer."""


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What each annotator answered for each item.

    Attributes
    ----------
    annotators : tuple of str
        Column or file names.
    keys : tuple of str
        The columns that name an item.
    items : tuple of tuple of str
        Their values for each item.
    labels : numpy.ndarray of int, shape (n_items, n_annotators)
        0 hostile, 1 neutral, 2 cooperative, -1 no answer.
    skipped : int
        Rows left out because they hold something else.
    """

    annotators: tuple[str, ...]
    keys: tuple[str, ...]
    items: tuple[Item, ...]
    labels: NDArray[np.int64]
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class AnswerColumns:
    """Which columns name an item, and which holds the label where each annotator has a file."""

    id: str = "id"
    text: str = "text"
    actor: str = "actor"
    label: str = "label"

    @property
    def renamed(self) -> tuple[str, ...]:
        """Give the columns of an item that the user named, and that must be there."""
        default = AnswerColumns()
        names = ("id", "text", "actor")
        pairs = ((getattr(self, name), getattr(default, name)) for name in names)
        return tuple(own for own, usual in pairs if own != usual)


def records_of_file(path: Path) -> tuple[list[Record], list[BadRow]]:
    """Read a file, the rows that cannot be read apart."""
    found = list(read_records(path))
    records = [row for row in found if isinstance(row, Record)]
    if not records:
        raise DataError(f"{path}: the file is empty; expected at least one usable row")
    return records, [row for row in found if isinstance(row, BadRow)]


def code_of(path: Path, record: Record, column: str) -> int | BadRow:
    """Give the code of the label in a cell, -1 for no answer, or what is wrong with it."""
    value = record.cells.get(column)
    word = "" if value is None else str(value).strip()
    if word in ("", UNDECIDED):
        return UNLABELLED
    if word in LABELS:
        return LABELS.index(word)
    expected = f"{' or '.join(LABELS)}, nothing or {UNDECIDED}"
    return BadRow(str(path), record.line, column, word, "unknown label", expected)


def check_columns(path: Path, records: Sequence[Record], wanted: Sequence[str]) -> None:
    """Refuse a file without some columns."""
    found = names_of(records)
    for name in wanted:
        if name not in found:
            close = get_close_matches(name, found, n=1)
            hint = f"did you mean {close[0]!r}? " if close else ""
            raise DataError(f"{path}: no column {name!r}; {hint}found: {', '.join(found)}")


def names_of(records: Sequence[Record]) -> Mapping[str, Any]:
    """Give the names of all columns, in order; in JSONL the first line may lack some."""
    return {name: None for record in records for name in record.cells}
