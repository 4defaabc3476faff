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


_DTYPES = {pa.int32(): np.int32, pa.int64(): np.int64, pa.float64(): np.float64}


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
    """Make a column of numbers of an Arrow type.

    Examples
    --------
    >>> numbers([1, 2], pa.int32()).to_pylist()
    [1, 2]
    """
    array = np.ascontiguousarray(values, dtype=_DTYPES[kind])
    return pa.Array.from_buffers(kind, len(array), [None, pa.py_buffer(array.tobytes())])


def column(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Make a column of text or of numbers."""
    return strings(values) if pa.types.is_string(kind) else numbers(values, kind)
