"""Fewer rows of a table, where all would take too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa


def spread(table: pa.Table, most: int) -> pa.Table:
    """Take some rows, evenly over the sorted ids.

    Parameters
    ----------
    table : pyarrow.Table
        A statement table.
    most : int
        How many rows at most.

    Examples
    --------
    >>> from stancelab.schema import as_table
    >>> rows = [{"id": str(n), "text": "Oslo met Riga.", "actor": "Oslo"} for n in range(9)]
    >>> spread(as_table(rows), 3)["id"].to_pylist()
    ['0', '4', '8']
    """
    ids = np.array(table.column("id").to_pylist(), dtype=object)
    even = np.linspace(0, len(ids) - 1, min(len(ids), most)).round().astype(np.int64)
    return table.take(np.argsort(ids, kind="stable")[even])
