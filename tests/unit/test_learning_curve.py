"""Training on shares of the documents: which rows are drawn, and the points of the curve."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_sweeps import SWEPT, NoProgress, plan_of

from stancelab.evaluation.boards import leaderboard
from stancelab.evaluation.learning import learning_points
from stancelab.experiment import run
from stancelab.splits.shares import draw_share

PLAIN = SWEPT[: SWEPT.index("[sweep]")]
CURVE = PLAIN + "[learning_curve]\nshares = [0.5, 0.25]\n"


class Kept:
    """Keeps the scores of an experiment in memory."""

    def __init__(self):
        self.scores = []

    def start(self, plan):
        """Begin."""

    def finished(self, cell):
        return None

    def begin(self, cell):
        return lambda values, step: None

    def record(self, cell, score, predictor):
        self.scores.append(score)

    def fail(self, failure):
        raise AssertionError(failure.reason)

    def finish(self, report):
        """End."""


def ran(planned):
    kept = Kept()
    return run(planned, kept, NoProgress()), kept.scores


rows = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 2)), min_size=1, max_size=30)


@given(rows, st.floats(0.01, 1), st.floats(0.01, 1), st.integers(0, 99))
def test_shares_are_nested_whole_documents_with_every_label(rows, one, other, seed):
    documents, labels = [name for name, _ in rows], np.array([label for _, label in rows])
    small, large = (draw_share(documents, labels, s, seed) for s in sorted((one, other)))
    assert (small <= large).all()
    assert draw_share(documents, labels, 1.0, seed).all()
    for share, drawn in zip(sorted((one, other)), (small, large), strict=True):
        names = {name for name, taken in zip(documents, drawn, strict=True) if taken}
        assert drawn.tolist() == [name in names for name in documents]
        assert set(labels[drawn]) == set(labels)
        assert len(names) <= max(len(set(labels)), round(share * len(set(documents))))
        assert draw_share(documents, labels, share, seed).tolist() == drawn.tolist()


def test_another_seed_draws_other_documents():
    documents = [str(number) for number in range(50)]
    drawn = [draw_share(documents, np.arange(50) % 3, 0.2, seed).tolist() for seed in (0, 1)]
    assert sum(drawn[0]) == sum(drawn[1]) == 10
    assert drawn[0] != drawn[1]


def test_the_cells_of_a_curve_come_besides_and_change_no_other(tmp_path):
    plain, planned = plan_of(tmp_path, content=PLAIN), plan_of(tmp_path, content=CURVE)
    added = planned.cells[len(plain.cells) :]
    assert planned.cells[: len(plain.cells)] == plain.cells
    found = [(cell.model, cell.role, cell.seed, cell.share) for cell in added]
    assert found == [("words", "model", seed, share) for share in (0.25, 0.5) for seed in (0, 1)]
    assert len({cell.fingerprint for cell in planned.cells}) == len(planned.cells)
    assert added[0].title == "words on 25% of the documents, seed 0"
    whole, table = planned.splits[added[0].key], planned.loaded.table
    quarter, half = planned.split_of(added[0]), planned.split_of(added[2])
    assert set(quarter.train) < set(half.train) < set(whole.train)
    documents = [len(table.take(one.train)["document"].unique()) for one in (quarter, half, whole)]
    assert documents[:2] == [round(documents[2] * share) for share in (0.25, 0.5)]
    for split in (quarter, half):
        assert (split.validation == whole.validation).all()
        assert (split.test == whole.test).all()


def test_a_curve_is_of_the_models_that_are_named(tmp_path):
    content = CURVE + 'models = ["words"]\n' + "[model.lexicon]\n[model.tfidf_logreg]\n"
    drawn = [cell for cell in plan_of(tmp_path, content=content).cells if cell.share < 1]
    assert {cell.model for cell in drawn} == {"words"}
    every = content.replace('models = ["words"]\n', "")
    drawn = [cell for cell in plan_of(tmp_path, content=every).cells if cell.share < 1]
    assert {cell.model for cell in drawn} == {"words", "tfidf_logreg"}


@pytest.fixture(scope="module")
def curve(tmp_path_factory):
    folder = tmp_path_factory.mktemp("curve")
    planned = plan_of(folder, content=CURVE)
    return planned, *ran(planned), ran(plan_of(folder, content=PLAIN))[0]


def test_the_leaderboard_is_that_of_whole_training_parts(curve):
    _, report, scores, plain = curve
    costs = {"train_seconds": 0.0, "predict_microseconds": 0.0}
    assert [replace(row, **costs) for row in report.rows] == [
        replace(row, **costs) for row in plain.rows
    ]
    assert plain.learning == ()
    assert len(scores) == 2 * (2 + 1 + 2)


def test_the_points_of_a_curve(curve):
    planned, report, scores, _ = curve
    assert [(one.model, one.share) for one in report.learning] == [
        ("words", 0.25),
        ("words", 0.5),
        ("words", 1.0),
    ]
    for point in report.learning:
        own = [one for one in scores if (one.model, one.share) == ("words", point.share)]
        counts = [
            len(planned.split_of(cell).train)
            for cell in planned.cells
            if (cell.model, cell.share) == ("words", point.share)
        ]
        assert point.rows == round(np.mean(counts))
        (row,) = leaderboard([replace(one, share=1.0) for one in own], planned.scoring)
        assert (point.macro_f1, point.low, point.high) == (
            row.macro_f1,
            row.macro_f1_low,
            row.macro_f1_high,
        )
    (whole,) = [row for row in report.rows if row.model == "words"]
    assert report.learning[-1].macro_f1 == whole.macro_f1
    assert report.learning[-1].low == whole.macro_f1_low
    assert (report.learning[-1].train, report.learning[-1].test) == (whole.train, whole.test)
    assert learning_points([one for one in scores if one.share == 1], planned.scoring) == []
