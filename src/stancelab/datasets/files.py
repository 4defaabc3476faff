"""The user's own CSV, JSONL or Parquet as a statement table, its columns and labels mapped."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from stancelab.datasets.base import Loaded
from stancelab.datasets.records import Record, read_records
from stancelab.errors import MAX_LISTED, BadRow, BadRowsError, DataError
from stancelab.schema import LABELS, NO_SPAN, UNLABELLED, as_table
from stancelab.text import find_mention, fold

OnError = Literal["fail", "skip"]


class Columns(BaseModel):
    """Which column of the file holds what; by default the one of the same name, if any.

    ``mention`` holds the actor as it stands in the text; it or the two span columns say where
    the actor is named. With none of them, the actor itself is looked for.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = "text"
    actor: str = "actor"
    label: str = "label"
    mention: str = "mention"
    mention_start: str = "mention_start"
    mention_end: str = "mention_end"
    id: str = "id"
    document: str = "document"
    source: str = "source"
    language: str = "language"
    split: str = "split"


def load_file(
    path: Path,
    columns: Columns | None = None,
    labels: Mapping[str, str] | None = None,
    on_error: OnError = "fail",
) -> Loaded:
    """Load labelled rows from the user's own file.

    Parameters
    ----------
    path : Path
        A ``.csv``, ``.tsv``, ``.jsonl`` or ``.parquet`` file.
    columns : Columns, optional
        Where the file's columns have other names.
    labels : mapping of str to str, optional
        The user's label words to ours; without it they are hostile, neutral, cooperative.
    on_error : {"fail", "skip"}
        Whether bad rows stop the load or are left out and counted.

    Returns
    -------
    Loaded
        The table, and the rows left out by reason. Rows without a document column get one
        document for each distinct text, so that copies of a text stay together.

    Raises
    ------
    BadRowsError
        Rows cannot be used; lists up to 20 with line, column and value.
    DataError
        The file or one of its columns is missing.
    """
    reader = _Reader(path, columns or Columns(), labels or {name: name for name in LABELS})
    found = [r if isinstance(r, BadRow) else reader.row(r) for r in read_records(path)]
    bad = [row for row in found if isinstance(row, BadRow)]
    rows = [row for row in found if not isinstance(row, BadRow)]
    refuse(bad, on_error)
    if not rows:
        raise DataError(f"{path}: the data set is empty; expected at least one usable row")
    dropped = Counter(row.reason for row in bad)
    return Loaded(as_table(rows), dict(dropped), dict(reader.notes))


def refuse(bad: Sequence[BadRow], on_error: OnError) -> None:
    """Raise `BadRowsError` for bad rows, unless they are to be skipped."""
    if bad and on_error == "fail":
        raise BadRowsError(bad[:MAX_LISTED], len(bad))


def unlabelled_row(path: Path, columns: Columns, record: Record) -> dict[str, Any] | BadRow:
    """Turn a record into a row to be tagged, whatever labels it may have."""
    return _Reader(path, columns, None).row(record)


