"""What training lowers, held against torch's own and against sums by hand."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from stancelab.finetuning.loss import StanceLoss, divergence

SCORES = torch.tensor([[1.0, -0.5, 0.2], [0.3, 0.1, 2.0], [-1.0, 0.4, 0.0], [0.0, 2.0, 0.5]])
LABELS = torch.tensor([0, 2, 1, 1])
WEIGHTS = torch.tensor([2.0, 1.0, 0.5])
ONES = torch.ones(3)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weights", [ONES, WEIGHTS])
def test_it_is_the_cross_entropy_of_torch(weights, smoothing):
    found = StanceLoss(weights, smoothing, 0.0)({"stance": SCORES}, LABELS)
    expected = functional.cross_entropy(SCORES, LABELS, weights, label_smoothing=smoothing)
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_a_label_that_training_lacks_is_left_out(smoothing):
    loss = StanceLoss(torch.tensor([2.0, 0.0, 1.0]), smoothing, 0.0)
    scores = SCORES[:2].clone().requires_grad_()
    found = loss({"stance": scores}, LABELS[:2])
    expected = functional.cross_entropy(
        SCORES[:2][:, [0, 2]],
        torch.tensor([0, 1]),
        torch.tensor([2.0, 1.0]),
        label_smoothing=smoothing,
    )
    torch.testing.assert_close(found, expected)
    found.backward()
    assert scores.grad[:, 1].tolist() == [0, 0]
    assert scores.grad[:, [0, 2]].abs().min() > 0


def test_own_labels_count_where_they_are_known():
    native = torch.tensor([[0.1, 0.9], [1.0, 0.0], [0.5, 0.5], [0.0, 3.0]])
    loss = StanceLoss(ONES, 0.0, 0.0)
    scores = {"stance": SCORES, "own_0": native}
    alone = loss({"stance": SCORES}, LABELS)
    nothing = torch.full((4,), -1)
    torch.testing.assert_close(loss(scores, LABELS, nothing), alone)
    some = torch.tensor([-1, 0, -1, 1])
    expected = alone + functional.cross_entropy(native[[1, 3]], torch.tensor([0, 1])) / 2
    torch.testing.assert_close(loss(scores, LABELS, some), expected)


def test_divergence_is_nothing_between_equals_and_the_same_both_ways():
    other = SCORES.flip(0)
    assert divergence(SCORES, SCORES).item() == pytest.approx(0, abs=1e-7)
    assert divergence(SCORES, SCORES + 5).item() == pytest.approx(0, abs=1e-6)
    torch.testing.assert_close(divergence(SCORES, other), divergence(other, SCORES))
    assert divergence(SCORES, other) > 0


def test_divergence_by_hand():
    one, other = torch.tensor([[0.75, 0.25], [0.5, 0.5]]), torch.tensor([[0.5, 0.5], [0.2, 0.8]])
    there = (one * (one / other).log()).sum(dim=1).mean()
    back = (other * (other / one).log()).sum(dim=1).mean()
    torch.testing.assert_close(divergence(one.log(), other.log()), (there + back) / 2)


def test_r_drop_adds_the_disagreement_of_two_passes():
    twice = torch.cat([SCORES, SCORES.flip(1)])
    plain = functional.cross_entropy(twice, LABELS.repeat(2))
    expected = plain + 0.7 * divergence(SCORES, SCORES.flip(1))
    torch.testing.assert_close(StanceLoss(ONES, 0.0, 0.7)({"stance": twice}, LABELS), expected)
    agreed = {"stance": torch.cat([SCORES, SCORES]), "own_0": torch.cat([SCORES, SCORES])}
    native = torch.tensor([0, 1, -1, 1])
    with_it = StanceLoss(ONES, 0.1, 0.7)(agreed, LABELS, native)
    without = StanceLoss(ONES, 0.1, 0.0)(agreed, LABELS, native)
    torch.testing.assert_close(with_it, without)


def test_rows_of_a_corpus_without_neutral_are_asked_for_the_other_two():
    loss = StanceLoss(WEIGHTS, 0.1, 0.0, polar=[False, True])
    corpora = torch.tensor([1, 1, 0, -1])
    found = loss({"stance": SCORES}, LABELS, corpora=corpora)
    two, three = [0, 2], [0, 1, 2]
    parts = [
        (two, SCORES[:2], torch.tensor([0, 1]), 2.5),
        (three, SCORES[2:], LABELS[2:], 2.0),
    ]
    expected = sum(
        weight
        * functional.cross_entropy(rows[:, known], right, WEIGHTS[known], label_smoothing=0.1)
        for known, rows, right, weight in parts
    )
    torch.testing.assert_close(found, expected / 4.5)


def test_probabilities_can_be_learnt_in_place_of_labels():
    shares = torch.tensor([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8], [0.2, 0.6, 0.2], [0.0, 1.0, 0.0]])
    found = StanceLoss(WEIGHTS, 0.0, 0.0)({"stance": SCORES}, shares)
    torch.testing.assert_close(found, -(shares * SCORES.log_softmax(1)).sum(1).mean())
    certain = functional.one_hot(LABELS, 3).float()
    plain = StanceLoss(ONES, 0.0, 0.0)({"stance": SCORES}, LABELS)
    torch.testing.assert_close(StanceLoss(ONES, 0.0, 0.0)({"stance": SCORES}, certain), plain)


def test_the_head_of_a_corpus_learns_from_its_rows_alone():
    scores = {"stance": SCORES, "own_0": SCORES[:, :2], "own_1": SCORES}
    own, corpora = torch.tensor([1, 2, 0, 1]), torch.tensor([0, 1, 1, 0])
    found = StanceLoss(ONES, 0.0, 0.0)(scores, LABELS, own, corpora)
    first = functional.cross_entropy(SCORES[[0, 3], :2], own[[0, 3]])
    second = functional.cross_entropy(SCORES[[1, 2]], own[[1, 2]])
    expected = functional.cross_entropy(SCORES, LABELS) + first / 2 + second / 2
    torch.testing.assert_close(found, expected)


def test_own_labels_can_be_learnt_as_probabilities():
    native = torch.tensor([[0.1, 0.9], [1.0, 0.0], [0.5, 0.5], [0.0, 3.0]])
    loss = StanceLoss(ONES, 0.1, 0.0)
    scores = {"stance": SCORES, "own_0": native, "own_1": SCORES}
    own, corpora = torch.tensor([0, 1, -1, 2]), torch.tensor([0, 0, 0, 1])
    certain = functional.one_hot(own.clamp(min=0), 3).float()
    found = loss(scores, LABELS, own, corpora, certain)
    torch.testing.assert_close(found, loss(scores, LABELS, own, corpora))
    shares = torch.tensor([[0.7, 0.3, 0.0], [0.4, 0.6, 0.0], [1.0, 0.0, 0.0], [0.2, 0.2, 0.6]])
    parts = [
        functional.cross_entropy(native[:2], shares[:2, :2], label_smoothing=0.1) / 2,
        functional.cross_entropy(SCORES[3:], shares[3:], label_smoothing=0.1) / 4,
    ]
    expected = loss({"stance": SCORES}, LABELS) + sum(parts)
    torch.testing.assert_close(loss(scores, LABELS, own, corpora, shares), expected)
