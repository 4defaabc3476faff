"""The bootstrap over documents, held against a slow loop over the same resamples."""

from __future__ import annotations

import numpy as np
import pytest
from simulated import World, coverages
from sklearn.metrics import accuracy_score, f1_score

from stancelab.evaluation.metrics import scores
from stancelab.evaluation.seed_interval import seed_interval
from stancelab.evaluation.uncertainty import METRICS, DocumentBootstrap, Estimate, Outcome

CHECKED = ("macro_f1", "polar_f1", "accuracy", "actor_swap")


def outcome(n_documents: int, seed: int, accuracy: float = 0.7, first: int = 0) -> Outcome:
    """Make answers to two statements of two actors a document."""
    rng = np.random.default_rng(seed)
    documents = [f"d{first + row // 4:04d}" for row in range(4 * n_documents)]
    statements = [f"s{first}/{row // 2}" for row in range(4 * n_documents)]
    labels = rng.integers(0, 3, size=len(documents))
    wrong = (labels + rng.integers(1, 3, size=len(labels))) % 3
    predicted = np.where(rng.random(len(labels)) < accuracy, labels, wrong)
    return Outcome(statements, documents, labels, predicted)


def naive_swap(one: Outcome, weight: dict[str, float]) -> float:
    """Count the swapped statements one by one, each as often as its document was drawn."""
    asked = hit = 0.0
    for statement in sorted(set(one.statements)):
        rows = [row for row, name in enumerate(one.statements) if name == statement]
        if len({int(one.labels[row]) for row in rows}) > 1:
            times = weight[one.documents[rows[0]]]
            asked += times
            hit += times * all(one.labels[row] == one.predicted[row] for row in rows)
    return hit / asked if asked else float("nan")


def naive(one: Outcome, weight: dict[str, float]) -> dict[str, float]:
    """Score with scikit-learn, each row as often as its document was drawn."""
    each = np.array([weight[name] for name in one.documents])
    f1 = [
        f1_score(one.labels, one.predicted, labels=labels, average="macro", sample_weight=each,
                 zero_division=0)
        for labels in ([0, 1, 2], [0, 2])
    ]  # fmt: skip
    accuracy = accuracy_score(one.labels, one.predicted, sample_weight=each)
    return dict(zip(CHECKED, (*f1, accuracy, naive_swap(one, weight)), strict=True))


def test_the_estimates_are_those_of_a_slow_loop() -> None:
    """Over two seeds with other test documents, for every resample."""
    outcomes = [outcome(10, 0), outcome(8, 1, first=5)]
    tested = {name for one in outcomes for name in one.documents}
    bootstrap = DocumentBootstrap(tested, total=40, resamples=60, random_state=3)
    found = bootstrap.estimate(outcomes)
    assert set(found) == {*scores(np.eye(3)), "actor_swap"} >= set(METRICS)
    plain = [naive(one, dict.fromkeys(tested, 1.0)) for one in outcomes]
    drawn = [
        [naive(one, {name: float(weights[at]) for name, at in bootstrap._index.items()})
         for one in outcomes]
        for weights in bootstrap.weights
    ]  # fmt: skip
    for metric in CHECKED:
        expected = np.mean([one[metric] for one in plain])
        assert found[metric].value == pytest.approx(expected, abs=1e-12)
        each = [np.mean([one[metric] for one in seeds]) for seeds in drawn]
        np.testing.assert_allclose(found[metric].resampled, each, atol=1e-12)


def test_a_resample_draws_as_many_documents_as_the_corpus_has() -> None:
    """All documents of a corpus that is tested whole, the share of a part otherwise."""
    names = [f"d{number}" for number in range(30)]
    whole = DocumentBootstrap(names, 30, resamples=50).weights
    assert set(whole.sum(axis=1)) == {30.0}
    part = DocumentBootstrap(names, 120, resamples=400).weights
    assert part.sum(axis=1).mean() == pytest.approx(30, abs=1.5)
    assert part.sum(axis=1).std() > 3
    assert DocumentBootstrap(names, 5, resamples=2).weights.shape == (2, 30)


