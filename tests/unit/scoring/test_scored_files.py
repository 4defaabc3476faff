"""Scoring files: every row is in the output or in the side file."""

from __future__ import annotations

import csv
import json
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_files import KINDS, read, write

from stancelab.errors import BadRowsError, DataError, StancelabError
from stancelab.scoring import ADDED, load_bundle
from stancelab.scoring.job import RefusedRowsError

TEXT = "Oslo thanked Warsaw and condemned Minsk."
ROWS = [{"nr": str(n), "text": TEXT, "actor": a} for n, a in enumerate(("Warsaw", "Minsk") * 3)]


def left(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("source", KINDS)
@pytest.mark.parametrize("target", KINDS)
def test_files_keep_their_columns_and_gain_four(score, lexicon_bundle, tmp_path, source, target):
    write(tmp_path / f"in.{source}", ROWS)
    done = score(f"in.{source}", f"out.{target}", part_rows=4)
    assert (done.rows, done.refused, done.rejected) == (6, 0, None)
    assert done.answers == {"hostile": 3, "neutral": 0, "cooperative": 3}
    tagged = read(tmp_path / f"out.{target}")
    assert list(tagged[0]) == ["nr", "text", "actor", *ADDED]
    assert [row["predicted"] for row in tagged] == ["cooperative", "hostile"] * 3
    assert [row["nr"] for row in tagged] == list("012345")
    exact = load_bundle(lexicon_bundle).predict_proba([TEXT], ["Warsaw"])[0, 2]
    assert float(tagged[0]["p_cooperative"]) == exact
    assert left(tmp_path) == sorted([f"in.{source}", f"out.{target}"])


def test_a_part_is_a_row_group_and_types_stay(score, tmp_path):
    days = pa.array([1, 2, 3, 4, None], pa.int32()).cast(pa.date32())
    table = pa.table({"text": [TEXT] * 5, "actor": ["Minsk"] * 5, "day": days, "l": [[1]] * 5})
    pq.write_table(table, tmp_path / "in.parquet")
    score("in.parquet", "out.parquet", part_rows=2)
    file = pq.ParquetFile(tmp_path / "out.parquet")
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [2, 2, 1]
    assert file.read().select(table.column_names).equals(table)
    score("in.parquet", "out.csv")
    assert read(tmp_path / "out.csv")[0]["day"] == "1970-01-02"
    assert read(tmp_path / "out.csv")[0]["l"] == "[1]"


BAD = [
    b'{"text": "", "actor": "Oslo"}',
    b'{"text": 7, "actor": "Oslo"}',
    b'{"text": "Oslo fell."',
    b'{"text": "Oslo fell.", "actor": "Oslo", "mention_start": 3, "mention_end": 99}',
    '{"text": "Київ упав.", "actor": "Київ"}'.encode("cp1251"),
    b"[1]",
    b"[" * 99_999,
    b'{"text": "Oslo fell.", "actor": "Oslo", "p_neutral": 1}',
    b'{"actor": "Oslo"}',
]
GOOD = json.dumps({"text": TEXT, "actor": "Minsk"}).encode()
REASONS = [
    "empty text", "text of wrong type", "broken JSON", "span outside the text", "wrong encoding",
    "not an object", "broken JSON", "column is there already", "empty text",
]  # fmt: skip


@pytest.mark.parametrize("part_rows", [1, 4, 100])
def test_nothing_is_lost_of_json_lines(score, tmp_path, part_rows):
    lines = [GOOD, *(line for bad in BAD for line in (bad, b"", GOOD))]
    (tmp_path / "in.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    done = score("in.jsonl", "out.jsonl", part_rows=part_rows)
    assert done.rows == sum(bool(line) for line in lines) == 19
    assert done.refused == len(BAD) == done.rows - sum(done.answers.values())
    assert len(read(tmp_path / "out.jsonl")) == 10
    refused = read(tmp_path / "out.refused.jsonl")
    assert done.rejected == tmp_path / "out.refused.jsonl"
    assert [row["reason"] for row in refused] == REASONS
    assert [row["line"] for row in refused] == [2 + 3 * n for n in range(9)]
    assert set(refused[0]) == {"file", "line", "column", "value", "reason", "expected"}
    assert refused[3]["value"] == "3–99"
    assert refused[2]["value"] == BAD[2].decode()


def test_nothing_is_lost_of_csv(score, tmp_path):
    content = (
        "nr,text,actor\n1,Oslo fell.,Oslo\n2,,Oslo\n3,Oslo fell.\n\n4,Oslo,Oslo,more\n"
        '5,"Oslo fell.,Oslo\n6,Oslo fell.,Oslo\n7,Київ,Київ\n8,Oslo fell., \n9,Oslo rose.,Oslo\n'
    )
    (tmp_path / "in.csv").write_bytes(content.encode("cp1251"))
    done = score("in.csv", "out.csv", rejected=tmp_path / "side.jsonl")
    assert (done.rows, done.refused) == (9, 6)
    assert [row["nr"] for row in read(tmp_path / "out.csv")] == ["1", "6", "9"]
    assert [(row["line"], row["reason"]) for row in read(tmp_path / "side.jsonl")] == [
        (3, "empty text"),
        (4, "fewer cells than columns"),
        (6, "more cells than columns"),
        (7, "broken CSV"),
        (9, "wrong encoding"),
        (10, "empty actor"),
    ]
    assert left(tmp_path) == ["in.csv", "out.csv", "side.jsonl"]


def test_nothing_is_lost_of_parquet(score, tmp_path):
    rows = [{"text": t, "actor": a, "mention_start": s, "mention_end": e} for t, a, s, e in [
        (TEXT, "Minsk", 33, 38), (None, "Oslo", None, None), (TEXT, "Oslo", 0, 99),
        (TEXT, "Oslo", 0, None), (TEXT, "Oslo", None, None), (TEXT, "Rome", -1, -1),
    ]]  # fmt: skip
    write(tmp_path / "in.parquet", rows)
    done = score("in.parquet", "out.parquet")
    assert (done.rows, done.refused) == (6, 3)
    refused = read(tmp_path / "out.refused.jsonl")
    assert [(row["line"], row["reason"]) for row in refused] == [
        (2, "empty text"), (3, "span outside the text"), (4, "half a span")
    ]  # fmt: skip
    kept = pq.read_table(tmp_path / "out.parquet").drop(ADDED).to_pylist()
    assert kept == [rows[0], rows[4], rows[5]]


def test_parquet_that_is_not_utf8_is_refused_row_by_row(score, tmp_path):
    texts = [TEXT.encode(), "Мінськ".encode("cp1251"), None, b"Minsk fell."]
    notes = [b"x", b"x", b"x", b"\xff"]
    binary = pa.table({"text": texts, "actor": [b"Minsk"] * 4, "note": notes, "n": [1, 2, 3, 4]})
    as_text = [pa.Array.from_buffers(pa.string(), 4, one.combine_chunks().buffers()) for one in
               binary.columns[:3]]  # fmt: skip
    table = pa.table([*as_text, binary["n"]], names=binary.column_names)
    pq.write_table(table, tmp_path / "in.parquet")
    done = score("in.parquet", "out.csv")
    assert (done.rows, done.refused) == (4, 3)
    assert [row["n"] for row in read(tmp_path / "out.csv")] == ["1"]
    refused = [(row["line"], row["column"], row["reason"]) for row in
               read(tmp_path / "out.refused.jsonl")]  # fmt: skip
    assert refused == [
        (2, "text", "wrong encoding"),
        (3, "text", "empty text"),
        (4, "note", "wrong encoding"),
    ]
    assert "Ì³íñüê" in (tmp_path / "out.refused.jsonl").read_text(encoding="utf-8")


def test_times_that_python_does_not_have_are_no_matter(score, tmp_path):
    far = pa.array([2**62, 1, None], pa.int64()).cast(pa.timestamp("us"))
    table = pa.table({"text": [TEXT, "", TEXT], "actor": ["Minsk"] * 3, "when": far})
    pq.write_table(table, tmp_path / "in.parquet")
    assert score("in.parquet", "out.csv").refused == 1
    assert read(tmp_path / "out.csv")[1]["when"] == ""


def test_rows_that_cannot_be_scored_may_all_be_refused(score, tmp_path):
    write(tmp_path / "in.csv", [{"text": "", "actor": "Oslo"}] * 3)
    done = score("in.csv", "out.parquet", part_rows=2)
    assert (done.rows, done.refused) == (3, 3)
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 0
    assert pq.read_schema(tmp_path / "out.parquet").names == ["text", "actor", *ADDED]


@pytest.mark.parametrize("content", ["", "text,actor\n"])
def test_no_rows_at_all_are_an_error(score, tmp_path, content):
    (tmp_path / "in.csv").write_text(content)
    with pytest.raises(DataError, match=r"in\.csv: no rows to tag; expected at least one with"):
        score("in.csv", "out.csv")
    assert left(tmp_path) == ["in.csv"]


def test_bad_rows_may_stop_it_or_be_left_out(score, tmp_path):
    write(tmp_path / "in.csv", [{"text": "", "actor": "Oslo"}, {"text": TEXT, "actor": "Minsk"}])
    common = {"side_file": False, "keeps_parts": False}
    with pytest.raises(
        BadRowsError, match=r"--on-error skip\):\n.*in\.csv:2: column 'text': empty"
    ):
        score("in.csv", "out.csv", refusal=BadRowsError, **common)
    with pytest.raises(RefusedRowsError, match="mend them, or put them aside with --on-error ref"):
        score("in.csv", "out.csv", refusal=RefusedRowsError, **common)
    assert left(tmp_path) == ["in.csv"]
    assert score("in.csv", "out.csv", **common).refused == 1
    assert left(tmp_path) == ["in.csv", "out.csv"]
    write(tmp_path / "in.csv", [{"text": "", "actor": "Oslo"}])
    with pytest.raises(DataError, match="no rows to tag"):
        score("in.csv", "out.csv", **common, replace=True)


@pytest.mark.parametrize(
    ("names", "options", "message"),
    [
        (("in.csv", "out.xlsx"), {}, "out.xlsx: unknown file type '.xlsx'"),
        (("in.csv", "no/out.csv"), {}, "make it first"),
        (("in.csv", "in.csv"), {"replace": True}, "in.csv: is an input too; choose another"),
        (("in.csv", "old.csv"), {}, "old.csv: exists; choose another place, or replace it"),
        (("in.csv", "folder.csv"), {"replace": True}, "folder.csv: is a folder; expected a file"),
        (("in.csv", "side.jsonl"), {}, "side.refused.jsonl: exists; choose another place"),
        (("taken.csv", "out.csv"), {}, "taken.csv: has a column 'predicted' already; rename it"),
        (("twice.parquet", "out.csv"), {}, "twice.parquet: two columns are named 'text'"),
        (("other.csv", "out.csv"), {}, "no column 'text' for the text; did you mean 'texts'?"),
        (("other.jsonl", "out.csv"), {}, "no column 'text' for the text; did you mean 'texts'?"),
        (("in.csv", "other.jsonl", "out.csv"), {}, "no column 'text' for the text; did you mean"),
        (("in.csv", "out.csv"), {"processes": 0}, "--processes 0: expected at least 1"),
        (("in.csv", "-"), {}, "expected --rejected FILE.jsonl beside '-'"),
        (("in.csv", "-"), {"resume": True}, "--resume needs a file to go on with"),
        (("in.csv", "-"), {"output_type": "parquet"}, "standard output takes csv, tsv or jsonl"),
    ],
)
def test_what_cannot_be_is_told_before_any_work(score, tmp_path, names, options, message):
    write(tmp_path / "in.csv", ROWS)
    write(tmp_path / "old.csv", ROWS)
    write(tmp_path / "side.refused.jsonl", ROWS)
    write(tmp_path / "taken.csv", [{**ROWS[0], "predicted": "x"}])
    for kind in ("csv", "jsonl"):
        write(tmp_path / f"other.{kind}", [{"texts": "x", "actor": "y"}])
    pq.write_table(pa.table([["x"]] * 2, names=["text"] * 2), tmp_path / "twice.parquet")
    (tmp_path / "folder.csv").mkdir()
    before = left(tmp_path)
    with pytest.raises(StancelabError, match=re.escape(message)):
        score(*names, **options)
    assert left(tmp_path) == before


def test_side_files_have_places_of_their_own(score, tmp_path):
    write(tmp_path / "in.csv", ROWS)
    with pytest.raises(DataError, match=r"side\.csv: is written as JSON lines; expected a name"):
        score("in.csv", "out.csv", rejected=tmp_path / "side.csv")
    with pytest.raises(DataError, match="both for scored and for refused rows"):
        score("in.csv", "out.jsonl", rejected=tmp_path / "out.jsonl")
    with pytest.raises(StancelabError, match="goes with --on-error refuse"):
        score("in.csv", "out.csv", rejected=tmp_path / "side.jsonl", side_file=False)


def test_a_side_file_of_before_is_not_taken_for_that_of_now(score, tmp_path):
    write(tmp_path / "in.csv", [ROWS[0], {"nr": "1", "text": "", "actor": "Oslo"}])
    assert score("in.csv", "out.csv").rejected.exists()
    write(tmp_path / "in.csv", ROWS)
    assert score("in.csv", "out.csv", replace=True).rejected is None
    assert left(tmp_path) == ["in.csv", "out.csv"]


@pytest.mark.parametrize("target", KINDS)
def test_files_with_other_columns_make_one_with_all(score, tmp_path, target):
    one, other = (
        {"text": TEXT, "actor": "Minsk", "a": "x"},
        {"b": "y", "actor": "Oslo", "text": TEXT},
    )
    write(tmp_path / "1.csv", [one])
    write(tmp_path / "2.tsv", [other])
    write(tmp_path / "3.jsonl", [{**one, "c": {"d": [1]}}, {**other, "a": 5}])
    write(tmp_path / "4.parquet", [{**other, "a": 2.5}])
    done = score("1.csv", "2.tsv", "3.jsonl", "4.parquet", f"out.{target}", part_rows=1)
    assert done.rows == 5
    rows = read(tmp_path / f"out.{target}")
    if target == "jsonl":  # each row has its own columns
        assert rows[3]["a"] == 5
        assert rows[2]["c"] == {"d": [1]}
        assert list(rows[0]) == [*one, *ADDED]
        return
    missing = None if target == "parquet" else ""
    assert {tuple(row) for row in rows} == {("text", "actor", "a", "b", "c", *ADDED)}
    assert [row["a"] for row in rows] == ["x", missing, "x", "5", "2.5"]
    assert [row["b"] for row in rows] == [missing, "y", missing, "y", "y"]
    assert [row["c"] for row in rows] == [missing, missing, '{"d": [1]}', missing, missing]


def test_numbers_too_large_for_others_become_text(score, tmp_path):
    row = {"text": TEXT, "actor": "Minsk"}
    write(tmp_path / "in.jsonl", [{**row, "n": 2**53 + 1, "m": 1}, {**row, "n": 0.5, "m": 0.5}])
    score("in.jsonl", "out.parquet", part_rows=1)
    found = pq.read_table(tmp_path / "out.parquet")
    assert found["n"].to_pylist() == ["9007199254740993", "0.5"]
    assert found["m"].to_pylist() == [1.0, 0.5]


def test_cells_of_any_length_and_with_any_line_end_come_back(score, tmp_path):
    row = {"text": TEXT, "actor": "Minsk"}
    rows = [{**row, "note": "a\rb"}, {**row, "more": "x" * 200_000}, {**row, "note": 'a"\n,'}]
    write(tmp_path / "in.jsonl", rows)
    score("in.jsonl", "out.csv", part_rows=1)
    lines = (tmp_path / "out.csv").read_bytes().decode().splitlines()
    assert lines[0] == "text,actor,note,more,predicted,p_hostile,p_neutral,p_cooperative"
    csv.field_size_limit(10**6)
    try:
        found = read(tmp_path / "out.csv")
    finally:
        csv.field_size_limit(131_072)
    assert [row["note"] for row in found] == ["a\rb", "", 'a"\n,']
    assert [len(row["more"]) for row in found] == [0, 200_000, 0]
