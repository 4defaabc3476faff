from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import nnls

from stancelab.evaluation.quantification import adjusted_count

COUNTS = st.integers(0, 40).map(float)


@given(arrays(float, 3, elements=COUNTS), arrays(float, (3, 3), elements=COUNTS))
def test_is_the_least_squares_solution_among_distributions(counts, matrix):
    assume(counts.sum() > 0 and (matrix.sum(axis=1) > 0).all())
    found = adjusted_count(counts, matrix)
    assert found.min() >= 0
    assert found.sum() == pytest.approx(1)
    rates = (matrix / matrix.sum(axis=1, keepdims=True)).T
    shares = counts / counts.sum()
    heavy = 1e4  # holds the sum at 1
    slow, _ = nnls(np.vstack([rates, np.full(3, heavy)]), np.append(shares, heavy))

    def wrong(p):
        return np.square(rates @ p - shares).sum()

    assert wrong(found) <= wrong(slow) + 1e-7
    if abs(np.linalg.det(rates)) > 1e-2:
        assert found == pytest.approx(slow, abs=1e-3)


def test_gives_back_the_shares_that_made_the_counts():
    matrix = np.array([[80.0, 10, 10], [20, 70, 10], [0, 10, 90]])
    shares = np.array([[0.2, 0.5, 0.3], [0.0, 0.1, 0.9], [1.0, 0.0, 0.0]])
    answered = shares @ (matrix / matrix.sum(axis=1, keepdims=True))
    assert adjusted_count(1000 * answered, matrix) == pytest.approx(shares, abs=1e-9)


def test_stacks_of_counts_and_of_matrices_go_together():
    rng = np.random.default_rng(0)
    counts = rng.integers(1, 20, size=(4, 6, 3)).astype(float)
    matrices = rng.integers(1, 20, size=(6, 3, 3)).astype(float)
    found = adjusted_count(counts, matrices)
    assert found.shape == (4, 6, 3)
    assert found[3, 2] == pytest.approx(adjusted_count(counts[3, 2], matrices[2]))


def test_a_classifier_that_always_says_the_same_says_nothing():
    always = np.array([[30.0, 0, 0], [50, 0, 0], [20, 0, 0]])
    assert adjusted_count(np.array([9.0, 0, 0]), always) == pytest.approx([1 / 3] * 3)


def test_a_label_that_no_validation_row_has_is_no_part_of_it():
    matrix = np.array([[30.0, 0, 10], [0, 0, 0], [10, 0, 30]])
    assert adjusted_count(np.array([5.0, 0, 5]), matrix) == pytest.approx([0.5, 0, 0.5])
    assert np.isnan(adjusted_count(np.array([5.0, 0, 5]), np.zeros((3, 3)))).all()
    assert np.isnan(adjusted_count(np.zeros(3), matrix)).all()
