"""Between which parts near copies stand, and which records they are."""

from __future__ import annotations

from check_tables import records

from stancelab.checks.near import find_near
from stancelab.checks.similar import near_pairs

LONG = "The minister of Oslo met the president of Rome on Monday evening"
TRAIN, TEST = {"split": "train"}, {"split": "test"}


def found_in(*rows, threshold=0.8):
    numbered = records(*rows)
    pairs = near_pairs(numbered.texts, threshold)
    return {(near.source, near.target): near for near in find_near(numbered, pairs)}


def test_across_parts_and_inside():
    found = found_in(
        {"text": LONG, **TRAIN},
        {"text": f"{LONG}s", **TEST},
        {"text": f"{LONG}s!", **TEST},
        {"text": f"{LONG} at", **TEST},
        {"text": "Nobody came.", **TEST},
    )
    assert set(found) == {("train", "test"), ("test", "train"), ("test", "test")}
    forward = found["train", "test"]
    assert (forward.of, forward.records, forward.texts, forward.pairs) == (4, 3, 2, 2)
    assert forward.ids == ("1", "2", "3")
    assert found["test", "train"].ids == ("0",)
    assert (found["test", "test"].records, found["test", "test"].pairs) == (3, 1)
    example = forward.examples[0]
    assert example.similarity > 0.9
    assert example.one.text == LONG
    assert {row.part for row in example.other.rows} == {"test"}


def test_what_has_a_copy_there_is_not_counted_again():
    found = found_in(
        {"text": LONG, **TRAIN},
        {"text": f"{LONG}s", **TRAIN},
        {"text": LONG, **TEST},
    )
    assert set(found) == {("train", "train"), ("test", "train")}
    assert found["test", "train"].ids == ("1",)


def test_copies_are_no_near_copies():
    assert found_in({"text": LONG, **TRAIN}, {"text": LONG.upper() + "!", **TEST}) == {}
