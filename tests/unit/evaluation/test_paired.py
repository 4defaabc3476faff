"""Paired comparison, held against scipy, statsmodels and worlds that are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import permutation_test
from simulated import World, bootstrap_of
from statsmodels.stats.contingency_tables import mcnemar as mcnemar_of_statsmodels
from statsmodels.stats.multitest import multipletests

from stancelab.errors import DifferentRowsError
from stancelab.evaluation.mcnemar import mcnemar, right_rows
from stancelab.evaluation.metrics import confusion, scores
from stancelab.evaluation.paired import Difference, corrected, differences, indistinct
from stancelab.evaluation.power import detectable_difference, documents_needed
from stancelab.evaluation.randomisation import randomisation
from stancelab.evaluation.uncertainty import DocumentBootstrap, Outcome

LABELS = (0, 1, 2)
SMALL = World(documents=60)


def compare(outcomes: dict[str, list[Outcome]], **options: int) -> list[Difference]:
    """Compare models of a drawn world, on the same resamples whatever their order."""
    documents = {name for own in outcomes.values() for one in own for name in one.documents}
    bootstrap = DocumentBootstrap(documents, 0, 200)
    estimates = {name: bootstrap.estimate(own, LABELS) for name, own in outcomes.items()}
    return differences(outcomes, bootstrap, estimates, LABELS, **{"rounds": 500, **options})


def drawn(better: Sequence[float] = (0.0, 0.3), seeds: int = 2) -> dict[str, list[Outcome]]:
    return SMALL.draw(np.random.default_rng(5), seeds, better)[0]


def difference(p: float, first: str = "a", second: str = "b") -> Difference:
    return Difference(first, second, 0.1, 0.0, 0.2, p, float("nan"), p, 3, 1, 0.05)


def test_randomisation_agrees_with_scipy() -> None:
    """Documents exchanged by `permutation_test`, in both seeds at once, and scored anew."""
    outcomes, _ = World(documents=14).draw(np.random.default_rng(2), 2, (0.0, 0.5))
    documents = np.array(outcomes["m0"][0].documents)
    names = np.unique(documents)

    def macro_f1(own: list[Outcome], other: list[Outcome], exchanged: np.ndarray) -> float:
        chosen = np.isin(documents, names[exchanged])
        matrices = [
            confusion(one.labels, np.where(chosen, its.predicted, one.predicted))
            for one, its in zip(own, other, strict=True)
        ]
        return float(scores(np.stack(matrices), LABELS)["macro_f1"].mean())

    def statistic(first: np.ndarray, second: np.ndarray) -> float:
        return macro_f1(outcomes["m0"], outcomes["m1"], first == 1) - macro_f1(
            outcomes["m1"], outcomes["m0"], first == 1
        )

    found = permutation_test(
        (np.zeros(len(names)), np.ones(len(names))), statistic, permutation_type="samples",
        n_resamples=1000, rng=0,
    )  # fmt: skip
    # scipy doubles the smaller tail, of a distribution that is symmetric here
    p = randomisation(outcomes, DocumentBootstrap(documents, 0, 2), LABELS, 20_000)["m0", "m1"]
    assert 0.05 < p < 0.95
    share = np.mean(np.abs(found.null_distribution) >= abs(found.statistic) - 1e-9)
    assert p == pytest.approx(share, abs=3.5 * np.sqrt(p * (1 - p) / 1000))
    assert p == pytest.approx(found.pvalue, abs=0.12)


def test_the_smallest_p_counts_the_true_answers_as_one_round() -> None:
    """One in rounds + 1; and rounds grow with the comparisons that p is corrected for."""
    outcomes = drawn((0.0, 3.0))
    assert compare(outcomes, rounds=99)[0].p == 1 / 101  # 100 for one comparison
    assert compare(outcomes, rounds=99, comparisons=20)[0].p == 1 / 2001


def test_one_random_state_repeats_and_two_differ() -> None:
    outcomes = drawn((0.0, 0.1))
    first, again, other = (compare(outcomes, random_state=state)[0].p for state in (1, 1, 2))
    assert first == again
    assert first != other


def test_a_difference_is_the_reverse_of_the_reverse() -> None:
    outcomes = drawn((0.0, 0.1), seeds=3)
    one = compare(outcomes)[0]
    other = compare({name: outcomes[name] for name in ("m1", "m0")})[0]
    assert (one.first, one.second) == (other.second, other.first)
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low))
    assert (one.p, one.p_mcnemar) == (other.p, other.p_mcnemar)
    assert (one.only_first, one.only_second) == (other.only_second, other.only_first)
    assert one.detectable == pytest.approx(other.detectable)


def test_the_order_of_seeds_does_not_matter() -> None:
    """But for McNemar's test, in which the first seed decides between equals."""
    outcomes = drawn((0.0, 0.1), seeds=3)
    one = compare(outcomes)[0]
    other = compare({name: own[::-1] for name, own in outcomes.items()})[0]
    assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high))
    assert one.p == other.p


