"""Columns of one type, out of values and of columns that have several.

What has no common type becomes text, so that nothing is lost and no run fails at its end: text
stays as it is, everything else is written as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from stancelab.arrow import optional

_WHOLE = 2**53
"""Whole numbers up to this are floating-point numbers too."""
_LONGEST = 2**63
_PLAIN = {str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64()}


def as_text(value: Any) -> str | None:
    """Write a value as text; text and nothing stay as they are.

    Examples
    --------
    >>> as_text("5"), as_text(5), as_text([True, None]), as_text(None)
    ('5', '5', '[true, null]', None)
    """
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def typed(values: Sequence[Any]) -> pa.Array:
    """Make a column of values that JSON has.

    Examples
    --------
    >>> [typed(values).type for values in ([1, None], [1, 0.5], [1, "1"], [{"a": 1}], [None])]
    [DataType(int64), DataType(double), DataType(string), DataType(string), DataType(null)]
    """
    kinds = {type(value) for value in values} - {type(None)}
    if kinds == {int, float} and _within(values, _WHOLE):
        return optional(values, pa.float64())
    if len(kinds) != 1:
        return pa.nulls(len(values)) if not kinds else _texts(values)
    (kind,) = kinds
    fits = kind in _PLAIN and (kind is not int or _within(values, _LONGEST))
    return optional(values, _PLAIN[kind]) if fits else _texts(values)


def common(types: Collection[pa.DataType]) -> pa.DataType:
    """Find the type of a column that has several.

    Examples
    --------
    >>> common([pa.int32(), pa.null(), pa.int64()]), common([pa.int64(), pa.float32()])
    (DataType(int64), DataType(double))
    >>> common([pa.int64(), pa.string()])
    DataType(string)
    """
    found = [one for one in dict.fromkeys(types) if not pa.types.is_null(one)]
    if len(found) < 2:
        return found[0] if found else pa.null()
    if all(map(pa.types.is_signed_integer, found)):
        return pa.int64()
    if all(pa.types.is_signed_integer(one) or pa.types.is_floating(one) for one in found):
        return pa.float64()
    return pa.string()


def fitted(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    """Give a column the type that `common` found.

    Raises
    ------
    pyarrow.ArrowInvalid
        It has whole numbers that are too large for floating-point numbers.
    """
    if column.type == kind:
        return column
    if pa.types.is_null(column.type):
        return pa.chunked_array([pa.nulls(len(column), kind)])
    if pa.types.is_string(kind):
        return pa.chunked_array([_texts(readable(column).to_pylist())])
    return column.cast(kind)


def readable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write times as text, to the nanosecond, which Python's own have not."""
    kind = column.type
    written = pa.types.is_timestamp(kind) or pa.types.is_time(kind)
    return pc.cast(column, pa.string()) if written else column


def _texts(values: Sequence[Any]) -> pa.Array:
    return optional([as_text(value) for value in values], pa.string())


def _within(values: Sequence[Any], limit: int) -> bool:
    return all(-limit <= value < limit for value in values if type(value) is int)