def test_documents_are_drawn_whole() -> None:
    """Rows of one document are right together or wrong together in every resample."""
    documents = [name for name in "ab" for _ in range(50)]
    labels = np.arange(100) % 3
    predicted = np.where(np.arange(100) < 50, labels, (labels + 1) % 3)
    one = Outcome([str(row) for row in range(100)], documents, labels, predicted)
    accuracy = DocumentBootstrap("ab", 2, resamples=200).estimate([one])["accuracy"]
    assert set(accuracy.resampled) == {0.0, 0.5, 1.0}


def test_a_model_does_not_differ_from_itself() -> None:
    """The resamples are the same for all models, so nothing is left of the noise."""
    outcomes = [outcome(20, 0), outcome(20, 1)]
    estimates = DocumentBootstrap(outcomes[0].documents, 80, 200).estimate(outcomes)
    for estimate in estimates.values():
        difference = estimate.minus(estimate)
        assert difference.value == 0
        assert not difference.resampled.any()
        assert difference.interval == (0.0, 0.0)


def test_a_paired_difference_is_surer_than_two_intervals() -> None:
    """Two models that err on the same rows but a few differ for certain."""
    worse = outcome(150, 0)
    mended = np.where(np.arange(600) % 10 == 0, worse.labels, worse.predicted)
    better = Outcome(worse.statements, worse.documents, worse.labels, mended)
    bootstrap = DocumentBootstrap(worse.documents, 150)
    low, high = (bootstrap.estimate([one])["macro_f1"] for one in (worse, better))
    assert high.minus(low).interval[0] > 0
    assert high.interval[0] < low.interval[1]


def test_the_interval_narrows_with_more_documents() -> None:
    """Sixteen times the documents, about a quarter of the width."""
    widths = []
    for n_documents in (30, 480):
        one = outcome(n_documents, 5)
        estimates = DocumentBootstrap(one.documents, n_documents).estimate([one])
        widths.append({m: np.subtract(*estimates[m].interval[::-1]) for m in CHECKED})
    for metric in CHECKED:
        assert 2 < widths[0][metric] / widths[1][metric] < 8


@pytest.mark.parametrize("seed", range(3))
def test_the_value_lies_inside_its_interval(seed: int) -> None:
    """And the interval inside of 0 and 1."""
    one = outcome(60, seed)
    estimates = DocumentBootstrap(one.documents, 240).estimate([one])
    for metric in CHECKED:
        estimate = estimates[metric]
        low, high = estimate.interval
        assert 0 <= low < estimate.value < high <= 1


def test_one_random_state_repeats_and_two_differ() -> None:
    """And the order in which documents are given does not matter."""
    one = outcome(30, 0)

    def drawn(documents: list[str], random_state: int) -> list[float]:
        bootstrap = DocumentBootstrap(documents, 90, 50, random_state)
        return bootstrap.estimate([one])["macro_f1"].resampled.tolist()

    documents = list(one.documents)
    assert drawn(documents, 1) == drawn(documents[::-1], 1)
    assert drawn(documents, 1) != drawn(documents, 2)


def test_without_swapped_statements_the_actor_swap_is_not_defined() -> None:
    """It is nan, in the interval too, and the other scores are not touched."""
    one = Outcome(["a", "a", "b"], ["d", "d", "e"], np.array([0, 0, 2]), np.array([0, 0, 2]))
    found = DocumentBootstrap(one.documents, 2, 20).estimate([one])
    assert np.isnan([found["actor_swap"].value, *found["actor_swap"].interval]).all()
    assert found["accuracy"].interval == (1.0, 1.0)


