"""Taking copies of test rows out of training, and saying what share of them is left."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from stancelab.schema import as_table
from stancelab.splits.leaks import check_leaks, clean, leaked_shares
from stancelab.splits.parts import Keys, Split


def copies() -> tuple[pa.Table, Split]:
    """Rows 0 and 1 of training stand in test and in validation, row 2 shares a document."""
    texts = ["Rome met Oslo.", "Riga wept.", "Other", "Own", "riga  wept!", "ROME MET OSLO", "New"]
    documents = ["a", "b", "c", "d", "e", "f", "c"]
    rows = [
        {"text": text, "actor": "Oslo", "document": document, "label": 0, "dataset": "x"}
        for text, document in zip(texts, documents, strict=True)
    ]
    parts = (np.array(part) for part in ([0, 1, 2, 3], [4], [5, 6]))
    return as_table(rows), Split(0, 0, *parts, "x")


def test_copies_are_taken_out_of_training() -> None:
    table, split = copies()
    keys = Keys.of(table)
    cleaned, removed = clean(split, keys, documents=False)
    assert (cleaned.train.tolist(), removed) == ([2, 3], 2)
    assert cleaned.test.tolist() == [5, 6]
    assert cleaned.validation.tolist() == [4]
    assert cleaned.setting == "x"
    strictly, removed = clean(split, keys, documents=True)
    assert (strictly.train.tolist(), removed) == ([3], 3)
    assert check_leaks(table, strictly, keys).total == 0


def test_validation_gives_up_what_the_test_part_holds() -> None:
    table, split = copies()
    swapped = Split(0, 0, split.train, split.test, split.validation)
    cleaned, removed = clean(
        Split(0, 0, np.array([3]), np.array([0, 2]), np.array([5])), Keys.of(table), documents=False
    )
    assert (cleaned.validation.tolist(), removed) == ([2], 1)
    assert clean(swapped, Keys.of(table), documents=False)[0].test.tolist() == [4]


def test_the_share_of_leaked_rows_is_known_by_test_set() -> None:
    table, split = copies()
    sets = np.array(["one"] * 6 + ["two"])
    shares = dict(leaked_shares(split, Keys.of(table), sets))
    assert shares == {"one": 1.0, "two": 1.0}  # a copy of the text, and a shared document
    cleaned, _ = clean(split, Keys.of(table), documents=False)
    assert dict(leaked_shares(cleaned, Keys.of(table), sets)) == {"one": 0.0, "two": 1.0}
