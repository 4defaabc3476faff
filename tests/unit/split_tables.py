"""Small tables to split, for the tests of splits and of the leak check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from stancelab.schema import as_table
from stancelab.splits.config import SplitConfig
from stancelab.splits.parts import Split
from stancelab.splits.rowset import Rowset
from stancelab.splits.schemes import make_splits

GROUPED = SplitConfig()


def one(table: pa.Table, config: SplitConfig = GROUPED, seed: int = 0) -> Split:
    """Make the only split of a seed."""
    (split,) = make_splits(Rowset.of(table), config, seed)
    return split


def table_of(texts: Sequence[str], documents: Sequence[str], parts: Sequence[str] = ()) -> pa.Table:
    """Make rows of alternating labels."""
    rows: list[dict[str, Any]] = [
        {"text": text, "actor": "x", "document": document, "label": number % 3}
        for number, (text, document) in enumerate(zip(texts, documents, strict=True))
    ]
    for row, part in zip(rows, parts, strict=False):
        row["split"] = part
    return as_table(rows)
