"""What an aggregate takes of a table: its answers, and the groups that its rows are averaged in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from stancelab.errors import DataError, InputError, UnknownNameError
from stancelab.evaluation.metrics import decide
from stancelab.evaluation.predictions import PROBABILITIES, probabilities_of
from stancelab.schema import LABELS, UNLABELLED, labels_of

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

Grouping = Literal["actor", "month", "year"]
"""A column, or a period of the ``date`` that the attributes have."""

PREDICTED = "predicted"
DATE = "date"
_DIGITS = {"month": len("2014-03"), "year": len("2014")}


def groups_by(table: pa.Table, by: Grouping | Sequence[str]) -> list[str]:
    """Name the group of each row.

    Parameters
    ----------
    table : pyarrow.Table
        A column ``actor``, or ``attributes`` with a ``date`` in ISO 8601, as ``by`` needs it.
    by : {"actor", "month", "year"} or sequence of str
        By what rows are grouped, or the group of each row.

    Returns
    -------
    list of str
        ``""`` for a row that is in none, such as one without a date.

    Raises
    ------
    UnknownNameError
        ``by`` is none of the three.
    InputError
        There is not one group for each row, or a date is none.
    DataError
        No row has a date.

    Examples
    --------
    >>> import pyarrow as pa
    >>> table = pa.table({"attributes": ['{"date": "2014-03-15"}', "{}"]})
    >>> groups_by(table, "month")
    ['2014-03', '']
    """
    if not isinstance(by, str):
        if len(by) != len(table):
            raise InputError("by", f"found {len(by)} groups for {len(table)} rows; give one each")
        return list(by)
    if by == "actor":
        return _column(table, "actor")
    if by not in _DIGITS:
        raise UnknownNameError("grouping", by, ["actor", *_DIGITS])
    days = [_day(content, row) for row, content in enumerate(_column(table, "attributes"))]
    if not any(days):
        raise DataError(
            f"none of the {len(days)} rows has a date; grouping by {by} needs a {DATE!r} in the "
            "attributes, such as 2014-03-15; or give the group of each row"
        )
    return [day[: _DIGITS[by]] for day in days]


def answers_of(table: pa.Table, labels: Sequence[int]) -> NDArray[np.int64]:
    """Give the predicted label of each row.

    Parameters
    ----------
    table : pyarrow.Table
        The three probabilities, or ``predicted`` with the names of labels, as tagging adds it.
    labels : sequence of int
        Among which the most probable is chosen.

    Raises
    ------
    InputError
        There is neither, or a name that is no label.
    """
    if set(PROBABILITIES) <= set(table.column_names):
        return decide(probabilities_of(table), labels)
    if PREDICTED not in table.column_names:
        wanted = f"{PREDICTED!r}, or {', '.join(PROBABILITIES)}"
        raise InputError(PREDICTED, f"missing; a table of tagged rows has {wanted}")
    names = _column(table, PREDICTED)
    for row, name in enumerate(names):
        if name not in LABELS:
            raise InputError(PREDICTED, f"expected {', '.join(LABELS)}, found {name!r}", row=row)
    return np.array([LABELS.index(name) for name in names], dtype=np.int64)


def truth_of(table: pa.Table) -> NDArray[np.int64]:
    """Give the true label of each row; -1 where it, or the whole column, is missing."""
    if "label" not in table.column_names:
        return np.full(len(table), UNLABELLED)
    return labels_of(table)


def documents_of(table: pa.Table) -> NDArray[np.int64]:
    """Give each row's document as a number; without that column every row is its own."""
    if "document" not in table.column_names:
        return np.arange(len(table))
    numbers: NDArray[np.int64] = np.unique(_column(table, "document"), return_inverse=True)[1]
    return numbers


def _day(attributes: str, row: int) -> str:
    day = str(json.loads(attributes).get(DATE) or "")
    try:
        return datetime.fromisoformat(day).date().isoformat() if day else ""
    except ValueError:
        problem = f"expected a {DATE} in ISO 8601, such as 2014-03-15, found {day!r}"
        raise InputError("attributes", problem, row=row) from None


def _column(table: pa.Table, name: str) -> list[Any]:
    if name not in table.column_names:
        raise InputError(name, f"missing; the columns found are: {', '.join(table.column_names)}")
    values: list[Any] = table.column(name).to_pylist()
    return values
