"""The user's own file loader on real corpora, which lie outside the repository."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from stancelab.datasets.own.files import Columns, load_file
from stancelab.schema import LABELS

WORDS = {"-1": "hostile", "0": "neutral", "1": "cooperative"}


@pytest.mark.real_data
def test_tab_separated_russian_sentences():
    path = Path(os.environ["STANCELAB_DATA"]) / "rusentne" / "train_data.csv"
    columns = Columns(text="sentence", actor="entity", mention="entity")
    table = load_file(path, columns, WORDS).table
    assert len(table) == 6637
    for row in table.to_pylist():
        assert row["text"][row["mention_start"] : row["mention_end"]] == row["actor"]
    assert set(table["label"].to_pylist()) == {0, 1, 2}


@pytest.mark.real_data
def test_english_news_with_spans():
    path = Path(os.environ["STANCELAB_DATA"]) / "newsmtsc" / "rw-hf" / "test.jsonl"
    columns = Columns(
        text="sentence", actor="mention", label="polarity", mention_start="from", mention_end="to"
    )
    table = load_file(path, columns, WORDS).table
    assert len(table) == 803
    for row in table.to_pylist():
        assert row["text"][row["mention_start"] : row["mention_end"]] == row["actor"]
    counts = Counter(LABELS[code] for code in table["label"].to_pylist())
    assert sum(counts.values()) == 803
    assert min(counts.values()) > 100
