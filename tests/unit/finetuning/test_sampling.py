"""What an epoch shows of several corpora."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancelab.finetuning.batches import TokenBudgetBatches
from stancelab.finetuning.sampling import CorpusSampling, epoch_sizes

SIZES = st.lists(st.integers(1, 400), min_size=1, max_size=6).map(np.array)
CORPORA = np.repeat([0, 1, 2], [300, 40, 7])


@given(sizes=SIZES, temperature=st.floats(1, 50))
def test_an_epoch_is_as_long_as_before_and_keeps_the_order_of_sizes(sizes, temperature):
    found = epoch_sizes(sizes, temperature)
    assert abs(found.sum() - sizes.sum()) <= len(sizes)
    assert (found >= 1).all()
    order = np.argsort(sizes, kind="stable")
    assert (np.diff(found[order]) >= 0).all()


def test_the_higher_the_temperature_the_more_alike_are_the_shares():
    spread = [np.ptp(epoch_sizes(np.array([300, 40, 7]), heat)) for heat in (1, 2, 5, 100)]
    assert spread == sorted(spread, reverse=True)
    assert spread[0] == 293
    assert spread[-1] < 5


@pytest.mark.parametrize("temperature", [1.0, 2.0, 10.0])
def test_no_row_comes_again_before_all_of_its_corpus_came(temperature):
    sampling = CorpusSampling(CORPORA, temperature, seed=4)
    shown = np.concatenate([sampling(epoch) for epoch in range(7)])
    for corpus, size in enumerate(sampling.sizes):
        own = shown[CORPORA[shown] == corpus]
        assert len(own) == 7 * size
        counts = np.bincount(own, minlength=len(CORPORA))[corpus == CORPORA]
        assert np.ptp(counts) <= 1


def test_seed_and_epoch_decide_what_is_shown():
    one, same, other = (CorpusSampling(CORPORA, 3.0, seed) for seed in (1, 1, 2))
    one(0)
    np.testing.assert_array_equal(one(2), same(2))
    assert sorted(one(2)) != sorted(other(2))


def test_batches_hold_the_rows_of_their_epoch_and_are_as_many_in_each():
    sampling = CorpusSampling(CORPORA, 3.0, seed=1)
    lengths = np.random.default_rng(0).integers(5, 60, len(CORPORA))
    given = (lengths, [1] * len(lengths), 256, 1)
    batches = TokenBudgetBatches(*given, rows_of=sampling, epochs=4)
    for epoch in range(4):
        batches.set_epoch(epoch)
        dealt = list(batches)
        assert len(dealt) == len(batches)
        assert sorted(row for one in dealt for row, _ in one) == sorted(sampling(epoch))
        assert all(len(one) * max(lengths[row] for row, _ in one) <= 256 for one in dealt)
