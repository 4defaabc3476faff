"""A sweep in MLflow: its runs, its files, and what the experiment says of it."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from unittest import mock

import pytest
from made_sweeps import hasty_databases, write_experiment

from stancelab.config import restore_experiment
from stancelab.errors import StancelabError, StoreError
from stancelab.models.linear import TfidfLogreg
from stancelab.plan import make_plan
from stancelab.tracking import names
from stancelab.tracking.flow import run_experiment
from stancelab.tracking.reading import find_experiment, find_run, read_config
from stancelab.tracking.trials import study_file

OVERRIDES = ["sweep.trials=3"]


class Workplace:
    """A folder with a store, in which a sweep was cut off in its second trial and then went on."""

    def __init__(self, folder):
        self.folder, self.file = folder, write_experiment(folder)
        left, learn = [3], TfidfLogreg._learn

        def cut_off(self, *others):
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
            return learn(self, *others)

        with mock.patch.object(TfidfLogreg, "_learn", cut_off), pytest.raises(KeyboardInterrupt):
            run_experiment(self.file, OVERRIDES)
        self.cut_off = {run.info.run_name: run.info.status for run in self.runs()}
        self.report = run_experiment(self.file, OVERRIDES)

    def runs(self):
        tracked_by = names.experiment_id(self.client, "swept")
        return self.client.search_runs([tracked_by], order_by=["attributes.start_time"])

    @property
    def client(self):
        from stancelab.tracking.store import open_store

        return open_store()

    def of_role(self, role):
        return [run for run in self.runs() if run.data.tags[names.ROLE] == role]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweeps")
    variables = {"MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db"}
    with mock.patch.dict(os.environ, variables), hasty_databases():
        yield Workplace(folder)


def test_each_trial_is_a_child_of_the_search(workplace):
    (search,) = workplace.of_role("sweep")
    assert (search.info.run_name, search.info.status) == ("sweep of words", "FINISHED")
    assert search.data.params["sweep.space.class_weight"] == '["balanced", "none"]'
    assert search.data.tags["sweep.trials"] == "3"
    trials = workplace.of_role("trial")
    assert {run.data.tags["mlflow.parentRunId"] for run in trials} == {search.info.run_id}
    assert [run.info.run_name for run in trials] == [f"trial {n}" for n in range(4)]
    assert workplace.cut_off == {
        "sweep of words": "KILLED",
        "trial 0": "FINISHED",
        "trial 1": "KILLED",
    }
    finished = [run for run in trials if run.info.status == "FINISHED"]
    assert [run.data.tags["sweep.trial"] for run in finished] == ["0", "2", "3"]
    assert {run.data.tags["sweep.state"] for run in finished} == {"finished"}
    scores = workplace.client.get_metric_history(finished[0].info.run_id, "validation/macro_f1")
    assert [one.step for one in scores] == [0, 1]
    assert finished[1].data.params["model.C"] == trials[1].data.params["model.C"]
    best = max(run.data.metrics["validation/macro_f1"] for run in finished)
    assert search.data.metrics["best/macro_f1"] == best == workplace.report.swept.macro_f1


def test_the_cells_have_the_best_parameters_and_the_experiment_says_so(workplace):
    tracked = find_experiment("swept")
    (search,) = workplace.of_role("sweep")
    tags = tracked.parent.data.tags
    assert tags["sweep.run"] == search.info.run_id
    swept = workplace.report.swept
    assert (tags["sweep.model"], tags["sweep.best"]) == ("words", str(swept.best))
    assert json.loads(tags["sweep.parameters"]) == swept.parameters
    models = [run for run in tracked.cells if run.data.tags[names.ROLE] == "model"]
    assert len(models) == 2
    for run in models:
        for name, value in swept.parameters.items():
            assert run.data.params[f"model.{name}"] == str(value)
    (row,) = [row for row in workplace.report.rows if row.role == "model"]
    assert row.validation_macro_f1 == pytest.approx(swept.macro_f1)
    config = restore_experiment(read_config(tracked))
    assert config.model["words"] == swept.config
    planned = make_plan(config)
    assert {cell.fingerprint for cell in planned.cells} == {
        run.data.tags[names.FINGERPRINT] for run in tracked.cells
    }


def test_trials_are_no_cells(workplace):
    assert len(find_experiment("swept").cells) == 6
    (search,) = workplace.of_role("sweep")
    for run in (search, workplace.of_role("trial")[0]):
        with pytest.raises(StoreError, match="a sweep, which is not tested"):
            find_run(run.info.run_id)


def test_optuna_and_mlflow_keep_their_own_files(workplace):
    tables = {}
    for file in ("mlflow.db", "optuna.db"):
        with closing(sqlite3.connect(workplace.folder / file)) as database:
            found = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            tables[file] = {name for (name,) in found}
    assert {"experiments", "runs"} <= tables["mlflow.db"]
    assert {"studies", "trials"} <= tables["optuna.db"]
    assert tables["mlflow.db"] & tables["optuna.db"] == {"alembic_version"}


def test_run_again_trains_nothing(workplace, monkeypatch):
    before = [run.info.run_id for run in workplace.runs()]
    monkeypatch.setattr(TfidfLogreg, "_learn", None)
    assert run_experiment(workplace.file, OVERRIDES).rows == workplace.report.rows
    assert [run.info.run_id for run in workplace.runs()] == before
    assert {run.info.status for run in workplace.of_role("sweep")} == {"FINISHED"}


def test_the_file_of_optuna_lies_beside_the_store(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert study_file("sqlite:////somewhere/mlflow.db") == Path("/somewhere/optuna.db")
    assert study_file("http://127.0.0.1:5000") == tmp_path / "optuna.db"


def test_a_store_of_mlflow_is_never_given_to_optuna(workplace, tmp_path, monkeypatch):
    file = write_experiment(tmp_path)
    expected = r"optuna\.db: is a store of MLflow's, and Optuna would break it .* rename it, or"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/optuna.db")
    with pytest.raises(StoreError, match=expected):
        run_experiment(file)
    assert not (tmp_path / "optuna.db").exists()
    with (
        closing(sqlite3.connect(workplace.folder / "mlflow.db")) as store,
        closing(sqlite3.connect(tmp_path / "optuna.db")) as copied,
    ):
        store.backup(copied)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    with pytest.raises(StoreError, match=expected):
        run_experiment(file)
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(StancelabError, match="a sweep is made by one process, and 2 were started"):
        run_experiment(file)
