"""The statement table: one row is one (statement, actor) pair.

Loaders make this table and models take it. It is a `pyarrow.Table`, because scikit-learn indexes
Arrow tables and because predicting must not need `datasets` or pandas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from stancelab.errors import DataError, InputError
from stancelab.text import find_mention

if TYPE_CHECKING:
    import datasets
    from numpy.typing import NDArray

LABELS = ("hostile", "neutral", "cooperative")
"""The labels, always in this order; the stance values are -1, 0 and +1."""

HOSTILE, NEUTRAL, COOPERATIVE = range(3)
UNLABELLED = -1
NO_SPAN = -1

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("statement", pa.string()),
        ("document", pa.string()),
        ("text", pa.string()),
        ("actor", pa.string()),
        ("mention_start", pa.int32()),
        ("mention_end", pa.int32()),
        ("source", pa.string()),
        ("language", pa.string()),
        ("label", pa.int64()),
        ("native_label", pa.string()),
        ("dataset", pa.string()),
        ("split", pa.string()),
        ("attributes", pa.string()),
    ]
)

_DEFAULTS: dict[str, Any] = {
    "source": "",
    "language": "",
    "label": UNLABELLED,
    "native_label": "",
    "dataset": "",
    "split": "",
    "attributes": "{}",
}


def features() -> datasets.Features:
    """Give the statement table's columns as `datasets.Features`.

    Returns
    -------
    datasets.Features
        The columns of `SCHEMA`; ``label`` is a `ClassLabel` with the names of `LABELS`.
    """
    from datasets import ClassLabel, Features, Value

    kinds = {pa.string(): "string", pa.int32(): "int32"}
    columns = {
        field.name: ClassLabel(names=list(LABELS))
        if field.name == "label"
        else Value(kinds[field.type])
        for field in SCHEMA
    }
    return Features(columns)


def as_dataset(table: pa.Table) -> datasets.Dataset:
    """Turn a statement table into a `datasets.Dataset` with the fixed features."""
    from datasets import Dataset

    return Dataset(table.cast(features().arrow_schema), info=None)


def as_table(data: object) -> pa.Table:
    """Turn what a user has into a statement table, and check it.

    Parameters
    ----------
    data : pyarrow.Table, datasets.Dataset, pandas.DataFrame, list of dict, or dict of lists
        At least the columns ``text`` and ``actor``. Where both span columns are missing, the
        actor is looked for in the text. Columns that are not of the statement table are dropped.

    Returns
    -------
    pyarrow.Table
        The columns of `SCHEMA`, in its order.

    Raises
    ------
    InputError
        A column is missing or of the wrong type, or a span lies outside its text.

    Examples
    --------
    >>> table = as_table([{"text": "Kyiv thanked Warsaw.", "actor": "Warsaw"}])
    >>> table.select(["mention_start", "mention_end"]).to_pylist()
    [{'mention_start': 13, 'mention_end': 19}]
    """
    table = _arrow(data)
    if table.schema.equals(SCHEMA):
        return table
    for column in ("text", "actor"):
        if column not in table.column_names:
            found = ", ".join(table.column_names) or "none"
            raise InputError(column, f"missing; the columns found are: {found}")
    columns = {name: _cast(table, SCHEMA.field(name)) for name in _given(table)}
    columns |= _spans(columns)
    columns |= _keys(columns)
    for name, value in _DEFAULTS.items():
        columns.setdefault(name, pa.repeat(pa.scalar(value, SCHEMA.field(name).type), len(table)))
    return pa.table({name: columns[name] for name in SCHEMA.names}, schema=SCHEMA)


def labels_of(table: pa.Table) -> NDArray[np.int64]:
    """Give the label column as an array of 0 (hostile), 1 (neutral), 2 (cooperative), or -1."""
    return np.asarray(table.column("label").to_numpy(), dtype=np.int64)


def check_trainable(table: pa.Table, name: str) -> None:
    """Refuse a table that no classifier can learn from.

    Raises
    ------
    DataError
        The table is empty, has rows without a label, or has one class only.
    """
    if len(table) == 0:
        raise DataError(f"{name}: the data set is empty; it needs labelled rows of two classes")
    labels = labels_of(table)
    if (labels == UNLABELLED).any():
        missing = int((labels == UNLABELLED).sum())
        raise DataError(f"{name}: {missing} of {len(table)} rows have no label; label them first")
    present = np.unique(labels)
    if len(present) == 1:
        only = LABELS[int(present[0])]
        raise DataError(
            f"{name}: all {len(table)} rows are {only!r}; a classifier needs at least two of "
            f"{', '.join(LABELS)}"
        )


def _arrow(data: object) -> pa.Table:
    if isinstance(data, pa.Table):
        return data
    if isinstance(data, Mapping):
        return pa.table(_columns(data))
    if isinstance(data, Sequence) and all(isinstance(row, Mapping) for row in data):
        names = dict.fromkeys(name for row in data for name in row)
        return pa.table(_columns({name: [row.get(name) for row in data] for name in names}))
    if hasattr(data, "with_format") and hasattr(data, "features"):  # datasets.Dataset
        return data.with_format("arrow")[:]
    if hasattr(data, "iloc"):  # pandas.DataFrame
        return pa.Table.from_pandas(data, preserve_index=False)
    raise DataError(
        f"got {type(data).__name__}; expected a pyarrow Table, a datasets Dataset, a pandas "
        "DataFrame, a list of dicts or a dict of lists"
    )


def _columns(data: Mapping[str, Any]) -> dict[str, pa.Array]:
    columns = {}
    for name, values in data.items():
        try:
            columns[name] = pa.array(values)
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise InputError(name, f"values of several types ({error})") from None
    return columns


def _given(table: pa.Table) -> list[str]:
    return [name for name in table.column_names if name in SCHEMA.names]


def _cast(table: pa.Table, field: pa.Field) -> pa.Array:
    column = table.column(field.name).combine_chunks()
    wanted_text = pa.types.is_string(field.type)
    is_text = pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    if wanted_text != is_text and not pa.types.is_dictionary(column.type):
        wanted = "text" if wanted_text else "whole numbers"
        raise InputError(field.name, f"expected {wanted}, found {column.type}")
    if column.null_count:
        row = column.is_null().to_pylist().index(True)
        raise InputError(field.name, "empty", row=row)
    try:
        return column.cast(field.type)
    except pa.ArrowInvalid as error:
        raise InputError(
            field.name, f"expected {field.type}, found {column.type} ({error})"
        ) from None


def _spans(columns: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    texts = columns["text"].to_pylist()
    given = [name for name in ("mention_start", "mention_end") if name in columns]
    if len(given) == 1:
        missing = ({"mention_start", "mention_end"} - set(given)).pop()
        raise InputError(missing, f"missing, but {given[0]!r} is there; give both or neither")
    if not given:
        found = [
            find_mention(t, a) for t, a in zip(texts, columns["actor"].to_pylist(), strict=True)
        ]
        return {
            "mention_start": pa.array([m.start for m in found], pa.int32()),
            "mention_end": pa.array([m.end for m in found], pa.int32()),
        }
    spans = zip(
        columns["mention_start"].to_pylist(), columns["mention_end"].to_pylist(), strict=True
    )
    for row, (text, (start, end)) in enumerate(zip(texts, spans, strict=True)):
        if (start, end) != (NO_SPAN, NO_SPAN) and not 0 <= start < end <= len(text):
            raise InputError(
                "mention_start",
                f"span {start}–{end} lies outside the text of {len(text)} characters; "
                "expected 0 <= start < end <= length, or -1 and -1",
                row=row,
            )
    return {}


def _keys(columns: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    """Fill in the keys: a row's number, and one key for each distinct text."""
    texts = columns["text"]
    numbers = [str(code) for code in texts.dictionary_encode().indices.to_pylist()]
    keys = {"id": pa.array([str(row) for row in range(len(texts))])}
    keys["statement"] = columns.get("statement", pa.array(numbers, pa.string()))
    keys["document"] = columns.get("document", keys["statement"])
    return {name: keys[name] for name in keys if name not in columns}
