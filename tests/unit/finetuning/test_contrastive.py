"""Comparing rows: the loss, the rows of each step, and the head put on what came of it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import torch

from stancelab.finetuning.contrastive import contrastive_loss, deal
from stancelab.finetuning.few_shot import fit_head
from stancelab.predictors.base import softmax


def by_hand(vectors, labels, temperature):
    """The loss as its formula says, row by row."""
    apart = vectors - vectors.mean(axis=0)
    unit = apart / np.linalg.norm(apart, axis=1, keepdims=True)
    powers = np.exp(unit @ unit.T / temperature)
    rows = range(len(labels))
    found = []
    for row in rows:
        others = [at for at in rows if at != row]
        same = [at for at in others if labels[at] == labels[row]]
        if same:
            total = powers[row, others].sum()
            found.append(-np.mean([np.log(powers[row, at] / total) for at in same]))
    return np.mean(found)


def test_the_loss_is_that_of_its_formula():
    vectors = np.random.default_rng(0).normal(size=(9, 5))
    labels = np.array([0, 0, 2, 2, 2, 1, 0, 2, 0])  # nothing is like the only 1
    found = contrastive_loss(torch.tensor(vectors), torch.tensor(labels), 0.3)
    assert found.item() == pytest.approx(by_hand(vectors, labels, 0.3))


def test_length_and_common_direction_do_not_count():
    vectors, labels = torch.randn(6, 4, dtype=torch.double), torch.tensor([0, 0, 1, 1, 2, 2])
    wanted = contrastive_loss(vectors, labels, 0.1)
    for other in (7 * vectors, vectors + torch.tensor([100.0, 0, 0, -3])):
        torch.testing.assert_close(contrastive_loss(other, labels, 0.1), wanted)


def test_vectors_that_became_one_are_as_bad_as_any():
    vectors = torch.ones(4, 3, requires_grad=True)
    loss = contrastive_loss(vectors, torch.tensor([0, 0, 2, 2]), 0.1)
    assert loss.item() == pytest.approx(np.log(3))
    loss.backward()
    assert vectors.grad.isfinite().all()


def test_it_has_a_gradient_where_nothing_is_alike():
    vectors = torch.randn(2, 4, requires_grad=True)
    contrastive_loss(vectors, torch.tensor([0, 1]), 0.1).backward()
    assert vectors.grad.abs().max() == 0
    vectors = torch.randn(4, 4, requires_grad=True)
    contrastive_loss(vectors, torch.tensor([0, 1, 1, 0]), 0.1).backward()
    assert vectors.grad.isfinite().all()
    assert vectors.grad.abs().max() > 0


def test_steps_show_whole_texts_and_every_text_before_one_comes_again():
    texts = ["a", "b", "a", "c", "d", "d", "e", "f"]
    steps = list(deal(texts, 4, 6, seed=0))
    for rows in steps:
        assert 4 <= len(rows) <= 5
        assert all(
            texts.count(texts[row]) == [texts[at] for at in rows].count(texts[row]) for row in rows
        )
    shown = Counter(row for rows in steps for row in rows)
    assert max(shown.values()) - min(shown.values()) <= 1
    assert steps == list(deal(texts, 4, 6, seed=0))
    assert steps != list(deal(texts, 4, 6, seed=1))


def test_few_rows_are_all_shown_in_each_step():
    assert list(deal(["a", "b", "b"], 24, 2, seed=0)) == [[0, 1, 2], [0, 1, 2]]


@pytest.mark.parametrize("known", [(0, 1, 2), (0, 2), (1, 2)])
def test_the_head_is_a_regression_on_standardised_vectors(known):
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    draw = np.random.default_rng(1)
    labels = draw.choice(known, size=40)
    vectors = (
        50 + draw.normal(size=(40, 6)) * [1, 2, 0.1, 1, 1, 0] + labels[:, None] * [1, 0, 0, 1, 0, 0]
    )
    weights = {code: 1.0 + code for code in known}
    found = fit_head(vectors, labels, weights, 0.5, 0)
    head, bias = found["heads.stance.weight"], found["heads.stance.bias"]
    assert head.shape == (3, 6)
    right = make_pipeline(
        StandardScaler(), LogisticRegression(C=0.5, class_weight=weights, max_iter=2000)
    )
    right.fit(vectors, labels)
    scores = (vectors @ head.T.astype(float) + bias)[:, list(known)]
    np.testing.assert_allclose(softmax(scores), right.predict_proba(vectors), atol=1e-3)
    missing = [code for code in range(3) if code not in known]
    assert not head[missing].any()
