"""Which files are meant."""

from __future__ import annotations

import re

import pytest
from made_files import write

from stancelab.errors import DataError
from stancelab.scoring.sources import find_sources, rows_of

ROW = {"text": "Oslo met Warsaw.", "actor": "Oslo"}


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "more").mkdir()
    (tmp_path / "none").mkdir()
    for name in ("b.csv", "a.csv", "a[1].csv", "c.parquet", "more/d.parquet", "e.ndjson"):
        write(tmp_path / name, [ROW] * 3)
    return tmp_path


def test_files_come_as_given_and_those_of_a_pattern_by_name(place):
    found = find_sources(["c.parquet", "?.csv", "**/d.parquet", "a[1].csv", "-"], kind="csv")
    assert [one.name for one in found] == [
        "c.parquet", "a.csv", "b.csv", "more/d.parquet", "a[1].csv", "standard input"
    ]  # fmt: skip
    assert found[-1].path is None
    assert [one.size > 0 for one in found] == [True] * 5 + [False]


def test_a_folder_means_its_parquet_files_by_name_or_those_of_the_kind_that_is_said(place):
    write(place / "more" / "a.parquet", [ROW])
    write(place / "more" / "f.csv", [ROW])
    assert [one.name for one in find_sources(["more"])] == ["more/a.parquet", "more/d.parquet"]
    assert [one.name for one in find_sources(["more"], "csv")] == ["more/f.csv"]


def test_kinds_are_told_by_endings_or_said(place):
    names = ["a.csv", "c.parquet", "e.ndjson"]
    assert [one.kind for one in find_sources(names)] == ["csv", "parquet", "jsonl"]
    assert [one.kind for one in find_sources(names[:1], "jsonl")] == ["jsonl"]


def test_rows_are_known_of_parquet_alone(place):
    assert rows_of(find_sources(["*.parquet", "more/*.parquet"])) == 6
    assert rows_of(find_sources(["c.parquet", "a.csv"])) is None
    assert rows_of(find_sources(["-"], "csv")) is None


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["d.csv"], "d.csv: no such file"),
        (["d*.csv"], "d*.csv: no file has such a name"),
        (["none"], "none: is a folder without *.parquet; name its files, as in 'none/*.csv'"),
        (["a.csv", "*.csv"], "a.csv: named twice; its rows would be scored twice"),
        (["-"], "standard input: nothing says what it is; expected --input-type csv, tsv or"),
    ],
)
def test_what_is_not_meant_is_told(place, names, message):
    with pytest.raises(DataError, match=re.escape(message)):
        find_sources(names)


def test_standard_input_is_read_once_and_is_no_parquet(place):
    with pytest.raises(DataError, match="standard input: nothing says what it is"):
        find_sources(["-"], "parquet")
    with pytest.raises(DataError, match="standard input: named twice"):
        find_sources(["-", "-"], "csv")
