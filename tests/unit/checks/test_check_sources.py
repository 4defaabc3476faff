"""Corpora and files put together, each row still known by where it is from."""

from __future__ import annotations

import pytest

from stancelab.checks.sources import load_all
from stancelab.datasets.own.columns import Columns
from stancelab.errors import DataError, UnknownNameError

ROWS = "text,actor,label\nRome met Oslo.,Oslo,hostile\nRome left Oslo.,Oslo,neutral\n"


def test_files_and_corpora_are_told_apart(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text(ROWS, encoding="utf-8")
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "mine.csv").write_text(ROWS, encoding="utf-8")
    found = load_all(["mine.csv", "old/mine.csv", "statements", "mine.csv"]).table
    assert len(found) == 2 + 2 + 4259
    names = found.column("dataset").unique().to_pylist()
    assert names == ["mine", "old/mine.csv", "statements"]


def test_columns_and_skipping(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(ROWS.replace("text,", "words,") + ",Oslo,hostile\n", encoding="utf-8")
    found = load_all([str(path)], Columns(text="words"), on_error="skip")
    assert len(found.table) == 2
    assert dict(found.dropped) == {"empty text": 1}


def test_names_that_are_neither(tmp_path):
    with pytest.raises(UnknownNameError, match="unknown corpus or file 'dsse'; did you mean 'dse'"):
        load_all(["statements", "dsse"])
    with pytest.raises(DataError, match=r"no.csv: no such file"):
        load_all([str(tmp_path / "no.csv")])
