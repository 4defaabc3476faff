"""Calibration agrees with scikit-learn, and its parts with each other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss, log_loss
from statsmodels.stats.proportion import proportion_confint

from stancelab.evaluation.calibration import calibration, equal_mass, share_among

ALL = (0, 1, 2)


def drawn(rows, seed=0, sharpness=1.0):
    """Draw labels from the very probabilities: a model that is calibrated by making."""
    generator = np.random.default_rng(seed)
    honest = generator.dirichlet([0.7, 0.7, 0.7], size=rows)
    truth = (generator.random(rows)[:, None] > honest.cumsum(axis=1)).sum(axis=1).clip(0, 2)
    shown = honest**sharpness
    return shown / shown.sum(axis=1, keepdims=True), truth


@given(st.integers(3, 200), st.integers(0, 10_000), st.integers(1, 15), st.integers(1, 16))
@settings(max_examples=60, deadline=None)
def test_brier_score_is_exactly_its_parts(rows, seed, n_bins, digits):
    probabilities, truth = drawn(rows, seed)
    probabilities = probabilities.round(digits)  # with few digits many are equal
    found = calibration(probabilities, truth, ALL, n_bins)
    parts = found.reliability - found.resolution + found.uncertainty
    assert found.brier == pytest.approx(parts, abs=1e-12)
    assert 0 <= found.ece <= 1
    assert sum(one.rows for one in found.bins) == rows
    assert all(one.low - 1e-9 <= one.accuracy <= one.high + 1e-9 for one in found.bins)


def test_agrees_with_scikit_learn():
    probabilities, truth = drawn(300, sharpness=2.0)
    found = calibration(probabilities, truth, ALL)
    brier = brier_score_loss(truth, probabilities, labels=[0, 1, 2], scale_by_half=False)
    assert found.brier == pytest.approx(brier)
    assert found.log_loss == pytest.approx(log_loss(truth, probabilities, labels=[0, 1, 2]))
    one = found.bins[3]
    wilson = proportion_confint(round(one.accuracy * one.rows), one.rows, method="wilson")
    assert (one.low, one.high) == pytest.approx(wilson)


def test_parts_are_murphys_where_all_of_a_bin_are_equal():
    shares = np.array([[0.8, 0.2, 0.0], [0.3, 0.7, 0.0]])
    probabilities, truth = np.repeat(shares, 10, axis=0), np.array([0] * 6 + [1] * 4 + [1] * 10)
    found = calibration(probabilities, truth, ALL, n_bins=2)
    assert found.reliability == pytest.approx(2 * (0.2**2 + 0.3**2) / 2)
    assert found.resolution == pytest.approx(2 * 0.3**2)
    assert found.uncertainty == pytest.approx(2 * 0.3 * 0.7)


def test_error_is_small_for_honest_probabilities_and_large_for_boastful_ones():
    honest = calibration(*drawn(5000), ALL)
    boastful = calibration(*drawn(5000, sharpness=3.0), ALL)
    assert honest.ece < 0.03 < 0.15 < boastful.ece
    assert honest.reliability < 0.01 < boastful.reliability
    inside = [one.low <= one.confidence <= one.high for one in honest.bins]
    assert sum(inside) >= 8
    assert all(one.confidence > one.high for one in boastful.bins[3:9])


def test_a_constant_answer_has_one_bin_and_its_error_is_the_gap():
    found = calibration(np.tile([0.5, 0.3, 0.2], (40, 1)), np.array([0] * 30 + [1] * 10), ALL)
    assert [one.rows for one in found.bins] == [40]
    assert found.ece == pytest.approx(0.25)
    assert found.resolution == pytest.approx(0)


def test_bins_have_equal_mass_and_rise():
    values = np.random.default_rng(0).permutation(103) / 103
    group = equal_mass(values, 10)
    assert set(np.bincount(group)) == {10, 11}
    assert (np.diff(group[np.argsort(values)]) >= 0).all()


@given(st.lists(st.sampled_from([0.1, 0.2, 0.5, 0.9]), min_size=1), st.integers(1, 12))
def test_equal_values_share_a_bin(values, n_bins):
    group = equal_mass(np.array(values), n_bins)
    assert len(set(zip(values, group.tolist(), strict=True))) == len(set(values))
    assert set(group.tolist()) == set(range(group.max() + 1))


def test_a_corpus_without_neutral_is_measured_between_the_other_two():
    probabilities = np.array([[0.2, 0.6, 0.2], [0.4, 0.5, 0.1], [0.0, 1.0, 0.0]])
    two = share_among(probabilities, (0, 2))
    np.testing.assert_allclose(two, [[0.5, 0.5], [0.8, 0.2], [0.5, 0.5]])
    found = calibration(probabilities, np.array([0, 0, 2]), (0, 2))
    assert found.log_loss == pytest.approx(log_loss([0, 0, 2], two, labels=[0, 2]))


def test_a_true_label_of_probability_zero_costs_36_nats_and_not_infinity():
    sure = np.array([[1.0, 0.0, 0.0]])
    found = calibration(sure, np.array([1]), ALL)
    assert found.log_loss == pytest.approx(log_loss([1], sure, labels=[0, 1, 2]))
    assert found.brier == 2


def test_labels_that_the_corpus_lacks_and_no_rows_are_refused():
    shares = np.array([[0.5, 0.3, 0.2]])
    with pytest.raises(ValueError, match="each with a true label of hostile, cooperative"):
        calibration(shares, np.array([1]), (0, 2))
    with pytest.raises(ValueError, match="at least one row"):
        calibration(shares[:0], np.array([], dtype=np.int64), ALL)
