"""From a record with columns of any name to a row of the statement table, or what is wrong."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from stancelab.datasets.own.cells import EMPTY, Cells, Origin
from stancelab.datasets.own.columns import Columns, check_columns
from stancelab.datasets.own.mentions import span_of
from stancelab.datasets.own.records import Record
from stancelab.datasets.reading import text_key
from stancelab.errors import BadRow
from stancelab.schema import LABELS, SCHEMA, UNLABELLED
from stancelab.text import fold

Row = dict[str, Any]

_TABLE = frozenset(SCHEMA.names)
_CODES = {str(code): code for code in range(UNLABELLED, len(LABELS))}
_CODES |= dict.fromkeys(("", "None"), UNLABELLED)
"""Labels in a statement table beside the words: codes in Parquet, nothing where unlabelled."""


class RowReader:
    """Turns records into rows of the statement table.

    A record that has every column of the statement table is a row of one, as
    ``stancelab data convert`` writes them: its keys, native label and attributes are kept, and
    it may be without a label.

    Parameters
    ----------
    columns : Columns
        Which column holds what.
    labels : mapping of str to str
        The source's label words to ours.
    key : callable
        Gives a folded text its key, which equal texts share.

    Attributes
    ----------
    notes : Counter
        How many rows were kept although something about them was not plain, by what it was.
    """

    def __init__(
        self, columns: Columns, labels: Mapping[str, str], key: Callable[[str], str]
    ) -> None:
        self.columns, self.labels = columns, labels
        self.notes: Counter[str] = Counter()
        self._key = key
        self._used = {getattr(columns, name) for name in Columns.model_fields}

    def rows(self, origin: Origin, records: Iterable[Record | BadRow]) -> Iterator[Row | BadRow]:
        """Give the row of every record, or what is wrong with it.

        Raises
        ------
        DataError
            The first record lacks a column that is needed or mapped.
        """
        checked = False
        for record in records:
            if isinstance(record, BadRow):
                yield record
                continue
            if not checked:
                check_columns(self.columns, origin.file, record, labelled=True)
                checked = True
            yield self._row(Cells(origin, self.columns, *record))

    def _row(self, record: Cells) -> Row | BadRow:
        """Check a record and give its row, or what is wrong with it."""
        found = text_and_actor(record)
        if isinstance(found, BadRow):
            return found
        text, actor = found
        span = span_of(record, text, actor, self.notes)
        if isinstance(span, BadRow):
            return span
        label = self._label(record)
        if isinstance(label, BadRow):
            return label
        row = {**_named(record), "text": text, "actor": actor, **label}
        row["mention_start"], row["mention_end"] = span
        return self._of_table(record, row) if _is_ours(record) else self._of_source(record, row)

    def _label(self, record: Cells) -> Row | BadRow:
        value = record.get("label")
        word = str(value).strip()
        if word not in self.labels and isinstance(value, float) and value.is_integer():
            word = str(int(value))  # whole numbers with empty cells among them come as floats
        if word in self.labels:
            return {"native_label": word, "label": LABELS.index(self.labels[word])}
        if _is_ours(record) and word in _CODES:
            return {"native_label": "", "label": _CODES[word]}
        return record.bad("label", value, "unknown label", " or ".join(self.labels))

    def _of_source(self, record: Cells, row: Row) -> Row:
        """Make the keys; what has no other use becomes an attribute."""
        row["statement"] = self._statement(record, row)
        row["attributes"] = _json(self._rest(record))
        return {"document": row["statement"], **row}

    def _of_table(self, record: Cells, row: Row) -> Row | BadRow:
        """Keep what a statement table has; columns beside its own become attributes too."""
        cells = record.cells
        own = _object(cells["attributes"])
        if own is None:
            fault = ("attributes of wrong type", "a JSON object")
            return record.bad("attributes", cells["attributes"], *fault)
        row["statement"] = str(cells["statement"] or "") or self._statement(record, row)
        row |= {name: str(cells[name] or "") for name in ("dataset", "native_label")}
        row["split"] = str(record.get("split") or "")
        row["attributes"] = _json({**own, **self._rest(record, _TABLE)})
        return {"document": row["statement"], **row}

    def _statement(self, record: Cells, row: Row) -> str:
        return f"{record.origin.dataset}/{self._key(fold(row['text']))}"

    def _rest(self, record: Cells, known: frozenset[str] = frozenset()) -> dict[str, Any]:
        used = self._used | known
        return {name: value for name, value in record.cells.items() if name not in used}


def numbered() -> Callable[[str], str]:
    """Make keys that number the texts in their order; they need every text kept in memory."""
    known: dict[str, str] = {}
    return lambda folded: known.setdefault(folded, str(len(known)))


def hashed(folded: str) -> str:
    """Make a key out of the text alone, so that no text has to be kept."""
    return text_key(folded)


def text_and_actor(record: Cells) -> tuple[str, str] | BadRow:
    """Give the text and the actor of a record, or what is wrong with one of them."""
    found = []
    for name in ("text", "actor"):
        value = record.get(name)
        if value is None:
            return record.bad(name, "", f"empty {name}")
        if not isinstance(value, str):
            return record.bad(name, value, f"{name} of wrong type", "text")
        if not value.strip():
            return record.bad(name, value, f"empty {name}")
        found.append(value)
    return found[0], found[1]


def _named(record: Cells) -> Row:
    """Give the keys and names that a record may have, filled in where they can be."""
    origin = record.origin
    row: Row = {"id": f"{origin.ids}/{record.line}", "dataset": origin.dataset}
    row |= {"source": "", "language": "", "split": origin.split}
    for name in ("id", "document", "source", "language", "split"):
        value = record.get(name)
        row |= {} if value in EMPTY else {name: str(value)}
    return row


def _is_ours(record: Cells) -> bool:
    return record.cells.keys() >= _TABLE


def _object(written: Any) -> dict[str, Any] | None:
    """Give a JSON object that may be written as text; none where it is something else."""
    if isinstance(written, str):
        try:
            written = json.loads(written or "{}")
        except json.JSONDecodeError:
            return None
    return {} if written is None else written if isinstance(written, dict) else None


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, default=str)
