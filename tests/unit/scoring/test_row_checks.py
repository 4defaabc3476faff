"""Rows are checked in passing as the loaders check them one by one."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancelab.datasets.own.columns import Columns
from stancelab.datasets.own.files import origin_of
from stancelab.datasets.own.lines import Record
from stancelab.datasets.own.rows import RowReader, numbered
from stancelab.errors import BadRow
from stancelab.schema import SCHEMA, as_table
from stancelab.scoring.batches import ArrowBatch, TextBatch
from stancelab.scoring.checking import check

TEXTS = ["Oslo met Warsaw.", "Warsaw", " ", "\x1c", "", None, 7, "奥斯陆 and Oslo", "İ Oslo"]
ACTORS = ["Oslo", "Warsaw", "Minsk", "\u2003", "", None, 1.5]
SPANS = [0, 4, -1, 99, None, "", "4", "x", 2.0, 2.5, True]
ROWS = st.fixed_dictionaries(
    {"text": st.sampled_from(TEXTS), "actor": st.sampled_from(ACTORS)},
    optional={
        "mention": st.sampled_from(["Warsaw", "", None, "Riga"]),
        "mention_start": st.sampled_from(SPANS),
        "mention_end": st.sampled_from(SPANS),
        "source": st.sampled_from(["Rome", "", None, 5]),
        "language": st.sampled_from(["uk", None]),
    },
)


def one_by_one(rows):
    """Check as the loaders do, each row for itself, whatever its label."""
    for line, row in enumerate(rows, start=1):
        reader = RowReader(Columns(), {"neutral": "neutral"}, numbered())
        record = Record(line, {"text": None, "actor": None, **row, "label": "neutral"})
        yield next(reader.rows(origin_of(Path("a.jsonl")), [record]))


@given(st.lists(ROWS, max_size=6))
def test_every_row_is_seen_as_the_loaders_see_it(rows):
    batch = TextBatch([Record(line, row) for line, row in enumerate(rows, start=1)], [])
    found = check(batch, Columns(), "a.jsonl")
    expected = list(one_by_one(rows))
    assert found.bad == [row for row in expected if isinstance(row, BadRow)]
    assert found.kept == [at for at, row in enumerate(expected) if isinstance(row, dict)]
    columns = ("text", "actor", "mention_start", "mention_end", "source", "language")
    good = [{name: row[name] for name in columns} for row in expected if isinstance(row, dict)]
    assert found.table.select(columns).to_pylist() == good
    assert as_table(found.table) is found.table


def test_a_statement_table_of_no_rows_is_one():
    found = check(TextBatch([], ["text", "actor"]), Columns(), "a.csv")
    assert (found.kept, found.bad, len(found.table)) == ([], [], 0)
    assert found.table.schema == SCHEMA


@pytest.mark.parametrize(
    "kind", [pa.large_string(), pa.dictionary(pa.int32(), pa.string()), pa.string_view()]
)
def test_arrow_has_several_kinds_of_text(kind):
    texts = pa.array(["Oslo met Warsaw.", None, ""]).cast(kind)
    table = pa.table({"text": texts, "actor": pa.array(["Oslo"] * 3), "n": [1, 2, 3]})
    found = check(ArrowBatch(table, range(11, 14)), Columns(), "a.parquet")
    assert found.kept == [0]
    assert [(row.line, row.reason) for row in found.bad] == [(12, "empty text"), (13, "empty text")]


def test_columns_have_the_names_that_are_said():
    table = pa.table({"t": ["Oslo met Warsaw."], "who": ["Oslo"], "text": [7]})
    found = check(ArrowBatch(table, [1]), Columns(text="t", actor="who"), "a.parquet")
    assert found.table["text"].to_pylist() == ["Oslo met Warsaw."]
    assert found.table["mention_start"].to_pylist() == [0]
