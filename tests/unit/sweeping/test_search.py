"""The search: what it trains on and looks at, that it repeats, and goes on where it was cut off."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from made_sweeps import SWEPT, NoProgress, hasty_databases, plan_of

from stancelab.errors import MissingExtraError, StancelabError, StoreError, TrainingError
from stancelab.evaluation.boards import leaderboard
from stancelab.models.linear import TfidfLogreg
from stancelab.monitor import SilentMonitor
from stancelab.predictors.linear import TfidfLinearPredictor
from stancelab.sweeping.search import SCORE, search, study_name
from stancelab.sweeping.study import check_can_sweep, open_study
from stancelab.training import run_cell


class Kept:
    """Keeps the trials of a search in memory."""

    def __init__(self):
        self.parameters, self.states, self.scores, self.reasons = [], [], [], []
        self.measured = {}

    def start(self, planned, study):
        self.study = study

    def begin(self, trial):
        self.parameters.append(dict(trial.parameters))
        figures = self.measured[trial.number] = []
        return lambda values, step: figures.append((step, values[SCORE]))

    def end(self, trial, state, *, score=None, reason=""):
        self.states.append(state)
        self.scores.append(score)
        self.reasons.append(reason)

    def finish(self, swept):
        self.swept = swept


def swept(planned, folder, **chosen):
    """Search with a file of its own in the folder."""
    kept = Kept()
    folder.mkdir(exist_ok=True)
    return search(planned, folder / "optuna.db", kept, NoProgress(), **chosen), kept


@pytest.fixture(autouse=True)
def _fast():
    with hasty_databases():
        yield


@pytest.fixture
def learnt(monkeypatch):
    """The (C, seed) of every training."""
    found, learn = [], TfidfLogreg._learn

    def note(self, table, labels, around):
        found.append((self.C, self.random_state))
        return learn(self, table, labels, around)

    monkeypatch.setattr(TfidfLogreg, "_learn", note)
    return found


def test_the_best_is_scored_as_in_the_leaderboard_and_no_worse_than_the_file(tmp_path):
    planned = plan_of(tmp_path)
    found, kept = swept(planned, tmp_path)
    assert kept.parameters[0] == {"C": 1.0, "window": 8, "class_weight": "balanced"}
    assert set(kept.states) == {"finished"}
    assert found == kept.swept
    assert found.best == int(np.argmax(kept.scores))
    assert found.macro_f1 == max(kept.scores) >= kept.scores[0]
    assert found.config.min_df == 1
    assert {key: getattr(found.config, key) for key in found.parameters} == found.parameters
    again = planned.with_model("words", found.config)
    cells = [cell for cell in again.cells if cell.model == "words"]
    assert {cell.config for cell in cells} == {found.config}
    scores = [run_cell(again, cell, SilentMonitor(), None)[0] for cell in cells]
    (row,) = leaderboard(scores, again.scoring)
    assert row.validation_macro_f1 == pytest.approx(found.macro_f1)


def test_folds_and_settings_are_scored_together(tmp_path):
    planned = plan_of(tmp_path, "split.kind=folds", "split.folds=3", "sweep.trials=2")
    found, kept = swept(planned, tmp_path)
    again = planned.with_model("words", found.config)
    cells = [cell for cell in again.cells if cell.model == "words"]
    assert len(cells) == 6
    scores = [run_cell(again, cell, SilentMonitor(), None)[0] for cell in cells]
    (row,) = leaderboard(scores, again.scoring)
    assert row.validation_macro_f1 == pytest.approx(found.macro_f1)
    assert [step for step, _ in kept.measured[0]] == [0, 1]


def test_test_rows_are_neither_learnt_from_nor_predicted(tmp_path, monkeypatch):
    planned = plan_of(tmp_path, "sweep.trials=2")
    learnt, predicted = [], []
    learn, predict = TfidfLogreg._learn, TfidfLinearPredictor.predict_proba

    def note_learnt(self, table, *others):
        learnt.append(table["id"].to_pylist())
        return learn(self, table, *others)

    def note_predicted(self, table):
        predicted.append(table["id"].to_pylist())
        return predict(self, table)

    monkeypatch.setattr(TfidfLogreg, "_learn", note_learnt)
    monkeypatch.setattr(TfidfLinearPredictor, "predict_proba", note_predicted)
    swept(planned, tmp_path)
    ids = np.array(planned.loaded.table["id"].to_pylist())
    splits = [planned.splits["", seed, 0] for seed in (0, 1)] * 2
    assert learnt == [ids[split.train].tolist() for split in splits]
    assert predicted == [ids[split.validation].tolist() for split in splits]


def test_one_seed_of_the_sampler_repeats_and_two_differ(tmp_path):
    one = swept(plan_of(tmp_path), tmp_path / "a")[1]
    same = swept(plan_of(tmp_path), tmp_path / "b")[1]
    other = swept(plan_of(tmp_path, "sweep.seed=1"), tmp_path / "a")[1]
    assert one.parameters == same.parameters
    assert one.scores == same.scores
    assert one.parameters[0] == other.parameters[0]
    assert one.parameters[1:] != other.parameters[1:]
    assert one.study == same.study != other.study


def test_an_interrupted_search_goes_on_as_if_it_was_not(tmp_path, monkeypatch):
    planned = plan_of(tmp_path, "sweep.trials=13", "sweep.pruning=false")
    whole = swept(planned, tmp_path / "whole")[1]
    left, learn, tried = [0], TfidfLogreg._learn, []

    def cut_off(self, *others):
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return learn(self, *others)

    monkeypatch.setattr(TfidfLogreg, "_learn", cut_off)
    for trainings in (0, 3, 21):  # before the first, and amid those that are drawn and modelled
        left[0], kept = trainings, Kept()
        with pytest.raises(KeyboardInterrupt):
            search(planned, tmp_path / "optuna.db", kept, NoProgress())
        tried += kept.parameters[: len(kept.states)]
    assert len(tried) == 11
    monkeypatch.undo()
    found, rest = swept(planned, tmp_path)
    assert tried + rest.parameters == whole.parameters
    assert (found.parameters, found.trials) == (whole.swept.parameters, 13)


def test_more_trials_go_on_and_a_finished_search_trains_nothing(tmp_path, learnt):
    first, kept = swept(plan_of(tmp_path), tmp_path)
    assert len(learnt) == 2 * 4
    again, nothing = swept(plan_of(tmp_path), tmp_path)
    assert (again, nothing.parameters, len(learnt)) == (first, [], 8)
    more, added = swept(plan_of(tmp_path, "sweep.trials=6"), tmp_path)
    assert (more.trials, len(added.parameters), added.study) == (6, 2, kept.study)
    anew = swept(plan_of(tmp_path), tmp_path, fresh=True)[1]
    assert anew.parameters == kept.parameters


def test_what_decides_a_score_is_another_study(tmp_path):
    names = [
        study_name(plan_of(tmp_path, *overrides))
        for overrides in (
            [],
            ["sweep.trials=9"],
            ["sweep.timeout=5"],
            ["question=Why?"],
            ["model.min_df=2"],
            ["seeds=[0]"],
            ["split.test=0.3"],
            ["sweep.space.C.high=5.0"],
            ["sweep.pruning=false"],
        )
    ]
    assert len(set(names[:4])) == 1
    assert len(set(names[3:])) == 6
    assert all(name.startswith("swept-") for name in names)


def test_a_trial_worse_than_the_median_is_pruned(tmp_path, learnt):
    planned = plan_of(tmp_path, "sweep.trials=10")
    found, kept = swept(planned, tmp_path)
    pruned = [at for at, state in enumerate(kept.states) if state == "pruned"]
    assert len(pruned) == found.pruned > 0
    assert len(learnt) == 2 * 10 - len(pruned)
    assert all(len(kept.measured[at]) == 1 and kept.scores[at] is None for at in pruned)
    learnt.clear()
    swept(plan_of(tmp_path, "sweep.trials=10", "sweep.pruning=false"), tmp_path)
    assert len(learnt) == 2 * 10


def test_a_failing_trial_does_not_end_the_search(tmp_path, monkeypatch):
    planned, learn = plan_of(tmp_path), TfidfLogreg._learn
    failing = [False, True, False, False]

    def fails(self, *others):
        if failing[len(kept_before)]:
            raise MemoryError("no room")
        return learn(self, *others)

    kept = Kept()
    kept_before = kept.states
    monkeypatch.setattr(TfidfLogreg, "_learn", fails)
    found = search(planned, tmp_path / "optuna.db", kept, NoProgress())
    assert kept.states == ["finished", "failed", "finished", "finished"]
    assert kept.reasons[1] == "MemoryError: no room"
    assert (found.trials, found.failed) == (4, 1)
    failing[:] = [True] * 9
    expected = r"no trial of the sweep of words came to its end: 4 failed, the last by MemoryErr"
    with pytest.raises(TrainingError, match=expected):
        swept(planned, tmp_path, fresh=True)


def test_a_lost_store_ends_the_search(tmp_path):
    class Lost(Kept):
        def begin(self, trial):
            def measure(values, step):
                raise StoreError("the store is gone")

            return measure

    with pytest.raises(StoreError, match="the store is gone"):
        search(plan_of(tmp_path), tmp_path / "optuna.db", Lost(), NoProgress())


def test_parameters_that_do_not_go_together_are_pruned(tmp_path):
    content = SWEPT[: SWEPT.index("[sweep.space]")].replace("tfidf_word_logreg", "tfidf_logreg")
    content += "[sweep.space]\nchar_min = [2, 4]\nchar_max = [3, 5]\n"
    content = content.replace("min_df = 1", "min_df = 1\nchar_min = 2")
    kept = swept(plan_of(tmp_path, "sweep.trials=9", content=content), tmp_path)[1]
    refused = [one["char_min"] > one["char_max"] for one in kept.parameters]
    assert any(refused)
    assert [state == "pruned" and bool(why) for state, why in
            zip(kept.states, kept.reasons, strict=True)] == refused  # fmt: skip


def test_what_lies_outside_the_space_is_left_to_the_sampler(tmp_path):
    planned = plan_of(tmp_path, "model.C=50", "sweep.trials=1")
    kept = swept(planned, tmp_path)[1]
    first = kept.parameters[0]
    assert first.pop("C") < 10
    assert first == {"window": 8, "class_weight": "balanced"}


def test_no_trial_is_begun_when_the_time_is_used_up(tmp_path, learnt):
    planned = plan_of(tmp_path, "sweep.timeout=0.0001")
    found, _ = swept(planned, tmp_path)
    assert found.trials == 1
    assert swept(planned, tmp_path)[0] == found
    assert len(learnt) == 2


def test_a_study_is_searched_by_one_process(tmp_path):
    planned = plan_of(tmp_path)
    file, name = tmp_path / "optuna.db", study_name(planned)
    with (
        open_study(file, name, planned.config.sweep),
        pytest.raises(StoreError, match=rf"another process is making the sweep {name}; wait"),
    ):
        swept(planned, tmp_path)
    assert [path.name for path in tmp_path.glob("*.lock")] == ["optuna.db.lock"]


def test_what_is_no_file_of_optuna_is_told(tmp_path):
    planned = plan_of(tmp_path)
    (tmp_path / "optuna.db").write_text("This is not a database, but a note. " * 40)
    with pytest.raises(StoreError, match=r"optuna\.db: Optuna cannot use it: .*not a database"):
        swept(planned, tmp_path)


def test_a_missing_optuna_and_several_processes_are_told_before_any_work(monkeypatch):
    check_can_sweep()
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(StancelabError, match=r"a sweep is made by one process, and 2 were start"):
        check_can_sweep()
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(MissingExtraError, match=r"'optuna'.*pip install 'stancelab\[sweep\]'"):
        check_can_sweep()
