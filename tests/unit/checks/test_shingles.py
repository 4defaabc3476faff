"""Shingles: as sets of strings, for every script and length."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancelab.checks.shingles import jaccard, shingles

WORDS = st.text(alphabet="abcde ", max_size=40)


def plainly(text: str) -> set[str]:
    padded = f" {' '.join(text.split())} ".ljust(5)
    return {padded[start : start + 5] for start in range(len(padded) - 4)}


@given(WORDS)
def test_hashes_stand_for_the_strings(text):
    found = shingles(text)
    assert len(found) == len(plainly(text))
    assert (np.diff(found.astype(np.int64)) > 0).all()


@given(WORDS, st.lists(WORDS, min_size=1, max_size=5))
def test_similarity_is_that_of_the_strings(one, others):
    found = jaccard(shingles(one), [shingles(other) for other in others])
    own = plainly(one)
    for similarity, other in zip(found, map(plainly, others), strict=True):
        assert similarity == pytest.approx(len(own & other) / len(own | other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("外交部发言人对此表示强烈不满和坚决反对", "外交部发言人对此表示强烈不满及坚决反对"),
        ("президент подякував польщі за допомогу", "президент подякувала польщі за допомогу"),
        ("وصف الناطق باسم الطائرات الروسية بأنها ضيف", "وصف الناطق باسم الطائرات الروسية بأنه ضيف"),
    ],
)
def test_a_small_change_counts_alike_in_all_scripts(one, other):
    assert 0.7 < jaccard(shingles(one), [shingles(other)])[0] < 0.9


def test_short_texts_differ():
    found = [shingles(text) for text in ("", "a", "b", "ab", "中", "国", "\U0001f44d")]
    for number, one in enumerate(found):
        assert jaccard(one, found).tolist().count(1.0) == 1, number
