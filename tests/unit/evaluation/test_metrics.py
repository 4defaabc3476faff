"""Scores from confusion matrices, held against scikit-learn and a slow way of counting."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score

from stancelab.evaluation.metrics import confusion, decide, f1_scores, scores, swapped_statements

PAIRS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=60)
ROWS = st.lists(
    st.tuples(st.sampled_from("abcdefg"), st.integers(0, 2), st.integers(0, 2)), max_size=40
)


def arrays(rows: Sequence[Sequence[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Give labels and predictions."""
    table = np.asarray(rows, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


@given(PAIRS)
def test_the_scores_are_those_of_scikit_learn(pairs: list[tuple[int, int]]) -> None:
    """Also where a label is never true, never predicted, or neither."""
    labels, predicted = arrays(pairs)
    matrix = confusion(labels, predicted)
    np.testing.assert_array_equal(matrix, confusion_matrix(labels, predicted, labels=[0, 1, 2]))
    each = f1_score(labels, predicted, labels=[0, 1, 2], average=None, zero_division=0)
    np.testing.assert_allclose(f1_scores(matrix), each, atol=1e-12)
    found = scores(matrix)
    assert found["macro_f1"] == pytest.approx(each.mean(), abs=1e-12)
    assert found["polar_f1"] == pytest.approx((each[0] + each[2]) / 2, abs=1e-12)
    assert found["accuracy"] == pytest.approx(accuracy_score(labels, predicted), abs=1e-12)


@given(PAIRS)
def test_a_corpus_without_neutral_averages_two_labels(pairs: list[tuple[int, int]]) -> None:
    """Macro-F1 is over the labels of the corpus, whether they are predicted or not."""
    labels, predicted = (2 * (codes // 2) for codes in arrays(pairs))
    expected = f1_score(labels, predicted, labels=[0, 2], average="macro", zero_division=0)
    found = scores(confusion(labels, predicted), labels=(0, 2))
    assert found["macro_f1"] == found["polar_f1"] == pytest.approx(expected, abs=1e-12)


@given(st.lists(PAIRS, min_size=1, max_size=5))
def test_a_stack_of_matrices_gives_a_score_each(samples: list[list[tuple[int, int]]]) -> None:
    """One code serves a sample and all its resamples."""
    matrices = [confusion(*arrays(pairs)) for pairs in samples]
    together = scores(np.stack(matrices))
    for at, matrix in enumerate(matrices):
        for name, value in scores(matrix).items():
            assert together[name][at] == pytest.approx(value, abs=1e-15, nan_ok=True)


def test_an_empty_sample_scores_nothing() -> None:
    """0 / 0 is 0, without a warning, and not a number on the ordinal scale."""
    found = scores(np.zeros((3, 3)))
    assert [found[name] for name in ("macro_f1", "polar_f1", "accuracy")] == [0, 0, 0]
    assert all(np.isnan(found[name]) for name in ("mae", "weighted_kappa", "polar_errors"))


def test_the_scores_of_a_known_matrix() -> None:
    """Worked out by hand: F1 of 0.8, 0.5 and 0."""
    matrix = np.array([[4.0, 0, 0], [2, 2, 1], [0, 1, 0]])
    np.testing.assert_allclose(f1_scores(matrix), [0.8, 0.5, 0.0])
    found = scores(matrix)
    assert found["macro_f1"] == pytest.approx(1.3 / 3)
    assert found["polar_f1"] == pytest.approx(0.4)
    assert found["accuracy"] == pytest.approx(0.6)


def test_the_most_probable_label_is_chosen_of_those_that_a_corpus_has() -> None:
    """Where there is no neutral, the other two decide, however probable neutral is."""
    probabilities = np.array([[0.2, 0.7, 0.1], [0.1, 0.5, 0.4], [0.6, 0.3, 0.1], [0, 1, 0]])
    assert decide(probabilities, (0, 1, 2)).tolist() == [1, 1, 0, 1]
    assert decide(probabilities, (0, 2)).tolist() == [0, 2, 0, 0]
    assert decide(probabilities[:0], (0, 2)).tolist() == []


def test_the_actor_swap_by_hand() -> None:
    """Only statements with two labels count, and every actor of them must be right."""
    rows = [("a", 0, 0), ("b", 0, 0), ("c", 2, 2), ("a", 2, 2), ("b", 1, 2), ("b", 0, 0)]
    rows += [("d", 1, 1), ("d", 1, 0), ("e", 2, 1), ("e", 1, 2)]
    found, right = swapped_statements([row[0] for row in rows], *arrays([r[1:] for r in rows]))
    assert dict(zip(found.tolist(), right.tolist(), strict=True)) == {0: True, 1: False, 8: False}


@given(ROWS)
def test_the_actor_swap_is_that_of_a_slow_count(rows: list[tuple[str, int, int]]) -> None:
    """Statement by statement, in whatever order the rows stand."""
    expected = {}
    for statement in {row[0] for row in rows}:
        own = [row for row in rows if row[0] == statement]
        if len({label for _, label, _ in own}) > 1:
            expected[rows.index(own[0])] = all(label == said for _, label, said in own)
    labels, predicted = arrays([row[1:] for row in rows])
    found, right = swapped_statements([row[0] for row in rows], labels, predicted)
    assert dict(zip(found.tolist(), right.tolist(), strict=True)) == expected


@given(ROWS, st.randoms(use_true_random=False))
def test_the_actor_swap_does_not_depend_on_the_order(
    rows: list[tuple[str, int, int]], random: object
) -> None:
    """As many statements, as many of them right."""
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    results = [
        swapped_statements([row[0] for row in one], *arrays([row[1:] for row in one]))[1]
        for one in (rows, shuffled)
    ]
    assert (len(results[0]), results[0].sum()) == (len(results[1]), results[1].sum())
