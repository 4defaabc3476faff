"""The table of a cell's predictions: its tested rows as they were asked, and what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from stancelab.schema import SCHEMA

if TYPE_CHECKING:
    from numpy.typing import NDArray

PROBABILITIES = ("p_hostile", "p_neutral", "p_cooperative")
"""Columns of what was answered, in label order."""

VERSION = 2
"""Of the columns; cells that were recorded with others are run again."""

_LEFT_OUT = ("split", "native_label")
"""The native label stands beside the answer of a head for it, where the model has one."""


def asked(table: pa.Table) -> pa.Table:
    """Keep of a statement table what scoring, slicing and showing its rows takes.

    Examples
    --------
    >>> from stancelab.schema import as_table
    >>> row = as_table([{"text": "Rome thanked Oslo.", "actor": "Oslo"}])
    >>> "text" in asked(row).column_names, "split" in asked(row).column_names
    (True, False)
    """
    return table.select([name for name in SCHEMA.names if name not in _LEFT_OUT])


def answered(
    table: pa.Table, probabilities: NDArray[np.float64], part: str, test_sets: Sequence[str]
) -> pa.Table:
    """Put rows and what was answered together.

    Parameters
    ----------
    table : pyarrow.Table
        The rows, a statement table.
    probabilities : numpy.ndarray, shape (n_rows, 3)
        What was answered, in label order.
    part : str
        ``"validation"`` or ``"test"``.
    test_sets : sequence of str, length n_rows
        The test set that each row belongs to.
    """
    kept = asked(table).append_column("part", pa.repeat(part, len(table)))
    kept = kept.append_column("test_set", pa.array(list(test_sets), pa.string()))
    for at, name in enumerate(PROBABILITIES):
        kept = kept.append_column(name, pa.array(probabilities[:, at]))
    return kept


def probabilities_of(predictions: pa.Table) -> NDArray[np.float64]:
    """Give the probabilities, shape (n_rows, 3), in label order."""
    return np.column_stack([predictions.column(name).to_numpy() for name in PROBABILITIES])
