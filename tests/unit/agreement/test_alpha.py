"""Krippendorff's alpha against his published examples and its own definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancelab.agreement.alpha import METRICS, alpha_with_interval, krippendorff_alpha

# Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability": 4 observers, 12 units, 0 for
# no answer.
FOUR_OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
)
# The same, section B: two observers, binary, ten units.
BINARY = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]) + 1
# The same, section C: two observers, five values, twelve units.
NOMINAL = np.array([[1, 1, 2, 2, 4, 3, 3, 3, 5, 4, 4, 1], [2, 1, 2, 2, 2, 3, 3, 3, 5, 4, 4, 4]])

COUNTS = st.lists(st.tuples(*[st.integers(0, 3)] * 3), min_size=2, max_size=8).map(np.array)


def counts_of(answers, values):
    return np.stack([(answers == value).sum(axis=0) for value in range(1, values + 1)], axis=1)


@pytest.mark.parametrize(
    ("metric", "expected"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_the_published_example_of_four_observers(metric, expected):
    found = krippendorff_alpha(counts_of(FOUR_OBSERVERS, 5), metric)
    assert round(found, 3) == expected


def test_the_published_examples_of_two_observers():
    assert round(krippendorff_alpha(counts_of(BINARY, 2)), 3) == 0.095
    assert round(krippendorff_alpha(counts_of(NOMINAL, 5)), 3) == 0.692


@given(COUNTS, st.sampled_from(METRICS))
def test_it_is_one_minus_observed_over_expected(counts, metric):
    paired = counts[counts.sum(axis=1) > 1]
    totals = paired.sum(axis=0)
    apart = distances(totals, metric)
    values = np.repeat(np.arange(3), totals)
    n = len(values)
    expected = sum(apart[a, b] for a in values for b in values)
    if not expected:
        assert np.isnan(krippendorff_alpha(counts, metric))
        return
    observed = 0.0
    for item in paired:
        own = np.repeat(np.arange(3), item)
        observed += sum(apart[a, b] for a in own for b in own) / (len(own) - 1)
    wanted = 1 - (observed / n) / (expected / (n * (n - 1)))
    assert krippendorff_alpha(counts, metric) == pytest.approx(wanted)


def distances(totals, metric):
    found = np.zeros((3, 3))
    for a in range(3):
        for b in range(3):
            low, high = min(a, b), max(a, b)
            between = totals[low : high + 1].sum() - (totals[a] + totals[b]) / 2
            found[a, b] = {"nominal": a != b, "interval": (a - b) ** 2, "ordinal": between**2}[
                metric
            ]
    return found


@given(COUNTS, st.sampled_from(METRICS), st.randoms(use_true_random=False))
def test_the_order_of_items_and_lone_answers_do_not_matter(counts, metric, random):
    order = list(range(len(counts)))
    random.shuffle(order)
    alone = np.array([[0, 0, 1], [0, 0, 0]])
    found = krippendorff_alpha(np.concatenate([counts[order], alone]), metric)
    assert found == pytest.approx(krippendorff_alpha(counts, metric), nan_ok=True)


def test_the_interval_holds_the_value_and_repeats():
    counts = counts_of(np.random.default_rng(0).integers(1, 4, (3, 200)), 3)
    counts[:120] = [[3, 0, 0]] * 40 + [[0, 3, 0]] * 40 + [[0, 0, 3]] * 40
    found = alpha_with_interval(counts, "ordinal", random_state=1)
    assert found.low < found.value < found.high
    assert found == alpha_with_interval(counts, "ordinal", random_state=1)
    assert found != alpha_with_interval(counts, "ordinal", random_state=2)


def test_drawing_patterns_is_drawing_items():
    rng = np.random.default_rng(0)
    counts = counts_of(np.where(rng.random((2, 300)) < 0.8, 1, rng.integers(1, 4, (2, 300))), 3)
    resampled = [
        krippendorff_alpha(counts[rng.integers(0, len(counts), len(counts))]) for _ in range(1000)
    ]
    low, high = np.quantile(resampled, [0.025, 0.975])
    found = alpha_with_interval(counts)
    assert found.low == pytest.approx(low, abs=0.02)
    assert found.high == pytest.approx(high, abs=0.02)


def test_without_variation_it_is_not_defined():
    found = alpha_with_interval(np.array([[2, 0, 0], [2, 0, 0]]))
    assert (found.value, found.low, found.high) == (None, None, None)