def test_a_corpus_without_neutral_is_averaged_over_two_labels() -> None:
    """The labels reach the score and every resample."""
    one = Outcome(list("abcd"), list("abcd"), np.array([0, 2, 0, 2]), np.array([0, 2, 0, 2]))
    bootstrap = DocumentBootstrap("abcd", 4, 30)
    assert bootstrap.estimate([one], labels=(0, 2))["macro_f1"].value == 1
    assert bootstrap.estimate([one])["macro_f1"].value == pytest.approx(2 / 3)


def test_the_interval_is_the_middle_of_the_resamples() -> None:
    """95 % of those that are defined."""
    resampled = np.append(np.arange(1001.0), np.nan)
    assert Estimate(500.0, resampled).interval == pytest.approx((25.0, 975.0))


def test_one_seed_has_no_interval_over_seeds() -> None:
    """Two have one, and so has their difference to two others; to one other it has none."""
    outcomes = [outcome(20, 0), outcome(20, 1)]
    bootstrap = DocumentBootstrap(outcomes[0].documents, 20, 50)
    both, first = (bootstrap.estimate(own)["macro_f1"] for own in (outcomes, outcomes[:1]))
    assert first.interval_over_seeds is None
    assert both.interval_over_seeds is not None
    assert both.minus(both).interval_over_seeds == (0.0, 0.0)
    assert both.minus(first).interval_over_seeds is None


def test_of_documents_without_chance_the_interval_is_students() -> None:
    """With three seeds 4.303 standard errors to each side (Student 1908)."""
    low, high = seed_interval(np.array([0.1, 0.2, 0.3]), np.full((3, 9), 0.2))
    assert (low + high) / 2 == pytest.approx(0.2)
    assert (high - low) / 2 == pytest.approx(4.3027 * 0.1 / np.sqrt(3), rel=1e-4)


def test_of_seeds_that_agree_the_interval_is_that_of_documents() -> None:
    """1.960 standard deviations of the resamples to each side, however few the seeds."""
    drawn = np.random.default_rng(0).normal(0.5, 0.05, 2000)
    low, high = seed_interval(np.array([0.5, 0.5]), np.stack([drawn, drawn]))
    assert (high - low) / 2 == pytest.approx(1.95996 * drawn.std(ddof=1), rel=1e-4)


def test_the_interval_over_seeds_knows_the_seeds_in_any_order() -> None:
    """Seeds that differ more make it wider, and it ends at 0 and 1."""
    outcomes = [outcome(60, seed, accuracy) for seed, accuracy in enumerate((0.5, 0.97, 0.99))]
    bootstrap = DocumentBootstrap(outcomes[0].documents, 60, 200)
    found = [bootstrap.estimate(own)["accuracy"] for own in (outcomes, outcomes[::-1])]
    assert found[0].interval_over_seeds == pytest.approx(found[1].interval_over_seeds)
    low, high = found[0].interval_over_seeds or (1, 0)
    assert low < found[0].interval[0]
    assert high == 1


def test_a_seed_without_a_score_leaves_no_interval_over_seeds() -> None:
    """Nothing is swapped in it, so that the mean is not defined either."""
    one = Outcome(["a", "a", "b"], ["d", "d", "e"], np.array([0, 0, 2]), np.array([0, 0, 2]))
    found = DocumentBootstrap(one.documents, 2, 20).estimate([one, one])["actor_swap"]
    assert np.isnan(found.interval_over_seeds).all()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("world", "seeds"),
    [
        (World(), 3),
        (World(), 5),
        (World(documents=600, share=0.4, seed_sd=0.1), 3),
    ],
    ids=["three seeds", "five seeds", "each seed tested on other documents"],
)
def test_intervals_cover_what_they_say(world: World, seeds: int) -> None:
    """95 % nominal covers 93 to 97 % of 500 draws: of a score, and of a paired difference."""
    for name, covered in coverages(world, seeds, random_state=0).items():
        assert 0.93 <= covered <= 0.97, name
