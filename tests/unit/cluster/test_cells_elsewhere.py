"""What a task does with a cell, here in this process."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from made_verbs import write_verbs

from stancelab.cluster import cells
from stancelab.cluster.cells import Shared, Trouble, train_cell
from stancelab.config import read_experiment
from stancelab.evaluation.report import CellScore
from stancelab.experiment import Failure
from stancelab.plan import make_plan
from stancelab.tracking import names
from stancelab.tracking.helping import HelpingRecorder, Ticket
from stancelab.tracking.provenance import process
from stancelab.tracking.recorder import MlflowRecorder
from stancelab.tracking.store import open_store

EXPERIMENT = """\
seeds = [0]

[data]
path = "mine.jsonl"

[model.tfidf_word_logreg]
min_df = 5000
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """An experiment that was begun in a store of its own."""
    folder = tmp_path_factory.mktemp("cells")
    write_verbs(folder, EXPERIMENT)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder}/mlflow.db")
        planned = make_plan(read_experiment(folder / "mine.toml", []))
        recorder = MlflowRecorder(open_store(), folder / "mine.toml")
        recorder.start(planned)
        recorder._watch.stop_all()
        yield Shared(planned, Ticket.of(recorder), folder, cells._environment(), cells._code())


def cell_of(shared, role):
    return next(cell for cell in shared.planned.cells if cell.role == role)


def runs_of(shared, cell):
    client = open_store()
    return names.attempts(client, client.get_run(shared.ticket.parent_id), cell.fingerprint)


def test_a_cell_is_trained_once_and_what_was_cut_off_is_closed(shared):
    cell = cell_of(shared, "control")
    cut_off = HelpingRecorder(open_store(), shared.ticket)
    cut_off.start(shared.planned)
    cut_off.begin(cell)
    score = train_cell(shared, cell)
    assert isinstance(score, CellScore)
    assert [run.info.status for run in runs_of(shared, cell)] == ["FINISHED", "KILLED"]
    assert {run.data.tags[names.PROCESS] for run in runs_of(shared, cell)} == {process()}
    assert train_cell(shared, cell).predictions.equals(score.predictions)
    assert len(runs_of(shared, cell)) == 2


def test_a_cell_that_fails_is_kept_with_its_reason(shared):
    cell = cell_of(shared, "model")
    found = train_cell(shared, cell)
    assert isinstance(found, Failure)
    assert found.reason.startswith("ValueError")
    assert [run.info.status for run in runs_of(shared, cell)] == ["FAILED"]


def test_one_that_was_given_up_is_kept_as_failed(shared):
    cell = cell_of(shared, "blind")
    found = cells._given_up(shared.planned, cell, shared.ticket, "WorkerCrashedError: no memory")
    assert found == Failure(cell, "WorkerCrashedError: no memory")
    (run,) = runs_of(shared, cell)
    assert run.info.status == "FAILED"
    assert run.data.tags["stancelab.failure"] == "WorkerCrashedError: no memory"


def test_a_node_with_other_code_is_refused(shared):
    found = train_cell(replace(shared, code=("0.0.1", "other")), shared.planned.cells[0])
    assert isinstance(found, Trouble)
    assert "expected 0.0.1 as where the experiment was started; install the same" in found.message


def test_a_store_that_a_node_cannot_reach_is_told(shared, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", os.environ["MLFLOW_TRACKING_URI"])
    away = {"MLFLOW_TRACKING_URI": "sqlite:////nowhere/mlflow.db"}
    found = train_cell(replace(shared, environment=away), shared.planned.cells[0])
    assert isinstance(found, Trouble)
    assert "the tracking store sqlite:////nowhere/mlflow.db cannot be used" in found.message
