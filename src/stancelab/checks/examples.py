"""Examples of what a check found: a text, and the rows that have it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stancelab.checks.records import shown
from stancelab.schema import LABELS, UNLABELLED

if TYPE_CHECKING:
    from stancelab.checks.records import Records

_ROWS = 6
"""Rows of one text that an example lists."""


@dataclass(frozen=True, slots=True)
class RowExample:
    """One row: its part and id, its actor and label."""

    part: str
    id: str
    actor: str
    label: str


@dataclass(frozen=True, slots=True)
class TextExample:
    """A text as its first row writes it, shortened, and up to six of its rows."""

    text: str
    rows: tuple[RowExample, ...]


def text_examples(
    records: Records, texts: Sequence[int], parts: Collection[int]
) -> tuple[TextExample, ...]:
    """Give some texts as examples, each with its rows in some parts."""
    inside = np.flatnonzero(np.isin(records.part_of_row, list(parts)))
    rows: dict[int, list[int]] = {text: [] for text in texts}
    wanted = inside[np.isin(records.text_of_row[inside], list(texts))]
    for row in wanted.tolist():
        rows[int(records.text_of_row[row])].append(row)
    return tuple(example_of(records, rows[text]) for text in texts)


def example_of(records: Records, rows: Sequence[int]) -> TextExample:
    """Give rows of one text as an example; of many, as many from each part."""
    text = records.table.column("text")[rows[0]].as_py()
    return TextExample(shown(text), tuple(row_examples(records, _spread(records, rows))))


def row_examples(records: Records, rows: Iterable[int]) -> list[RowExample]:
    """Give rows as examples."""
    columns = [records.table.column(name) for name in ("id", "actor", "label")]
    found = []
    for row in rows:
        key, actor, label = (column[row].as_py() for column in columns)
        part = records.parts[records.part_of_row[row]]
        found.append(RowExample(part, key, shown(actor), label_name(label)))
    return found


def label_name(label: int) -> str:
    """Name a label; ``""`` for none."""
    return "" if label == UNLABELLED else LABELS[label]


def _spread(records: Records, rows: Sequence[int]) -> list[int]:
    """Choose rows so that every part is shown before one is shown twice."""
    turn: dict[int, int] = {}
    order = []
    for row in rows:
        part = int(records.part_of_row[row])
        turn[part] = turn.get(part, 0) + 1
        order.append((turn[part], part, row))
    return [row for _, _, row in sorted(order)[:_ROWS]]
