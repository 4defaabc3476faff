"""A team's set-up: one MLflow server on PostgreSQL, many processes at once, and restarts."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import pyarrow.parquet as pq
import pytest
import yaml
from local_server import free_port
from made_verbs import write_verbs
from postgres_server import postgres_server

from stancelab.export.bundle import read_bundle
from stancelab.tracking import names
from stancelab.tracking.flow import run_experiment
from stancelab.tracking.reading import bundle_of, find_experiment

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PROCESSES, SEEDS = 8, 6
CELLS = 4 * SEEDS
"""Of a process: the model, the same without the actor, and two controls."""

EXPERIMENT = """\
question = "Does a team lose runs?"
[data]
path = "mine.jsonl"
[model.tfidf_word_logreg]
min_df = 1
"""
CLIENTS = """
import os, sys
import mlflow.pyfunc, mlflow.system_metrics.system_metrics_monitor, sklearn.linear_model
import stancelab.models.linear, stancelab.models.baselines, stancelab.tracking.flow
import matplotlib.pyplot, matplotlib.backends.backend_svg, jinja2, babel.dates
from stancelab.cli import main
children = []
for number in range(int(sys.argv[1])):
    seeds = [number * int(sys.argv[2]) + each for each in range(int(sys.argv[2]))]
    child = os.fork()
    if child:
        children.append(child)
        continue
    log = os.open(f"client-{number}.txt", os.O_WRONLY | os.O_CREAT)
    os.dup2(log, 1), os.dup2(log, 2)
    sys.argv = ["stancelab", "run", "mine.toml", "--set", f"seeds={seeds}"]
    try:
        main()
    except SystemExit as ended:
        sys.stderr.flush(), sys.stdout.flush()
        os._exit(ended.code or 0)
    finally:
        os._exit(70)
sys.exit(any([os.waitpid(child, 0)[1] for child in children]))
"""
_OF_TIME = re.compile("seconds|megabytes|statement")


class MlflowServer:
    """The team's server, as it is described for containers, which can be killed and restarted."""

    def __init__(self, store: str, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.txt"
        found = re.search(r"^CMD (.+)$", (ROOT / "deploy/Dockerfile").read_text(), re.MULTILINE)
        here = {"0.0.0.0": "127.0.0.1", "5000": str(self.port)}
        words = [here.get(word, word) for word in json.loads(found[1])]
        self._words = [sys.executable, "-m", *words]
        self._settings = {
            **composed("MLFLOW_SERVER_ALLOWED_HOSTS", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION"),
            "MLFLOW_BACKEND_STORE_URI": store,
            "MLFLOW_ARTIFACTS_DESTINATION": str(folder / "artifacts"),
            "MLFLOW_DISABLE_TELEMETRY": "true",
        }
        self.start()

    def start(self) -> None:
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                self._words,
                env=os.environ | self._settings,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self) -> None:
        until = time.monotonic() + 90
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"{self.url}/health", timeout=2).close()
            except OSError:
                assert self._process.poll() is None, self.log.read_text()[-2000:]
                time.sleep(0.1)
            else:
                return
        pytest.fail("the MLflow server did not start")

    def kill(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def composed(*wanted):
    """Read settings of the server in compose.yaml, as they are where nobody sets others."""
    services = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    settings = services["mlflow"]["environment"]
    return {name: re.sub(r"\$\{\w+:-(.*)\}", r"\1", settings[name]) for name in wanted}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_verbs(tmp_path, EXPERIMENT)
    return tmp_path


def test_eight_processes_lose_nothing_while_the_servers_restart(folder, monkeypatch):
    with postgres_server() as database:
        server = MlflowServer(database.url, folder)
        try:
            server.wait()
            monkeypatch.setenv("MLFLOW_TRACKING_URI", server.url)
            clients = start_clients()
            client = find_client()
            wait_for_runs(folder, 40)
            server.kill()
            server.start()
            wait_for_runs(folder, 110)
            database.restart()
            assert clients.wait(timeout=300) == 0, logs(folder)
            check_runs(client, folder)
            found = rows_of(run_experiment("mine.toml", ["seeds=[0, 1]"]))
        finally:
            server.kill()
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    assert found == rows_of(run_experiment("mine.toml", ["seeds=[0, 1]"]))


def start_clients():
    words = [sys.executable, "-c", CLIENTS, str(PROCESSES), str(SEEDS)]
    return subprocess.Popen(words, env=os.environ | {"OMP_NUM_THREADS": "1"})


def find_client():
    from stancelab.tracking.store import open_store

    return open_store()


def wait_for_runs(folder, number):
    until = time.monotonic() + 200
    while len(list((folder / "artifacts").glob("*/*/artifacts"))) < number:
        assert time.monotonic() < until, logs(folder)
        time.sleep(0.05)


def runs_of(client):
    experiment = client.get_experiment_by_name("mine")
    if experiment is None:
        return []
    return client.search_runs([experiment.experiment_id], max_results=1000)


def check_runs(client, folder):
    """Every run is there once, whole, and nothing else is."""
    runs = runs_of(client)
    assert Counter(run.info.status for run in runs) == {"FINISHED": 200}, logs(folder)
    parents = [run for run in runs if run.data.tags[names.ROLE] == "experiment"]
    assert len(parents) == PROCESSES
    cells = [run for run in runs if run not in parents]
    assert len({run.data.tags[names.FINGERPRINT] for run in cells}) == PROCESSES * CELLS
    for run in parents:
        assert {"leaderboard.json", names.PLAN, names.CONFIG, names.PAGE} <= files(folder, run)
        assert len(find_experiment(run.info.run_id, client).cells) == CELLS
    for run in cells:
        assert {names.PREDICTIONS, names.SLICES, names.MISTAKES, names.FIGURE} <= files(folder, run)
        assert {"test/macro_f1", "validation/macro_f1"} <= set(run.data.metrics)
        assert run.data.params["seed"] == run.data.tags["seed"]
        assert pq.read_table(local(folder, run.info.artifact_uri) / names.PREDICTIONS).num_rows
        (output,) = run.outputs.model_outputs
        place = local(folder, client.get_logged_model(output.model_id).artifact_location)
        if left := list(place.glob(".artifact.uploading.*")):  # by the server that was killed
            read_bundle(bundle_of(run, client))  # which gets what the server says is there
            for path in left:
                path.unlink()
        read_bundle(place)
    read_bundle(bundle_of(cells[0], client))


def files(folder, run):
    return {path.name for path in local(folder, run.info.artifact_uri).rglob("*")}


def local(folder, uri):
    """Give the place on the server's disk that an address of its artifacts means."""
    return folder / "artifacts" / unquote(uri.removeprefix("mlflow-artifacts:/"))


def rows_of(report):
    """Give the leaderboard but for what takes time."""
    assert report.failures == ()
    rows = [row.as_dict() for row in report.rows]
    return [{key: row[key] for key in row if not _OF_TIME.search(key)} for row in rows]


def logs(folder):
    printed = [path.read_text()[-600:] for path in sorted(folder.glob("client-*.txt"))]
    return "\n".join([*printed, (folder / "server.txt").read_text()[-3000:]])
