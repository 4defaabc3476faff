"""Thresholds answer what they promise, and curves are those of their sources."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancelab.evaluation.abstention import (
    LEAST_ANSWERED,
    ThresholdError,
    choose_threshold,
    risk_coverage,
)

ALL = (0, 1, 2)


def drawn(rows, seed=0, digits=16):
    """Draw labels from the very probabilities, so that surer answers are better."""
    generator = np.random.default_rng(seed)
    probabilities = generator.dirichlet([0.7, 0.7, 0.7], size=rows)
    truth = (generator.random(rows)[:, None] > probabilities.cumsum(axis=1)).sum(axis=1).clip(0, 2)
    return probabilities.round(digits), truth


def given_by(probabilities, truth, threshold):
    """Give coverage and precision as a bundle would have them."""
    sure = probabilities.max(axis=1) >= threshold
    return sure.mean(), (probabilities.argmax(axis=1) == truth)[sure].mean()


@pytest.mark.parametrize("digits", [16, 1])
def test_curve_is_the_error_of_every_threshold(digits):
    probabilities, truth = drawn(150, digits=digits)
    curve = risk_coverage(probabilities, truth, ALL)
    confidence = np.sort(probabilities.max(axis=1))[::-1]
    each = [given_by(probabilities, truth, one) for one in confidence]
    assert curve.area == pytest.approx(np.mean([1 - precision for _, precision in each]))
    distinct = dict(each)
    assert curve.coverage == pytest.approx(tuple(distinct))
    assert curve.risk == pytest.approx(tuple(1 - np.array(list(distinct.values()))))


def test_a_long_curve_is_thinned_and_keeps_its_ends_and_area():
    probabilities, truth = drawn(1000)
    curve = risk_coverage(probabilities, truth, ALL)
    assert len(curve.coverage) == 200
    assert (curve.coverage[0], curve.coverage[-1]) == (0.001, 1.0)
    wrong = (probabilities.argmax(axis=1) != truth)[np.argsort(-probabilities.max(axis=1))]
    assert curve.area == pytest.approx((wrong.cumsum() / np.arange(1, 1001)).mean())


def test_the_area_of_a_constant_answer_is_its_error_rate():
    curve = risk_coverage(np.tile([0.5, 0.3, 0.2], (10, 1)), np.array([0] * 7 + [1] * 3), ALL)
    assert (curve.coverage, curve.risk, curve.area) == ((1.0,), (0.3,), 0.3)


@given(st.integers(20, 120), st.integers(0, 9999), st.integers(1, 16), st.floats(0.4, 1.0))
@settings(max_examples=60, deadline=None)
def test_precision_is_reached_with_the_lowest_threshold_or_the_highest_is_named(
    rows, seed, digits, wanted
):
    probabilities, truth = drawn(rows, seed, digits)
    levels = [given_by(probabilities, truth, one) for one in set(probabilities.max(axis=1))]
    enough = [one for one in levels if one[0] * rows >= LEAST_ANSWERED - 1e-9]
    best = max(precision for _, precision in enough)
    if best < wanted:
        with pytest.raises(ThresholdError, match=f"highest is {best:.3f}, where .* are answered"):
            choose_threshold(probabilities, truth, ALL, precision=wanted)
        return
    threshold = choose_threshold(probabilities, truth, ALL, precision=wanted)
    coverage, precision = given_by(probabilities, truth, threshold)
    assert precision >= wanted
    assert coverage == max(one for one, precision in enough if precision >= wanted)


@given(st.integers(20, 120), st.integers(0, 9999), st.integers(1, 16), st.floats(0.01, 1.0))
@settings(max_examples=60, deadline=None)
def test_coverage_is_reached_with_the_highest_threshold(rows, seed, digits, wanted):
    probabilities, truth = drawn(rows, seed, digits)
    shares = {(probabilities.max(axis=1) >= one).mean() for one in probabilities.max(axis=1)}
    expected = min(one for one in shares if one >= wanted)
    if round(expected * rows) < LEAST_ANSWERED:
        with pytest.raises(ThresholdError, match=r"of the \d+ validation rows.*ask for coverage="):
            choose_threshold(probabilities, truth, ALL, coverage=wanted)
        return
    threshold = choose_threshold(probabilities, truth, ALL, coverage=wanted)
    assert given_by(probabilities, truth, threshold)[0] == expected


def test_a_threshold_is_halfway_so_that_no_rounding_turns_a_row():
    shares = np.array([[0.9, 0.1, 0.0]] * 20 + [[0.5, 0.4, 0.1]] * 20)
    truth = np.array([0] * 20 + [1] * 20)
    assert choose_threshold(shares, truth, ALL, coverage=0.5) == 0.7
    assert choose_threshold(shares, truth, ALL, coverage=1.0) == 0
    assert choose_threshold(shares, truth, ALL, precision=0.5) == 0


def test_a_corpus_without_neutral_is_decided_between_the_other_two():
    shares = np.array([[0.1, 0.9, 0.0]] * 20 + [[0.3, 0.4, 0.3]] * 20)
    truth = np.array([0] * 20 + [2] * 20)
    assert choose_threshold(shares, truth, (0, 2), precision=1.0) == 0.75
    assert risk_coverage(shares, truth, (0, 2)).risk == (0.0, 0.5)


def test_what_cannot_be_chosen_is_said_with_what_to_do():
    probabilities, truth = drawn(100)
    few = probabilities[:19], truth[:19]
    with pytest.raises(ThresholdError, match=r"there are 19; raise validation under \[split\]"):
        choose_threshold(*few, ALL, precision=0.5)
    for wanted in ({"precision": 1.5}, {"coverage": 0.0}):
        with pytest.raises(ThresholdError, match="above 0 and up to 1, found"):
            choose_threshold(probabilities, truth, ALL, **wanted)
    for wanted in ({}, {"precision": 0.9, "coverage": 0.9}):
        with pytest.raises(ValueError, match="either a precision or a coverage"):
            choose_threshold(probabilities, truth, ALL, **wanted)
