"""All checks in one go: whatever the table, the same findings, and no error."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
from check_tables import table_of, tables
from hypothesis import given, settings

from stancelab.checks.report import check
from stancelab.checks.summary import sections
from stancelab.errors import DataError
from stancelab.schema import SCHEMA

LONG = "The minister of Oslo met the president of Rome on Monday evening"


def test_the_embedded_corpus_is_clean(corpus):
    found = check(corpus)
    assert [(part.rows, part.texts) for part in found.balance] == [(4259, 2615)]
    assert found.conflicts.by_actor == ()
    assert not any(remark.rows for remark in found.spans if remark.fault)
    assert not found.leaking
    assert found.repeats[0].identical == 0


@pytest.mark.parametrize("other", [LONG.upper(), f"{LONG}s"])
def test_copies_and_near_copies_leak(other):
    rows = [{"text": LONG, "split": "train"}, {"text": other, "split": "test"}]
    assert check(table_of(rows)).leaking


def test_copies_inside_a_part_do_not_leak():
    assert not check(table_of([{"text": LONG}, {"text": LONG}, {"text": f"{LONG}s"}])).leaking


@settings(max_examples=30, deadline=None)
@given(tables())
def test_findings_are_data(rows):
    found = check(table_of(rows), label_errors=True)
    plain = json.loads(json.dumps(found.as_dict()))
    assert plain["leaking"] == found.leaking
    assert [remark["rows"] for remark in plain["spans"]] == [one.rows for one in found.spans]
    for section in sections(found):
        assert all(len(row) == len(section.columns) for row in section.rows)
        assert len(section.examples) <= 5 * len(section.rows or [()])


def test_chunks_do_not_matter(corpus):
    part = corpus.slice(0, 300)
    chunked = pa.concat_tables([part.slice(0, 100), part.slice(100)])
    assert check(part).as_dict() == check(chunked).as_dict()


def test_an_empty_table_is_refused():
    with pytest.raises(DataError, match="the data set is empty; expected at least one row"):
        check(SCHEMA.empty_table())
