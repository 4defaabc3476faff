"""Every row once an epoch, in batches of a budget, the same for a seed and an epoch."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancelab.features.actor_tokens import Tokens
from stancelab.finetuning.batches import TokenBudgetBatches, by_length, pad

LENGTHS = st.lists(st.integers(1, 200), min_size=1, max_size=300).map(np.array)
SOME = np.random.default_rng(0).integers(5, 120, 400)


def dealt(batches, epoch=0):
    batches.set_epoch(epoch)
    return list(batches)


@settings(max_examples=80, deadline=None)
@given(lengths=LENGTHS, budget=st.integers(1, 1500), epoch=st.integers(0, 5))
def test_every_row_comes_once_within_the_budget(lengths, budget, epoch):
    batches = TokenBudgetBatches(lengths, [1] * len(lengths), budget, seed=3)
    found = dealt(batches, epoch)
    assert sorted(row for batch in found for row, _ in batch) == list(range(len(lengths)))
    assert len(found) == len(batches)
    for batch in found:
        size = len(batch) * max(lengths[row] for row, _ in batch)
        assert size <= budget or len(batch) == 1
    assert {which for batch in found for _, which in batch} == {0}


@settings(max_examples=40, deadline=None)
@given(lengths=LENGTHS, budget=st.integers(1, 1500))
def test_prediction_deals_every_row_once_within_the_budget(lengths, budget):
    found = list(by_length(lengths, budget))
    assert sorted(np.concatenate(found).tolist()) == list(range(len(lengths)))
    assert all(len(rows) * lengths[rows].max() <= budget or len(rows) == 1 for rows in found)


def test_seed_and_epoch_decide_all():
    def make(seed):
        return TokenBudgetBatches(SOME, [2] * len(SOME), 512, seed, other_names=0.5)

    assert dealt(make(0), 2) == dealt(make(0), 2)
    batches = make(0)
    dealt(batches, 0)
    assert dealt(batches, 2) == dealt(make(0), 2)  # what came before has no say
    assert dealt(make(0), 0) != dealt(make(0), 1) != dealt(make(1), 1)
    assert len({len(dealt(make(seed), epoch)) for seed in range(3) for epoch in range(3)}) == 1


def test_rows_of_like_length_share_a_batch():
    found = dealt(TokenBudgetBatches(SOME, [0] * len(SOME), 1024, seed=0))
    padded = sum(len(batch) * max(SOME[row] for row, _ in batch) for batch in found)
    assert padded / SOME.sum() < 1.25
    assert [len(batch) for batch in found] != sorted(len(batch) for batch in found)


@pytest.mark.parametrize("share", [0.0, 0.15, 0.5, 1.0])
def test_other_names_are_drawn_as_often_as_asked(share):
    variants = [1, 2, 3, 3] * 100
    renamed = [count - 1 for count in variants]
    batches = TokenBudgetBatches(SOME, renamed, 512, seed=0, other_names=share)
    drawn = np.zeros((400, 3), dtype=int)
    for epoch in range(60):
        for batch in dealt(batches, epoch):
            np.add.at(drawn, tuple(np.array(batch).T), 1)
    of_one, of_two, of_three = (drawn[np.array(variants) == n] for n in (1, 2, 3))
    assert of_one[:, 1:].sum() == of_two[:, 2].sum() == 0
    assert of_two[:, 1].sum() / of_two.sum() == pytest.approx(share, abs=0.02)
    assert of_three[:, 1:].sum() / of_three.sum() == pytest.approx(share, abs=0.02)
    assert of_three[:, 1].sum() == pytest.approx(of_three[:, 2].sum(), rel=0.1)


def test_other_actors_are_drawn_as_often_as_asked():
    ways = {"other_names": 0.2, "other_actors": 0.3}
    batches = TokenBudgetBatches(SOME, [0, 1] * 200, 512, 0, swapped=[0, 0, 4, 4] * 100, **ways)
    drawn = np.zeros((4, 6))
    for epoch in range(60):
        for batch in dealt(batches, epoch):
            np.add.at(drawn, tuple((np.array(batch) % [4, 10]).T), 1 / 6000)
    asked, renamed, both = [1, 0, 0, 0, 0, 0], [0.8, 0.2, 0, 0, 0, 0], [0.56, 0.14, *[0.075] * 4]
    np.testing.assert_allclose(drawn, [asked, renamed, [0.7, *[0.075] * 4, 0], both], atol=0.02)


@pytest.mark.parametrize("multiple", [1, 2, 3, 8])
def test_batches_are_a_multiple_for_several_devices(multiple):
    batches = TokenBudgetBatches(SOME, [0] * len(SOME), 700, seed=0, multiple=multiple)
    found = dealt(batches)
    assert len(found) == len(batches)
    assert len(found) % multiple == 0
    assert all(found)
    assert sorted(row for batch in found for row, _ in batch) == list(range(len(SOME)))


def test_too_few_rows_for_the_devices_are_refused():
    with pytest.raises(ValueError, match="3 rows do not fill 4 batches"):
        TokenBudgetBatches(np.array([5, 5, 5]), [0] * 3, 100, seed=0, multiple=4)


def test_padding_is_on_the_right_and_attended_by_nothing():
    rows = [Tokens([7, 8, 9], [0, 0, 1], [0, 1, 0], False), Tokens([5], [0], [1], False)]
    made = {name: tensor.tolist() for name, tensor in pad(rows, pad_id=1).items()}
    assert made == {
        "ids": [[7, 8, 9], [5, 1, 1]],
        "attention": [[1, 1, 1], [1, 0, 0]],
        "types": [[0, 0, 1], [0, 0, 0]],
        "actor": [[0, 1, 0], [1, 0, 0]],
    }
