from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score, mean_absolute_error

from stancelab.evaluation.metrics import confusion
from stancelab.evaluation.ordinal import ORDINAL, ordinal_scores

ROWS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=40)


@given(ROWS)
def test_agrees_with_scikit_learn(rows):
    labels, predicted = np.array(rows).T
    found = ordinal_scores(confusion(labels, predicted))
    assert found["mae"] == pytest.approx(mean_absolute_error(labels, predicted))
    if len(set(labels) | set(predicted)) > 1:  # it warns where chance agrees as well
        kappa = cohen_kappa_score(labels, predicted, weights="quadratic", labels=[0, 1, 2])
        assert found["weighted_kappa"] == pytest.approx(kappa)
    assert found["polar_errors"] == pytest.approx((np.abs(labels - predicted) == 2).mean())


def test_a_stack_is_scored_as_each_of_its_matrices():
    stack = np.random.default_rng(0).integers(1, 30, size=(2, 4, 3, 3)).astype(float)
    found = ordinal_scores(stack)
    assert tuple(found) == ORDINAL
    for name, values in found.items():
        assert values.shape == (2, 4)
        assert values[1, 2] == pytest.approx(ordinal_scores(stack[1, 2])[name])


def test_what_is_not_defined_is_nan():
    nothing = ordinal_scores(np.zeros((3, 3)))
    assert np.isnan(list(nothing.values())).all()
    constant = ordinal_scores(np.diag([7.0, 0.0, 0.0]))
    assert np.isnan(constant["weighted_kappa"])
    assert (constant["mae"], constant["polar_errors"]) == (0, 0)
