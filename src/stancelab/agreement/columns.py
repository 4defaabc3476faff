"""Reading answers from one file with a column for each annotator."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from stancelab.agreement.answers import (
    UNDECIDED,
    AnswerColumns,
    Answers,
    Item,
    check_columns,
    code_of,
    names_of,
    records_of_file,
)
from stancelab.datasets.own.columns import OnError
from stancelab.datasets.own.gathering import refuse
from stancelab.datasets.own.records import Record
from stancelab.errors import BadRow, DataError
from stancelab.schema import LABELS

_LINE = "line"
_MOSTLY = 0.5
"""Share of label words from which a column is taken for an annotator's, mistakes included."""


def read_columns(
    path: Path,
    annotators: Sequence[str] = (),
    columns: AnswerColumns | None = None,
    on_error: OnError = "fail",
) -> Answers:
    """Read one file with a column for each annotator.

    Parameters
    ----------
    path : Path
        CSV, TSV, JSONL or Parquet.
    annotators : sequence of str
        The columns; by default those in which most cells that are not empty hold a label word.
    columns : AnswerColumns, optional
        The columns that name an item.
    on_error : {"fail", "skip"}
        Whether a word that is no label stops it, or leaves out the row.

    Raises
    ------
    BadRowsError
        Cells hold something else than hostile, neutral, cooperative or nothing.
    DataError
        There are not two annotators, or the file or a column is missing.
    """
    columns = columns or AnswerColumns()
    records, bad = records_of_file(path)
    chosen = tuple(dict.fromkeys(annotators)) or _label_columns(records)
    check_columns(path, records, chosen + columns.renamed)
    if len(chosen) < 2:
        listed = ", ".join(chosen) or "none"
        raise DataError(
            f"{path}: expected two columns of labels or more, found {listed}; name them with "
            "--annotator COLUMN, or give one file for each annotator"
        )
    found = names_of(records)
    keys = tuple(name for name in (columns.id, columns.actor, columns.text) if name in found)
    answered = [(_item(record, keys), _codes(path, record, chosen)) for record in records]
    bad += [codes for _, codes in answered if isinstance(codes, BadRow)]
    refuse(bad, on_error)
    rows = [(item, codes) for item, codes in answered if not isinstance(codes, BadRow)]
    labels = np.array([codes for _, codes in rows], dtype=np.int64).reshape(-1, len(chosen))
    items = tuple(item for item, _ in rows)
    return Answers(chosen, keys or (_LINE,), items, labels, len(bad))


def _item(record: Record, keys: Sequence[str]) -> Item:
    """Name an item by its columns, or by its line where the file has none of them."""
    return tuple(str(record.cells.get(name, "")) for name in keys) or (str(record.line),)


def _codes(path: Path, record: Record, annotators: Sequence[str]) -> list[int] | BadRow:
    """Give the answers of a row, or the first cell that holds something else."""
    codes = []
    for name in annotators:
        code = code_of(path, record, name)
        if isinstance(code, BadRow):
            return code
        codes.append(code)
    return codes


def _label_columns(records: Sequence[Record]) -> tuple[str, ...]:
    return tuple(name for name in names_of(records) if _mostly_labels(records, name))


def _mostly_labels(records: Sequence[Record], name: str) -> bool:
    values = [
        value
        for record in records
        if (value := record.cells.get(name)) not in (None, "", UNDECIDED)
    ]
    words = sum(isinstance(value, str) and value.strip() in LABELS for value in values)
    return words > _MOSTLY * len(values)
