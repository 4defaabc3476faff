"""Every form in which MLflow's server takes rows, and what is said of those that are none."""

from __future__ import annotations

import json

import pytest

from stancelab.serving.forms import CSV, JSON, media_type, read_columns
from stancelab.serving.refusals import RefusedError

TEXT, ACTOR = "Oslo thanked Warsaw.", "Warsaw"
PAIR = {"text": TEXT, "actor": ACTOR}
COLUMNS = {"text": [TEXT], "actor": [ACTOR]}


def read(content):
    return read_columns(json.dumps(content).encode(), JSON)


@pytest.mark.parametrize(
    "content",
    [
        {"dataframe_split": {"columns": ["actor", "text", "x"], "data": [[ACTOR, TEXT, 1]]}},
        {"dataframe_split": {"columns": ["text", "actor"], "index": [7], "data": [[TEXT, ACTOR]]}},
        {"dataframe_records": [PAIR]},
        {"dataframe_records": [{**PAIR, "note": 1}], "params": {"a": 1}},
        {"inputs": COLUMNS},
        {"inputs": PAIR},
        {"inputs": [PAIR]},
        {"inputs": {"text": [TEXT], "actor": ACTOR}},
        {"instances": [PAIR]},
        {"instances": COLUMNS},
    ],
)
def test_every_form_gives_the_columns(content):
    assert read(content) == COLUMNS


def test_whole_numbers_of_pandas_are_whole_numbers():
    found = read({"dataframe_records": [{**PAIR, "mention_start": 13.0, "mention_end": 19}]})
    assert [type(found[name][0]) for name in ("mention_start", "mention_end")] == [int, int]
    assert read({"inputs": {**PAIR, "mention_start": 1.5}})["mention_start"] == [1.5]


def test_csv_is_read_with_quotes_line_ends_and_a_byte_order_mark():
    body = '\ufeffactor,text,mention_start\r\nWarsaw,"a, ""b""\nc",4\r\n\r\n'.encode()
    assert read_columns(body, CSV) == {
        "text": ['a, "b"\nc'],
        "actor": ["Warsaw"],
        "mention_start": [4],
    }


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([PAIR], "expected a JSON object, found a list"),
        ({"rows": [PAIR]}, "found none of them"),
        ({"inputs": PAIR, "instances": PAIR}, "found inputs, instances"),
        ({"dataframe_split": [PAIR]}, "an object with columns, data and maybe index"),
        ({"dataframe_split": {"columns": ["text"], "data": [], "y": 1}}, "and maybe index"),
        ({"dataframe_split": {"data": [[TEXT]]}}, "columns as a list of names"),
        ({"dataframe_split": {"columns": ["text", "text"], "data": []}}, "there twice: text, text"),
        ({"dataframe_split": {"columns": ["text"], "data": {}}}, "data as a list of rows"),
        ({"dataframe_split": {"columns": ["text"], "data": [["a"], []]}}, "row 1: .* found 0 val"),
        ({"dataframe_split": {"columns": ["text"], "data": ["a"]}}, "row 0: .* found str"),
        ({"dataframe_records": PAIR}, "dataframe_records: expected a list of objects"),
        ({"inputs": "text"}, "expected a list of objects, or an object of columns"),
        ({"inputs": [PAIR, 1]}, "inputs: expected a list of objects"),
        ({"instances": {"text": ["a", "b"], "actor": ["c"]}}, "lengths: {'text': 2, 'actor': 1}"),
    ],
)
def test_what_is_no_form_is_refused_with_a_reason(content, said):
    with pytest.raises(RefusedError, match=said) as refused:
        read(content)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b'{"inputs":', JSON, "not JSON: Expecting value: line 1 column 11"),
        (b"", JSON, "not JSON"),
        (b"\xff\xfe{", JSON, "not JSON"),
        (b"[" * 100_000, JSON, "nested too deeply"),
        (b'{"inputs": ' + b"1" * 5000 + b"}", JSON, "not JSON: Exceeds the limit"),
        (b"", CSV, "the CSV is empty"),
        (b"text,actor\n\xff,a\n", CSV, "not UTF-8"),
        (b'text,actor\n"abc,d\n', CSV, "not CSV: unexpected end of data"),
        (b"text,actor\na,b\na\n", CSV, "CSV, row 1: expected 2 cells, found 1"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(body, kind, said):
    with pytest.raises(RefusedError, match=said):
        read_columns(body, kind)


@pytest.mark.parametrize(
    "header",
    ["", "text/plain", "application/json; charset=latin-1", "text/csv; header=absent"],
)
def test_other_types_are_refused(header):
    with pytest.raises(RefusedError, match="expected") as refused:
        media_type(header)
    assert refused.value.status == 415


def test_a_long_reason_is_cut():
    assert len(str(RefusedError(400, "x" * 9_000))) == 501
