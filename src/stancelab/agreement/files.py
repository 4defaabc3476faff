"""Reading answers from one file for each annotator, joined item by item."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from stancelab.agreement.answers import (
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
from stancelab.schema import UNLABELLED


def read_files(
    paths: Sequence[Path], columns: AnswerColumns | None = None, on_error: OnError = "fail"
) -> Answers:
    """Read one file for each annotator, joined on the columns that name an item.

    Those are the id and, where all files have it, the actor; without an id, text and actor. An
    item that some file lacks has no answer there.

    Raises
    ------
    BadRowsError
        Cells hold no label, or an item stands twice in a file.
    DataError
        A file or a column is missing, or no item is in two files.
    """
    columns = columns or AnswerColumns()
    read = [records_of_file(path) for path in paths]
    bad = [row for _, wrong in read for row in wrong]
    names = _keys(paths, [records for records, _ in read], columns)
    answers: list[dict[Item, int]] = []
    for path, (records, _) in zip(paths, read, strict=True):
        found: dict[Item, int] = {}
        bad += _answers(path, records, names, columns.label, found)
        answers.append(found)
    refuse(bad, on_error)
    items = tuple(dict.fromkeys(item for one in answers for item in one))
    labels = np.array(
        [[one.get(item, UNLABELLED) for one in answers] for item in items], dtype=np.int64
    ).reshape(-1, len(paths))
    if not ((labels != UNLABELLED).sum(axis=1) > 1).any():
        joined = " and ".join(names)
        raise DataError(f"no item is in two files; they are joined on the columns {joined}")
    return Answers(_file_names(paths), names, items, labels, len(bad))


def _answers(
    path: Path, records: Sequence[Record], names: Item, label: str, found: dict[Item, int]
) -> Iterator[BadRow]:
    """Put the answers of one file where they belong, and give the rows that cannot be used."""
    for record in records:
        item = tuple(str(record.cells.get(name, "")) for name in names)
        code = code_of(path, record, label)
        if isinstance(code, BadRow):
            yield code
        elif item in found:
            shown = " / ".join(item)
            yield BadRow(str(path), record.line, names[0], shown, "item answered before", "once")
        else:
            found[item] = code


def _keys(
    paths: Sequence[Path], read: Sequence[Sequence[Record]], columns: AnswerColumns
) -> tuple[str, ...]:
    found = [names_of(records) for records in read]
    everywhere = {name for name in found[0] if all(name in one for one in found)}
    for path, records in zip(paths, read, strict=True):
        check_columns(path, records, [columns.label, *columns.renamed])
    if columns.id in everywhere:
        return tuple(name for name in (columns.id, columns.actor) if name in everywhere)
    for path, records in zip(paths, read, strict=True):
        if columns.id not in names_of(records):
            check_columns(path, records, [columns.text, columns.actor])
    if {columns.text, columns.actor} <= everywhere:
        return (columns.text, columns.actor)
    raise DataError(
        f"the files share neither the column {columns.id!r} nor both {columns.text!r} and "
        f"{columns.actor!r}; name them with --id-column, --text-column and --actor-column"
    )


def _file_names(paths: Sequence[Path]) -> tuple[str, ...]:
    stems = [path.stem for path in paths]
    return tuple(stems if len(set(stems)) == len(stems) else map(str, paths))