def test_a_model_does_not_differ_from_its_copy() -> None:
    outcomes = drawn((0.0,))
    found = compare({"one": outcomes["m0"], "copy": outcomes["m0"]})[0]
    assert (found.value, found.low, found.high) == (0, 0, 0)
    assert (found.p, found.p_mcnemar, found.only_first, found.only_second) == (1, 1, 0, 0)
    assert np.isnan(found.detectable)


def test_all_pairs_come_in_the_order_of_the_models() -> None:
    """And a pair does not depend on the models beside it."""
    outcomes = drawn((0.0, 0.2, 0.4))
    found = compare(outcomes)
    assert [(one.first, one.second) for one in found] == [("m0", "m1"), ("m0", "m2"), ("m1", "m2")]
    alone = compare({name: outcomes[name] for name in ("m0", "m2")})[0]
    assert found[1].p == alone.p


def test_a_label_that_nobody_has_counts_as_it_does_in_the_scores() -> None:
    """Without neutral, over all labels and over two; the difference that is tested is the same."""
    labels = np.array([0, 2, 0, 2, 0, 2])
    answers = (np.array([0, 2, 0, 2, 2, 0]), np.array([0, 0, 2, 2, 2, 0]))
    outcomes = {
        name: [Outcome("abcdef", "abcdef", labels, own)]
        for name, own in zip("mn", answers, strict=True)
    }
    bootstrap = DocumentBootstrap("abcdef", 0, 2)
    over = [randomisation(outcomes, bootstrap, used, 500) for used in (LABELS, (0, 2))]
    assert over[0] == over[1]


def test_other_rows_are_refused() -> None:
    outcomes = drawn()
    fewer = {**outcomes, "m1": outcomes["m1"][:1]}
    with pytest.raises(DifferentRowsError, match="the same rows: 2 and 1 seeds; compare"):
        compare(fewer)
    other = replace(outcomes["m1"][1], ids=outcomes["m1"][1].ids[::-1])
    with pytest.raises(DifferentRowsError, match="the rows of seed number 2, or their order"):
        compare({**outcomes, "m1": [outcomes["m1"][0], other]})


@settings(deadline=None)
@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 9))
def test_mcnemar_agrees_with_statsmodels(only_first: int, only_second: int, both: int) -> None:
    first = np.array([True] * (only_first + both) + [False] * only_second, dtype=bool)
    second = np.array([False] * only_first + [True] * (both + only_second), dtype=bool)
    found = mcnemar(first, second)
    assert (found.only_first, found.only_second) == (only_first, only_second)
    if only_first + only_second:
        table = [[both, only_first], [only_second, 0]]
        expected = mcnemar_of_statsmodels(table, exact=True).pvalue
        assert found.p == pytest.approx(expected, abs=1e-12)
    else:
        assert found.p == 1


