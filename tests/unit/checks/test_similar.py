"""Near copies found by MinHash, against all pairs compared one by one."""

from __future__ import annotations

import sys
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancelab.checks.shingles import jaccard, shingles
from stancelab.checks.similar import bands, near_pairs
from stancelab.errors import MissingExtraError
from stancelab.text import fold


def by_force(texts, threshold):
    sets = [shingles(text) for text in texts]
    return {
        (one, other)
        for one, other in combinations(range(len(texts)), 2)
        if jaccard(sets[one], [sets[other]])[0] >= threshold
    }


def found_pairs(texts, threshold=0.8, seed=0):
    found = near_pairs(texts, threshold, seed)
    return set(zip(found.left.tolist(), found.right.tolist(), strict=True))


def variations(texts, seed):
    """Change some words of each text, so that the similarities are of all degrees."""
    rng = np.random.default_rng(seed)
    found = []
    for text in texts:
        words = text.split()
        for share in (0.03, 0.08, 0.2):
            changed = [word[::-1] if rng.random() < share else word for word in words]
            found.append(" ".join(changed))
    return list(dict.fromkeys([*texts, *found]))


@pytest.mark.parametrize("threshold", [0.5, 0.8, 0.95])
def test_all_pairs_are_found_in_the_corpus(corpus, threshold):
    distinct = dict.fromkeys(map(fold, corpus.column("text").to_pylist()))
    texts = variations(list(distinct)[::25], 0)
    expected = by_force(texts, threshold)
    assert expected
    found = found_pairs(texts, threshold)
    assert found <= expected
    assert len(found) >= 0.99 * len(expected)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text("ab ", min_size=0, max_size=30), max_size=8, unique=True))
def test_no_pair_is_below_the_threshold(texts):
    assert found_pairs(texts, 0.6) <= by_force(texts, 0.6)


def test_similarities_are_exact_and_ordered():
    texts = variations(["the minister of oslo met the president of rome on monday evening"] * 1, 1)
    texts += [f"{text} again" for text in texts]
    found = near_pairs(texts, 0.5)
    sets = [shingles(text) for text in texts]
    pairs = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert pairs == sorted(pairs)
    for (one, other), similarity in zip(pairs, found.similarity, strict=True):
        assert one < other
        assert similarity == jaccard(sets[one], [sets[other]])[0]


def test_one_seed_repeats_and_the_order_of_texts_does_not_matter():
    texts = variations(["nobody knows what rome told oslo in the long night of the talks"] * 1, 2)
    named = {frozenset((texts[a], texts[b])) for a, b in found_pairs(texts, 0.6)}
    turned = texts[::-1]
    assert named == {frozenset((turned[a], turned[b])) for a, b in found_pairs(turned, 0.6)}
    assert named
    assert found_pairs(texts, 0.6, seed=1) == found_pairs(texts, 0.6, seed=1)


def test_bands_miss_fewer_than_one_in_a_hundred():
    for threshold in np.arange(0.5, 1.0, 0.05):
        count, length = bands(threshold)
        assert count * length <= 128
        assert (1 - threshold**length) ** count <= 0.01


def test_nothing_is_nothing():
    assert len(near_pairs([]).left) == 0
    assert len(near_pairs(["only one"]).left) == 0


@pytest.mark.parametrize("threshold", [0.4, 1.1])
def test_thresholds_without_sense_are_refused(threshold):
    with pytest.raises(ValueError, match=r"threshold is .*; expected 0.5 to 1.0"):
        near_pairs(["a"], threshold)


def test_progress_ends_at_the_end():
    told = []
    near_pairs([f"text {number}" for number in range(1500)], progress=lambda *one: told.append(one))
    assert told == [("near duplicates", 1000, 1500), ("near duplicates", 1500, 1500)]


def test_a_missing_package_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "datasketch", None)
    with pytest.raises(MissingExtraError, match=r"'datasketch'.*stancelab\[check\]"):
        near_pairs(["a"])
