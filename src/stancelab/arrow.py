"""Arrow arrays out of plain values, without pandas.

`pyarrow.array` imports pandas where that is installed, which takes a third of a second and much
memory. An exported classifier must answer without it, so its columns are built from buffers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from numpy.typing import NDArray


_DTYPES = {
    pa.int32(): np.int32,
    pa.int64(): np.int64,
    pa.float64(): np.float64,
    pa.bool_(): np.bool_,
}


def strings(values: Sequence[str]) -> pa.Array:
    """Make a column of text.

    Examples
    --------
    >>> strings(["Київ", ""]).to_pylist()
    ['Київ', '']
    """
    encoded = [value.encode() for value in values]
    offsets = np.zeros(len(encoded) + 1, dtype=np.int32)
    np.cumsum([len(value) for value in encoded], out=offsets[1:])
    buffers = [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(encoded), buffers)


def numbers(values: Sequence[float] | NDArray[Any], kind: pa.DataType) -> pa.Array:
    """Make a column of numbers of an Arrow type, or of truth values.

    Examples
    --------
    >>> numbers([1, 2], pa.int32()).to_pylist()
    [1, 2]
    """
    array: NDArray[Any] = np.ascontiguousarray(values, dtype=_DTYPES[kind])
    content = _bits(array) if pa.types.is_boolean(kind) else array.tobytes()
    return pa.Array.from_buffers(kind, len(array), [None, pa.py_buffer(content)])


def column(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Make a column of text or of numbers."""
    return strings(values) if pa.types.is_string(kind) else numbers(values, kind)


def optional(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Make a column of text, of truth values or of numbers in which some are missing.

    Examples
    --------
    >>> optional([1, None], pa.int64()).to_pylist(), optional([None, "x"], pa.string()).to_pylist()
    ([1, None], [None, 'x'])
    """
    there = np.array([value is not None for value in values], dtype=np.bool_)
    filler: Any = "" if pa.types.is_string(kind) else 0
    filled = values if there.all() else [filler if one is None else one for one in values]
    found = column(filled, kind)
    if there.all():
        return found
    buffers = [pa.py_buffer(_bits(there)), *found.buffers()[1:]]
    return pa.Array.from_buffers(kind, len(values), buffers)


def empty_texts(rows: int) -> pa.Array:
    """Make a column of empty text.

    Examples
    --------
    >>> empty_texts(2).to_pylist()
    ['', '']
    """
    buffers = [None, pa.py_buffer(bytes(4 * (rows + 1))), pa.py_buffer(b"")]
    return pa.Array.from_buffers(pa.string(), rows, buffers)


def _bits(truths: NDArray[np.bool_]) -> bytes:
    return np.packbits(truths, bitorder="little").tobytes()
