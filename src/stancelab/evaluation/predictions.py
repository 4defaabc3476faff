"""The table of a cell's predictions: its tested rows as they were asked, and what was answered."""

from __future__ import annotations

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


def probabilities_of(predictions: pa.Table) -> NDArray[np.float64]:
    """Give the probabilities, shape (n_rows, 3), in label order."""
    return np.column_stack([predictions.column(name).to_numpy() for name in PROBABILITIES])
