"""Schemes over several corpora, time and what is held out."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pydantic import ValidationError

from stancelab.errors import DataError, UnknownNameError
from stancelab.schema import UNLABELLED, as_table
from stancelab.splits.config import SplitConfig
from stancelab.splits.leaks import check_leaks
from stancelab.splits.parts import PARTS, Keys, Split
from stancelab.splits.rowset import OfficialParts, Rowset
from stancelab.splits.schemes import make_splits

OFFICIAL = {
    "news": OfficialParts(("rw", "mt"), ("validation",)),
    "free": OfficialParts((), ()),
    "conflict": OfficialParts((), (), trainable=False),
}


def rows_of(dataset: str, size: int, **more: Any) -> list[dict[str, Any]]:
    """Make rows of one corpus, alternating labels, languages and actors."""
    return [
        {
            "id": f"{dataset}/{n}",
            "text": f"{dataset} says {n}",
            "actor": ("Oslo", "Riga", "Rome")[n % 3],
            "document": f"{dataset}-{n // 2}",
            "language": ("uk", "en")[n // 2 % 2],
            "label": n % 3,
            "dataset": dataset,
            "split": "",
            "attributes": json.dumps({"date": f"2014-03-{1 + n // 4:02}T0{n % 4}:30"}),
            **{key: value(n) if callable(value) else value for key, value in more.items()},
        }
        for n in range(size)
    ]


@pytest.fixture(scope="module")
def table() -> pa.Table:
    """A corpus with official parts, one without, and one that cannot be trained on."""
    parts = ["train"] * 60 + ["rw"] * 20 + ["mt"] * 20
    return as_table(
        rows_of("news", 100, split=lambda n: parts[n])
        + rows_of("free", 80)
        + rows_of("conflict", 20, label=UNLABELLED)
    )


def made(table: pa.Table, **keys: Any) -> dict[str, Split]:
    """Make the splits of seed 0 by setting."""
    rows = Rowset.of(table, OFFICIAL)
    return {split.setting: split for split in make_splits(rows, SplitConfig(**keys), 0)}


def names(table: pa.Table, rows: Any, column: str = "dataset") -> set[str]:
    """Give the values of a column in some rows."""
    return set(table.take(rows)[column].to_pylist())


def trainable(table: pa.Table) -> pa.Table:
    """Leave out the corpus that cannot be trained on."""
    return table.slice(0, 180)


def test_each_corpus_is_parted_by_its_own_split(table: pa.Table) -> None:
    splits = made(trainable(table), kind="each_corpus")
    assert list(splits) == ["news", "free"]
    for name, split in splits.items():
        for part in PARTS:
            assert names(table, getattr(split, part)) == {name}
    assert names(table, splits["news"].test, "split") == {"rw", "mt"}
    assert names(table, splits["news"].validation, "split") == {"train"}
    assert len(splits["free"].test) == pytest.approx(20, abs=2)
    with pytest.raises(DataError, match="conflict: its labels let no model be trained"):
        made(table, kind="each_corpus")


def test_joint_trains_on_all_together_and_on_each_by_itself(table: pa.Table) -> None:
    splits = made(table, kind="joint")
    assert list(splits) == ["all together", "news", "free"]
    both, alone = splits["all together"], made(trainable(table), kind="each_corpus")
    assert names(table, both.train) == {"news", "free"}
    assert names(table, both.test) == {"news", "free", "conflict"}
    for part in ("train", "validation"):
        together = sorted([*getattr(alone["news"], part), *getattr(alone["free"], part)])
        assert sorted(getattr(both, part)) == together
    for name in ("news", "free"):
        np.testing.assert_array_equal(splits[name].train, alone[name].train)


def test_joint_can_leave_out_each_by_itself(table: pa.Table) -> None:
    splits = made(table, kind="joint", alone=False)
    assert list(splits) == ["all together"]
    np.testing.assert_array_equal(
        splits["all together"].train, made(table, kind="joint")["all together"].train
    )
    with pytest.raises(ValidationError, match='alone needs kind = "joint"'):
        SplitConfig(kind="each_corpus", alone=False)


def test_cross_corpus_trains_on_each_and_tests_on_all(table: pa.Table) -> None:
    splits = made(table, kind="cross_corpus")
    assert list(splits) == ["news", "free"]
    for name, split in splits.items():
        assert names(table, split.train) == names(table, split.validation) == {name}
        assert names(table, split.test) == {"news", "free", "conflict"}
    np.testing.assert_array_equal(splits["news"].test, splits["free"].test)
    assert sum(row >= 180 for row in splits["news"].test) == 20


def test_some_corpora_train_together_and_others_test(table: pa.Table) -> None:
    keys = {"train_on": ["free"], "test_on": ["news", "conflict"]}
    split = made(table, kind="corpora", **keys)["free"]
    assert names(table, split.train) == {"free"}
    assert names(table, split.test, "split") == {"rw", "mt", ""}
    with pytest.raises(DataError, match="conflict: its labels let no model be trained"):
        made(table, kind="corpora", train_on=["free", "conflict"], test_on=["news"])
    both = made(table, kind="corpora", train_on=["free", "news"], test_on=["conflict"])
    assert names(table, both["free and news"].train) == {"free", "news"}
    with pytest.raises(UnknownNameError, match="'nws'; did you mean 'news'"):
        made(table, kind="corpora", train_on=["nws"], test_on=["free"])


def test_one_corpus_is_left_out_after_the_other(table: pa.Table) -> None:
    splits = made(table, kind="leave_one_corpus_out")
    assert list(splits) == ["without news", "without free", "without conflict"]
    assert names(table, splits["without news"].train) == {"free"}
    assert names(table, splits["without news"].test, "split") == {"rw", "mt"}
    assert names(table, splits["without conflict"].train) == {"news", "free"}


def test_a_language_is_left_out_of_training(table: pa.Table) -> None:
    splits = made(table, kind="leave_one_language_out")
    assert set(splits) == {"without uk", "without en"}
    split = splits["without uk"]
    assert names(table, split.test, "language") == {"uk"}
    for part in (split.train, split.validation):
        assert names(table, part, "language") == {"en"}
        assert names(table, part, "split") <= {"train", ""}
        assert names(table, part) == {"news", "free"}
    assert names(table, split.test, "split") == {"rw", "mt", ""}


def test_an_actor_is_left_out_with_the_statements_that_name_it(table: pa.Table) -> None:
    keys = Keys.of(table)
    splits = made(table, kind="leave_one_actor_out", hold_out=["Riga"])
    split = splits["without Riga"]
    assert names(table, split.test, "actor") == {"Riga"}
    assert "Riga" not in names(table, split.train, "actor")
    assert check_leaks(table, split, keys).total == 0
    only = as_table(rows_of("free", 60, language="uk"))
    with pytest.raises(DataError, match=r"without uk: 0 rows are left to train on, and they have"):
        made(only, kind="leave_one_language_out", hold_out=["uk"])
    with pytest.raises(UnknownNameError, match="unknown actor to hold out 'Rga'"):
        made(table, kind="leave_one_actor_out", hold_out=["Rga"])
    with pytest.raises(DataError, match="nothing to hold out: 0 values of the column 'actor'"):
        made(table, kind="leave_one_actor_out", min_rows=1000)


def test_pools_are_trained_on_one_after_the_other(table: pa.Table) -> None:
    pools = [["free"], ["free", "news"]]
    keys = {"pools": pools, "hold_out": ["uk"], "validation": 0.25}
    splits = made(table, kind="leave_one_language_out", **keys)
    assert list(splits) == ["without uk (free)", "without uk (free, news)"]
    assert names(table, splits["without uk (free)"].train) == {"free"}
    tested = [split.test for split in splits.values()]
    np.testing.assert_array_equal(*tested)


def test_a_genre_is_held_out() -> None:
    genres = ("post", "report", "")
    table = as_table(
        rows_of("free", 60, attributes=lambda n: json.dumps({"genre": genres[n // 2 % 3]}))
        + rows_of("other", 40)
    )
    keys = {"kind": "leave_one_genre_out", "hold_out": ["post"], "validation": 0.25}
    (split,) = made(table, **keys, pools=[["free", "other"]]).values()
    assert split.setting == "without post"
    held = np.array([json.loads(row).get("genre") for row in table["attributes"].to_pylist()])
    assert set(held[split.test]) == {"post"}
    assert (held == "post").sum() == len(split.test)
    assert "post" not in set(held[np.concatenate([split.train, split.validation])])
    assert names(table, split.train) == {"free", "other"}
    assert list(made(table, kind="leave_one_genre_out", min_rows=1)) == [
        "without post",
        "without report",
    ]


def test_the_latest_are_tested_and_no_day_or_document_is_cut() -> None:
    table = as_table(rows_of("free", 80, document=lambda n: f"free-{n // 6}"))
    (split,) = made(table, kind="by_time").values()
    first: dict[str, str] = {}  # a document has its first day
    days = [json.loads(content)["date"][:10] for content in table["attributes"].to_pylist()]
    for document, day in zip(table["document"].to_pylist(), days, strict=True):
        first.setdefault(document, day)
    documents = table["document"].to_pylist()
    by_part = {part: {first[documents[row]] for row in getattr(split, part)} for part in PARTS}
    assert max(by_part["train"]) < min(by_part["validation"])
    assert max(by_part["validation"]) < min(by_part["test"])
    assert len(split.test) == pytest.approx(20, abs=4)
    assert check_leaks(table, split).total == 0


@pytest.mark.parametrize(
    ("attributes", "error"),
    [
        ("{}", "row free/0: attribute 'date' is ''; a split by time needs a day in ISO 8601"),
        ('{"date": "15 March"}', "attribute 'date' is '15 March'"),
        ('{"date": "2014-03-15"}', "found 1 days; a split by time needs one for each of train"),
    ],
)
def test_a_split_by_time_needs_days(attributes: str, error: str) -> None:
    with pytest.raises(DataError, match=error):
        made(as_table(rows_of("free", 40, attributes=attributes)), kind="by_time")


def test_training_rows_are_drawn_by_corpus_and_document(table: pa.Table) -> None:
    few = made(trainable(table), kind="each_corpus", max_train=20)
    for name, split in made(trainable(table), kind="each_corpus").items():
        assert len(few[name].train) in (19, 20)
        assert set(few[name].train) < set(split.train)
        np.testing.assert_array_equal(few[name].test, split.test)
    rows = Rowset.of(trainable(table), OFFICIAL)
    config = SplitConfig(kind="each_corpus", max_train=20)
    other = {split.setting: split for split in make_splits(rows, config, 1)}
    assert set(other["news"].train) != set(few["news"].train)


def test_training_rows_are_drawn_of_the_corpora_that_are_named(table: pa.Table) -> None:
    every = made(trainable(table), kind="each_corpus")
    few = made(trainable(table), kind="each_corpus", max_train={"free": 20})
    assert len(few["free"].train) in (19, 20)
    np.testing.assert_array_equal(few["news"].train, every["news"].train)
    with pytest.raises(UnknownNameError, match=r"unknown data set under .* 'fre'.*free"):
        made(table, kind="each_corpus", max_train={"fre": 20})


@pytest.mark.parametrize(
    ("keys", "error"),
    [
        ({"kind": "corpora"}, 'kind = "corpora", and no other, needs train_on and test_on'),
        ({"train_on": ["a"], "test_on": ["b"]}, "and no other, needs train_on and test_on"),
        ({"hold_out": ["uk"]}, "hold_out and pools need kind = 'leave_one_language_out' or"),
        ({"clean": "texts"}, "'documents'"),
        ({"kind": "corpora", "train_on": ["a", "a"], "test_on": ["b"]}, "names one twice"),
        ({"kind": "each_corpus", "validation": 0.5, "test": 0.6}, "take 1.1 of the rows"),
    ],
)
def test_keys_that_do_not_fit_the_kind_are_refused(keys: dict[str, Any], error: str) -> None:
    with pytest.raises(ValidationError, match=error):
        SplitConfig(**keys)
