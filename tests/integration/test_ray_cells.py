"""``stancelab run --engine ray`` on two nodes, with a task and with the driver killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from made_verbs import write_verbs
from two_nodes import two_nodes, wait_for, workers

from stancelab.cluster.connecting import Cluster
from stancelab.errors import StancelabError
from stancelab.tracking import names
from stancelab.tracking.flow import run_experiment
from stancelab.tracking.reading import find_experiment
from stancelab.tracking.store import open_store

pytestmark = pytest.mark.slow
EXPERIMENT = """\
question = "Is it the same elsewhere?"
seeds = [0, 1]

[data]
path = "mine.jsonl"

[model.tfidf_word_logreg]
min_df = 1

[model.broken]
kind = "tfidf_word_logreg"
min_df = 5000
"""
TIMES = ("train_seconds", "predict_microseconds")
CELLS = 12


@pytest.fixture(scope="module")
def cluster():
    with two_nodes() as started:
        yield started


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A model that can be trained and one that cannot, with their controls, of two seeds."""
    monkeypatch.chdir(tmp_path)
    write_verbs(tmp_path, EXPERIMENT)
    return tmp_path


def rows_of(report):
    """The leaderboard without what it took."""
    return [
        {key: value for key, value in row.as_dict().items() if key not in TIMES}
        for row in report.rows
    ]


def failed(report):
    return {(one.cell.model, one.cell.seed, one.reason) for one in report.failures}


def all_runs():
    client = open_store()
    (experiment,) = (one for one in client.search_experiments() if one.name == "mine")
    return client.search_runs([experiment.experiment_id], max_results=100)


def test_the_leaderboard_is_the_same_though_a_task_is_killed(cluster, folder, monkeypatch):
    def kill_one():
        wait_for(lambda: workers("seed"))[0].send_signal(signal.SIGKILL)

    with ThreadPoolExecutor(1) as beside:
        killed = beside.submit(kill_one)
        found = run_experiment("mine.toml", cluster=Cluster(cluster.address))
        killed.result()
    runs = all_runs()
    assert {run.info.status for run in runs} <= {"FINISHED", "FAILED", "KILLED"}
    finished = [run.data.tags[names.FINGERPRINT] for run in runs if run.info.status == "FINISHED"]
    assert len(finished) == len(set(finished)) == CELLS - 4
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{folder}/alone.db")
    alone = run_experiment("mine.toml")
    assert rows_of(found) == rows_of(alone)
    assert len(found.rows) == 4
    assert failed(found) == failed(alone)
    assert len(found.failures) == 4


def test_a_killed_driver_is_gone_on_with(cluster, folder):
    words = ["run", "mine.toml", "--engine", "ray", "--address", cluster.address, "--json"]
    command = [sys.executable, "-m", "stancelab", *words]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def finished():
        runs = all_runs() if (folder / "mlflow.db").exists() else []
        cells = [run for run in runs if "mlflow.parentRunId" in run.data.tags]
        return {run.info.run_id for run in cells if run.info.status == "FINISHED"}

    wait_for(lambda: process.poll() is not None or len(finished()) >= 2)
    process.kill()
    _, errors = process.communicate()
    assert (process.returncode, errors) == (-signal.SIGKILL, "")
    wait_for(lambda: not workers("seed"))
    before = finished()
    assert 2 <= len(before) < CELLS - 4
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert len(json.loads(done.stdout)) == 4
    assert "failed: broken, seed 0: ValueError" in done.stderr
    tracked = find_experiment("mine")
    kept = {run.info.run_id for run in tracked.cells}
    assert before <= kept == finished()
    assert len(kept) == CELLS - 4
    assert {run.info.status for run in all_runs()} == {"FINISHED", "FAILED", "KILLED"}


def test_a_cluster_without_room_is_told(cluster, folder):
    with pytest.raises(StancelabError, match="has room for a worker with 1 CPU and 2 GPU; ask for"):
        run_experiment("mine.toml", cluster=Cluster(cluster.address, gpus=2))