def test_a_row_of_many_seeds_counts_once() -> None:
    """By the answer of most seeds; of equals by that which a seed gave first."""
    labels = np.array([0, 1, 2])
    seeds = [
        Outcome("abc", "ddd", labels, np.array([1, 1, 0]), ["a", "b", "c"]),
        Outcome("abc", "ddd", labels, np.array([0, 2, 2]), ["a", "b", "c"]),
        Outcome("cd", "dd", np.array([2, 0]), np.array([2, 0]), ["c", "d"]),
    ]
    assert right_rows(seeds).tolist() == [False, True, True, True]
    assert right_rows(seeds[1::-1]).tolist() == [True, False, True]
    assert len(right_rows([replace(one, ids=()) for one in seeds])) == 8


@settings(max_examples=10, deadline=None)  # each collects garbage in statsmodels
@given(st.lists(st.lists(st.floats(0, 1), max_size=6), min_size=1, max_size=4))
def test_holm_agrees_with_statsmodels_over_all_groups(groups: list[list[float]]) -> None:
    found = corrected([[difference(p) for p in group] for group in groups])
    assert [[one.p for one in group] for group in found] == groups
    flat = [p for group in groups for p in group]
    if flat:
        expected = multipletests(flat, method="holm")[1]
        assert [one.p_corrected for group in found for one in group] == pytest.approx(expected)


def test_more_comparisons_need_smaller_p() -> None:
    """One is significant alone and not beside four others of another test set."""
    alone = corrected([[difference(0.02)]])
    beside = corrected([[difference(0.02)], [difference(0.5)] * 4])
    assert alone[0][0].is_significant
    assert not beside[0][0].is_significant
    assert not difference(0.0).is_significant, "before the correction nothing is"


def test_models_are_indistinct_from_the_best_on_either_side() -> None:
    pairs = [difference(0.6, "a", "best"), difference(1e-6, "best", "b"), difference(0.6, "b", "c")]
    [found] = corrected([pairs])
    assert indistinct("best", found) == {"best", "a"}
    assert indistinct("alone", []) == {"alone"}


def test_power_agrees_with_statsmodels() -> None:
    """A z-test with as many documents as are needed has the power; with half of them less."""
    from statsmodels.stats.power import NormalIndPower

    test = NormalIndPower(ddof=0)
    needed = documents_needed(0.03, standard_error=0.02, documents=300)

    def power(documents: float) -> float:
        spread = 0.02 * np.sqrt(300)
        return float(test.power(0.03 / spread, documents, 0.05, ratio=0))

    assert power(needed) == pytest.approx(0.8, abs=2e-3)
    assert power(needed / 2) < 0.55
    assert documents_needed(detectable_difference(0.02), 0.02, 300) == 300
    assert detectable_difference(0.02, alpha=0.01) > detectable_difference(0.02)


@pytest.mark.slow
def test_equal_models_are_told_apart_in_one_of_twenty_draws() -> None:
    """The type-I error of approximate randomisation, over three seeds of equal luck."""
    generator = np.random.default_rng(0)
    world = World(seed_sd=0)
    found = []
    for draw in range(500):
        outcomes, _ = world.draw(generator, 3, (0.0, 0.0))
        bootstrap = bootstrap_of(outcomes, world, 0)
        found.append(randomisation(outcomes, bootstrap, LABELS, 199, draw)["m0", "m1"])
    assert 0.03 <= np.mean(np.array(found) <= 0.05) <= 0.07
    assert 0.45 <= np.mean(np.array(found) <= 0.5) <= 0.55


@pytest.mark.slow
def test_a_detectable_difference_is_found_in_four_of_five_draws() -> None:
    """The power of approximate randomisation, for the difference that the bootstrap names."""
    generator = np.random.default_rng(0)
    world = World(seed_sd=0)
    outcomes, _ = world.draw(generator, 3, (0.0, 0.1))
    smallest = compare(outcomes)[0].detectable
    better = brentq(lambda more: world.expected(more) - world.expected() - smallest, 0, 1)
    found = []
    for draw in range(500):
        outcomes, _ = world.draw(generator, 3, (0.0, better))
        bootstrap = bootstrap_of(outcomes, world, 0)
        found.append(randomisation(outcomes, bootstrap, LABELS, 199, draw)["m0", "m1"])
    assert 0.74 <= np.mean(np.array(found) <= 0.05) <= 0.86
