"""Small tables to check, and what the tests of the checks share."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from stancelab.checks.records import Records, records_of
from stancelab.schema import as_table

TEXTS = ("Rome met Oslo.", "rome MET  oslo", "Rome left Oslo.", "奥斯陆见罗马", "!!!", "")


def table_of(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """Make a table of rows that say only what matters."""
    defaults = {"actor": "Oslo", "label": 1, "source": "", "split": "", "dataset": ""}
    filled = [{**defaults, "id": str(number), **row} for number, row in enumerate(rows)]
    for row in filled:
        row["attributes"] = json.dumps({"record": row.pop("record")} if "record" in row else {})
    return as_table(filled)


def records(*rows: dict[str, Any]) -> Records:
    """Make the records of some rows."""
    return records_of(table_of(rows))


def tables() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Draw rows with many copies, over two parts."""
    row = st.fixed_dictionaries(
        {
            "text": st.sampled_from(TEXTS),
            "actor": st.sampled_from(("Oslo", "OSLO", "Rome")),
            "label": st.sampled_from((-1, 0, 1, 2)),
            "split": st.sampled_from(("train", "test")),
        }
    )
    return st.lists(row, min_size=1, max_size=12)
