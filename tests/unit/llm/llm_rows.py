"""Statements of which the server of the tests knows the label."""

from __future__ import annotations

import pyarrow as pa

from stancelab.schema import as_table


def statements(rows: int, verb: str = "thanked") -> pa.Table:
    """Make different statements of one label."""
    return as_table(
        [
            {"text": f"In year {year} Riga {verb} Oslo.", "actor": "Oslo", "language": "en"}
            for year in range(rows)
        ]
    )
