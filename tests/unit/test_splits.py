"""Parts that share no document and no text, of the size that was asked for."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pydantic import ValidationError
from split_tables import one, table_of

from stancelab.errors import DataError
from stancelab.schema import labels_of
from stancelab.splits.config import SplitConfig
from stancelab.splits.leaks import check_leaks
from stancelab.splits.parts import PARTS, Split
from stancelab.splits.rowset import Rowset
from stancelab.splits.schemes import make_splits


@pytest.fixture(scope="module")
def splits(corpus: pa.Table) -> dict[int, Split]:
    """One split for each of some seeds."""
    return {seed: one(corpus, seed=seed) for seed in (0, 1, 42)}


def test_the_parts_have_the_sizes_asked_for(corpus: pa.Table, splits: dict[int, Split]) -> None:
    """60/15/25 within a percentage point, every row in one part, for every seed."""
    for seed, split in splits.items():
        sizes = [len(getattr(split, part)) / len(corpus) for part in PARTS]
        np.testing.assert_allclose(sizes, [0.60, 0.15, 0.25], atol=0.012)
        everything = np.concatenate([getattr(split, part) for part in PARTS])
        assert sorted(everything.tolist()) == list(range(len(corpus)))
        assert (split.seed, split.fold) == (seed, 0)


def test_the_labels_are_spread_evenly(corpus: pa.Table, splits: dict[int, Split]) -> None:
    """Each part has the shares of labels that the corpus has."""
    labels = labels_of(corpus)
    shares = np.bincount(labels) / len(labels)
    for split in splits.values():
        for part in PARTS:
            own = labels[getattr(split, part)]
            np.testing.assert_allclose(np.bincount(own) / len(own), shares, atol=0.015)


def test_the_parts_of_the_corpus_share_nothing(corpus: pa.Table, splits: dict[int, Split]) -> None:
    """No document and no text stands in two parts."""
    documents = np.array(corpus.column("document").to_pylist())
    for split in splits.values():
        assert check_leaks(corpus, split).total == 0
        train, validation, test = (set(documents[getattr(split, part)]) for part in PARTS)
        assert not (train & validation | train & test | validation & test)


def test_one_seed_repeats_and_two_differ(corpus: pa.Table, splits: dict[int, Split]) -> None:
    """The parts are a function of the seed."""
    again = one(corpus, seed=1)
    for part in PARTS:
        np.testing.assert_array_equal(getattr(again, part), getattr(splits[1], part))
    tests = [set(split.test.tolist()) for split in splits.values()]
    assert len({frozenset(test) for test in tests}) == 3
    assert all(len(one & other) < 0.5 * len(one) for one, other in pairwise(tests))


@pytest.mark.parametrize(("validation", "test"), [(0.1, 0.1), (0.2, 0.3), (0.25, 0.5)])
def test_other_shares_are_kept(corpus: pa.Table, validation: float, test: float) -> None:
    """The sizes follow the experiment file."""
    split = one(corpus, SplitConfig(validation=validation, test=test))
    assert len(split.validation) / len(corpus) == pytest.approx(validation, abs=0.02)
    assert len(split.test) / len(corpus) == pytest.approx(test, abs=0.02)


def test_folds_test_every_row_once(corpus: pa.Table) -> None:
    """Every row is tested once a seed, and validated once, never both at once."""
    splits = list(make_splits(Rowset.of(corpus), SplitConfig(kind="folds", folds=4), 3))
    assert [split.fold for split in splits] == [0, 1, 2, 3]
    for part in ("test", "validation"):
        rows = np.concatenate([getattr(split, part) for split in splits])
        assert sorted(rows.tolist()) == list(range(len(corpus)))
    for split in splits:
        assert check_leaks(corpus, split).total == 0
        assert sum(len(getattr(split, part)) for part in PARTS) == len(corpus)


def test_the_official_split_is_taken_from_the_column() -> None:
    """Parts are named in any of the usual ways; other rows are not used."""
    parts = ["Train", "train", "dev", "val", "TEST", "test", "unused", ""]
    split = one(table_of("abcdefgh", "abcdefgh", parts), SplitConfig(kind="official"))
    assert [getattr(split, part).tolist() for part in PARTS] == [[0, 1], [2, 3], [4, 5]]


def test_an_official_split_without_validation_takes_it_from_training() -> None:
    """The test rows stay as they are, and the documents whole."""
    texts, documents = [str(number) for number in range(240)], [str(n // 2) for n in range(240)]
    table = table_of(texts, documents, ["train"] * 180 + ["test"] * 60)
    config = SplitConfig(kind="official", validation=0.25)
    split = one(table, config)
    assert split.test.tolist() == list(range(180, 240))
    assert len(split.validation) == pytest.approx(45, abs=3)
    assert check_leaks(table, split).total == 0
    assert one(table, config, 1).validation.tolist() != split.validation.tolist()


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        ([], "no official split: found the parts none; expected train and test in the column"),
        (["train", "dev", ""], 'found the parts dev, train; .* use kind = "grouped"'),
        (["test", "fold1", "test"], "found the parts fold1, test; expected"),
    ],
)
def test_a_table_without_an_official_split_is_told(parts: list[str], error: str) -> None:
    """What was found in the column, and what to do."""
    with pytest.raises(DataError, match=error):
        one(table_of("abc", "abc", parts), SplitConfig(kind="official"))


@pytest.mark.parametrize(
    ("texts", "documents", "error"),
    [
        ("abcdef", "abcdef", "found 6 documents and 2 rows of the rarest label; .* 4 stratified"),
        ("abcdefghijkl", "aaaaaabbbccc", "found 3 documents and 4 rows .* needs at least 4 of"),
    ],
)
def test_too_few_rows_are_told(texts: str, documents: str, error: str) -> None:
    """How many there are and how many are needed."""
    with pytest.raises(DataError, match=error):
        one(table_of(texts, documents))


@pytest.mark.parametrize(
    ("keys", "error"),
    [
        ({"validation": 0.5, "test": 0.5}, "take 1 of the rows; leave some to train"),
        ({"test": 0}, "greater than or equal to 0.1"),
        ({"folds": 2}, "greater than or equal to 3"),
        ({"kind": "random"}, "Input should be 'grouped', 'folds', 'official'"),
    ],
)
def test_impossible_shares_are_refused(keys: dict[str, Any], error: str) -> None:
    """An experiment file fails before any work."""
    with pytest.raises(ValidationError, match=error):
        SplitConfig(**keys)
