"""The statement table: one row is one (statement, actor) pair.

Loaders make this table and models take it. It is a `pyarrow.Table`, because scikit-learn indexes
Arrow tables and because predicting must not need `datasets` or pandas.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from stancelab.arrow import column
from stancelab.errors import DataError, InputError
from stancelab.text import find_mention

if TYPE_CHECKING:
    import datasets
    from numpy.typing import NDArray

Find = Callable[[str, str, str], tuple[Any, ...]]
"""Finds where a text names an actor: takes both and the language, gives start and end first."""

LABELS = ("hostile", "neutral", "cooperative")
"""The labels, always in this order; the stance values are -1, 0 and +1."""

HOSTILE, NEUTRAL, COOPERATIVE = ALL_LABELS = (0, 1, 2)
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


def _as_written(text: str, actor: str, language: str) -> tuple[int, ...]:
    return find_mention(text, actor)


def as_table(data: object, find: Find = _as_written) -> pa.Table:
    """Turn what a user has into a statement table, and check it.

    Parameters
    ----------
    data : pyarrow.Table, datasets.Dataset, pandas.DataFrame, list of dict, or dict of lists
        At least the columns ``text`` and ``actor``. Where both span columns are missing, the
        actor is looked for in the text. Columns that are not of the statement table are dropped.
    find : callable
        Takes text, actor and the text's language, or "", and gives where the actor is named: start,
        end, and maybe more. By default it looks for the actor as it is written.

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
    if isinstance(data, pa.Table) and data.schema.equals(SCHEMA):
        return data
    columns = _columns(data)
    for name in ("text", "actor"):
        if name not in columns:
            raise InputError(
                name, f"missing; the columns found are: {', '.join(columns) or 'none'}"
            )
    n_rows = len(columns["text"])
    checked = {
        field.name: _checked(field, columns[field.name])
        for field in SCHEMA
        if field.name in columns
    }
    checked |= _spans(checked, find)
    checked |= _keys(checked)
    for name, value in _DEFAULTS.items():
        checked.setdefault(name, [value] * n_rows)
    arrays = [column(checked[field.name], field.type) for field in SCHEMA]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


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


def _columns(data: object) -> Mapping[str, Sequence[Any]]:
    """Give the columns of whatever was passed as sequences of one length."""
    if isinstance(data, pa.Table):
        return {name: data.column(name).to_pylist() for name in data.column_names}
    if isinstance(data, Mapping):
        columns = {str(name): list(values) for name, values in data.items()}
    elif isinstance(data, Sequence) and all(isinstance(row, Mapping) for row in data):
        names = dict.fromkeys(name for row in data for name in row)
        columns = {str(name): [row.get(name) for row in data] for name in names}
    elif hasattr(data, "with_format") and hasattr(data, "features"):  # datasets.Dataset
        return _columns(data.with_format("arrow")[:])
    elif hasattr(data, "iloc") and hasattr(data, "columns"):  # pandas.DataFrame
        columns = {str(name): data[name].tolist() for name in data.columns}  # type: ignore[index]
    else:
        raise DataError(
            f"got {type(data).__name__}; expected a pyarrow Table, a datasets Dataset, a pandas "
            "DataFrame, a list of dicts or a dict of lists"
        )
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) > 1:
        raise DataError(f"columns of different lengths: {lengths}; give one value for each row")
    return columns


def _checked(field: pa.Field, values: Sequence[Any]) -> Sequence[Any]:
    """Refuse a cell that is empty or not of the column's type."""
    wanted, name = (str, "text") if pa.types.is_string(field.type) else (Integral, "a whole number")
    for row, value in enumerate(values):
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise InputError(field.name, f"expected {name}, found {value!r}", row=row)
        if field.name == "label" and value not in (UNLABELLED, *range(len(LABELS))):
            raise InputError(field.name, f"expected -1, 0, 1 or 2, found {value!r}", row=row)
    return values


def _spans(columns: Mapping[str, Sequence[Any]], find: Find) -> dict[str, Sequence[int]]:
    """Find the spans where none are given, and check those that are."""
    texts = columns["text"]
    given = [name for name in ("mention_start", "mention_end") if name in columns]
    if len(given) == 1:
        missing = ({"mention_start", "mention_end"} - set(given)).pop()
        raise InputError(missing, f"missing, but {given[0]!r} is there; give both or neither")
    if not given:
        languages = columns.get("language", [""] * len(texts))
        found = [find(*row)[:2] for row in zip(texts, columns["actor"], languages, strict=True)]
        return {
            "mention_start": [start for start, _ in found],
            "mention_end": [end for _, end in found],
        }
    spans = zip(columns["mention_start"], columns["mention_end"], strict=True)
    for row, (text, (start, end)) in enumerate(zip(texts, spans, strict=True)):
        if (start, end) != (NO_SPAN, NO_SPAN) and not 0 <= start < end <= len(text):
            raise InputError(
                "mention_start",
                f"span {start}–{end} lies outside the text of {len(text)} characters; "
                "expected 0 <= start < end <= length, or -1 and -1",
                row=row,
            )
    return {}


def _keys(columns: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[str]]:
    """Fill in the keys that are missing: a row's number, and one key for each distinct text."""
    numbered: dict[str, str] = {}
    statements = [numbered.setdefault(text, str(len(numbered))) for text in columns["text"]]
    statements = list(columns.get("statement", statements))
    keys = {
        "id": [str(row) for row in range(len(statements))],
        "statement": statements,
        "document": statements,
    }
    return {name: values for name, values in keys.items() if name not in columns}
