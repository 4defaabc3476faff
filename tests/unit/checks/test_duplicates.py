"""Exact copies: in a part, across parts, to the letter or not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
from check_tables import records, table_of, tables
from hypothesis import given
from hypothesis import strategies as st

from stancelab.checks.duplicates import find_leaks, find_repeats
from stancelab.checks.records import records_of
from stancelab.text import fold

TRAIN, TEST = {"split": "train"}, {"split": "test"}


def test_copies_across_parts_are_counted_both_ways():
    found = find_leaks(
        records(
            {"text": "Rome met Oslo.", **TRAIN},
            {"text": "Rome met Oslo.", "actor": "Rome", **TRAIN},
            {"text": "Rome left Oslo.", **TRAIN},
            {"text": "«Rome met Oslo»", **TEST},
            {"text": "Rome left Oslo.", "label": 2, **TEST},
            {"text": "Nobody came.", **TEST},
        )
    )
    forward, backward = found
    assert (forward.source, forward.target) == ("train", "test")
    assert (forward.of, forward.records, forward.texts, forward.identical) == (3, 2, 2, 1)
    counts = (forward.unfolded, forward.unfolded_texts, forward.unfolded_identical)
    assert counts == (1, 1, 0)
    assert forward.ids == ("3", "4")
    assert (backward.of, backward.records, backward.texts, backward.identical) == (3, 3, 2, 1)


def test_a_neutral_pair_of_rows_is_one_leaking_record():
    rows = [{"text": "x", "actor": actor, "record": "1"} for actor in ("Oslo", "Rome")]
    found = find_leaks(records(*(row | part for part in (TRAIN, TEST) for row in rows)))
    assert [(leak.of, leak.records, leak.identical) for leak in found] == [(1, 1, 1)] * 2


def test_repeats_inside_a_part():
    (found,) = find_repeats(
        records(
            {"text": "Rome met Oslo."},
            {"text": "ROME met Oslo."},
            {"text": "Rome met Oslo.", "actor": "Rome"},
            {"text": "Rome left Oslo."},
        )
    )
    assert (found.of, found.texts, found.records, found.identical) == (4, 2, 2, 1)
    assert (found.unfolded, found.unfolded_identical) == (1, 0)
    assert found.ids == ("1", "2")
    assert [row.id for row in found.examples[0].rows] == ["0", "1", "2"]


def test_examples_are_limited_and_show_both_parts():
    rows = [{"text": f"text {number}", **part} for number in range(9) for part in (TRAIN, TEST)]
    rows += [{"text": "text 0", **TRAIN}] * 9
    leak = find_leaks(records(*rows), examples=2)[0]
    assert [example.text for example in leak.examples] == ["text 0", "text 1"]
    assert {row.part for row in leak.examples[0].rows} == {"train", "test"}
    assert len(leak.examples[0].rows) == 6
    assert leak.records == len(leak.ids) == 9


@given(tables())
def test_counts_are_those_of_plain_counting(rows):
    found = records(*rows)
    key = [fold(row["text"]) or row["text"] for row in rows]
    for repeats in find_repeats(found):
        inside = [k for k, row in zip(key, rows, strict=True) if row["split"] == repeats.part]
        assert repeats.of == len(inside)
        assert repeats.records == sum(count - 1 for count in Counter(inside).values())
    for leak in find_leaks(found):
        there = {k for k, row in zip(key, rows, strict=True) if row["split"] == leak.source}
        here = [k for k, row in zip(key, rows, strict=True) if row["split"] == leak.target]
        assert leak.records == sum(k in there for k in here) > 0
        assert leak.texts == len(there & set(here))


@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, random):
    table = table_of(rows)
    order = list(range(len(rows)))
    random.shuffle(order)
    shuffled = table.take(np.array(order))

    def counts(one):
        found = records_of(one)
        plain = [replace(x, ids=(), examples=()) for x in find_leaks(found) + find_repeats(found)]
        return sorted(plain, key=str)

    assert counts(table) == counts(shuffled)