class _Reader:
    """Turns the records of one file into rows of the statement table."""

    def __init__(self, path: Path, columns: Columns, labels: Mapping[str, str] | None) -> None:
        self.path, self.columns = path, columns
        self.labels = None if labels is None else _checked_labels(path, labels)
        self.notes: Counter[str] = Counter()
        self._documents: dict[str, str] = {}
        self._columns_checked = False

    def row(self, record: Record) -> dict[str, Any] | BadRow:
        """Check a record and give its row, or what is wrong with it."""
        self._check_columns(record)
        cells = record.cells
        row: dict[str, Any] = {"id": f"{self.path.stem}/{record.line}", "dataset": self.path.stem}
        for name in ("id", "document", "source", "language", "split"):
            value = cells.get(getattr(self.columns, name))
            row |= {} if value in (None, "") else {name: str(value)}
        for name in ("text", "actor"):
            value = cells.get(getattr(self.columns, name))
            if value is None:
                return self._bad(record, name, "", f"empty {name}")
            if not isinstance(value, str):
                return self._bad(record, name, value, f"{name} of wrong type", "text")
            if not value.strip():
                return self._bad(record, name, value, f"empty {name}")
            row[name] = value
        found = self._span(record, row) or self._label(record, row)
        if found:
            return found
        row["statement"] = self._documents.setdefault(
            fold(row["text"]), f"{self.path.stem}/{len(self._documents)}"
        )
        row.setdefault("document", row["statement"])
        used = {getattr(self.columns, name) for name in Columns.model_fields}
        rest = {name: value for name, value in cells.items() if name not in used}
        row["attributes"] = json.dumps(rest, ensure_ascii=False, default=str)
        empty = {"source": "", "language": "", "split": "", "native_label": ""}
        return {**empty, **row}

    def _span(self, record: Record, row: dict[str, Any]) -> BadRow | None:
        cells, columns, text = record.cells, self.columns, row["text"]
        start, end = cells.get(columns.mention_start), cells.get(columns.mention_end)
        given = [value not in (None, "") for value in (start, end)]
        if any(given):
            if not all(given):
                name = "mention_end" if given[0] else "mention_start"
                return self._bad(record, name, "", "half a span", "start and end, or neither")
            try:
                span = (_whole_number(start), _whole_number(end))
            except (TypeError, ValueError, OverflowError):
                found = f"{start}–{end}"
                return self._bad(record, "mention_start", found, "span of wrong type", "numbers")
            row["mention_start"], row["mention_end"] = span
            if span != (NO_SPAN, NO_SPAN) and not 0 <= span[0] < span[1] <= len(text):
                expected = f"0 <= start < end <= {len(text)}"
                found = f"{span[0]}–{span[1]}"
                return self._bad(record, "mention_start", found, "span outside the text", expected)
            return None
        mention = str(cells.get(columns.mention) or "").strip()
        found_at = find_mention(text, mention or row["actor"])
        if mention and found_at.occurrences == 0:
            return self._bad(record, "mention", mention, "mention not in the text", "a part of it")
        if found_at.occurrences > 1:
            self.notes["mention occurs more than once"] += 1
        elif found_at.occurrences == 0:
            self.notes["actor not named in the text"] += 1
        row["mention_start"], row["mention_end"] = found_at.start, found_at.end
        return None

    def _label(self, record: Record, row: dict[str, Any]) -> BadRow | None:
        if self.labels is None:
            row["label"] = UNLABELLED
            return None
        value = record.cells.get(self.columns.label)
        word = str(value).strip()
        if word not in self.labels:
            return self._bad(record, "label", value, "unknown label", " or ".join(self.labels))
        row["native_label"], row["label"] = word, LABELS.index(self.labels[word])
        return None

    def _bad(
        self, record: Record, name: str, value: object, reason: str, expected: str = ""
    ) -> BadRow:
        column = getattr(self.columns, name)
        return BadRow(str(self.path), record.line, column, str(value), reason, expected)

    def _check_columns(self, record: Record) -> None:
        """Refuse a file whose first record lacks a column that is needed or mapped."""
        if self._columns_checked:
            return
        needed = {"text", "actor"} | ({"label"} if self.labels is not None else set())
        for name in needed | self.columns.model_fields_set:
            column = getattr(self.columns, name)
            if column not in record.cells:
                raise _missing_column(self.path, record, name, column)
        self._columns_checked = True


def _whole_number(value: Any) -> int:
    number = int(value)
    if not isinstance(value, str) and number != value:
        raise ValueError(f"{value} is no whole number")
    return number


def _missing_column(path: Path, record: Record, name: str, column: str) -> DataError:
    found = list(record.cells)
    close = get_close_matches(column, found, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return DataError(
        f"{path}:{record.line}: no column {column!r} for the {name}; {hint}"
        f'found: {", ".join(map(str, found)) or "none"}; name it with {name} = "…" under '
        f"[data.columns] (--{name}-column)"
    )


def _checked_labels(path: Path, labels: Mapping[str, str]) -> Mapping[str, str]:
    wrong = [ours for ours in labels.values() if ours not in LABELS]
    if wrong:
        raise DataError(
            f"{path}: label {wrong[0]!r} is not one of {', '.join(LABELS)}; map your words to these"
        )
    return labels
