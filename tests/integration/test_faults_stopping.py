"""SIGTERM ends a command after what it writes, and what was cut off before is mended."""

# ruff: noqa: F401, F811 - fixtures come by import
from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from file_server import stalled
from made_files import write
from test_faults import TEXT, bundle, experiment
from test_fetch import CONTENT, place, start


@pytest.mark.slow
def test_a_run_that_is_begun_twice_stands_in_the_store_once(experiment, monkeypatch):
    """MLflow asks a server again whose answer was lost, and then has begun two runs."""
    from mlflow import MlflowClient

    from stancelab.tracking.flow import run_experiment

    begin = MlflowClient.create_run
    monkeypatch.setattr(
        MlflowClient, "create_run", lambda *a, **k: (begin(*a, **k), begin(*a, **k))[0]
    )
    run_experiment(experiment, ["seeds=[0]"])
    assert [run.info.status for run in runs_of_store()] == ["FINISHED"] * 5


@pytest.mark.slow
@pytest.mark.parametrize("last", ["log_dict", "log_inputs"])
def test_a_run_that_was_killed_while_it_was_begun_is_begun_whole(experiment, monkeypatch, last):
    from mlflow import MlflowClient

    from stancelab.tracking.flow import run_experiment
    from stancelab.tracking.reading import find_experiment

    class KilledError(BaseException):
        """Ends the program without any tidying."""

    def die(*given, **named):
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(MlflowClient, last, die)
        with pytest.raises(KilledError):
            run_experiment(experiment, ["seeds=[0]"])
    run_experiment(experiment, ["seeds=[0]"])
    assert [run.info.status for run in runs_of_store()] == ["FINISHED"] * 5
    tracked = find_experiment("mine")
    assert (tracked.missing, tracked.parent.data.params["seeds"]) == (0, "[0]")
    assert len(tracked.parent.inputs.dataset_inputs) == 1


def runs_of_store():
    from stancelab.tracking.store import open_store

    client = open_store()
    found = client.get_experiment_by_name("mine")
    return client.search_runs([found.experiment_id], max_results=1000)


COMMAND = (
    "import os, sys, time\n"
    "from stancelab.cli import main\n"
    "{patch}\n"
    "sys.argv = ['stancelab', *sys.argv[1:]]\n"
    "main()\n"
)
"""Runs the command line, after something was put into it that waits in the middle of a write."""


def stopped(patch, *words, cwd):
    """Send SIGTERM when the command says that it is there; give status and standard error."""
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND.format(patch=patch), *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
    )
    line = process.stdout.readline()
    while line and line != "here\n":
        line = process.stdout.readline()
    assert line == "here\n", process.communicate()
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    return process.returncode, err


GOES_ON = "stancelab: interrupted; what is finished is kept, the same command continues\n"
SLOWLY = "(print('here', flush=True), time.sleep(1))"


@pytest.mark.slow
def test_run_finishes_the_cell_that_it_writes(experiment):
    from stancelab.tracking.reading import find_experiment

    patch = (
        "from stancelab.tracking.cell_record import CellRecords as C\n"
        f"write = C.write; C.write = lambda *a: ({SLOWLY}, write(*a))"
    )
    assert stopped(patch, "run", experiment, cwd=experiment.parent) == (143, GOES_ON)
    tracked = find_experiment("mine")
    assert (len(tracked.cells), tracked.parent.info.status) == (1, "KILLED")


@pytest.mark.slow
def test_run_stops_a_training_at_once(experiment):
    from stancelab.tracking.reading import find_experiment

    patch = (
        "from stancelab.models.linear import TfidfLogreg as T\n"
        "T._learn = lambda *a: (print('here', flush=True), time.sleep(60))"
    )
    assert stopped(patch, "run", experiment, cwd=experiment.parent) == (143, GOES_ON)
    tracked = find_experiment("mine")
    assert (len(tracked.cells), tracked.parent.info.status) == (6, "KILLED")


@pytest.mark.parametrize("processes", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_score_finishes_the_part_that_it_writes(bundle, call, tmp_path, processes):
    rows = write(tmp_path / "in.parquet", [{"text": TEXT, "actor": "Minsk"}] * 50_000)
    patch = (
        "from stancelab.scoring import parts\n"
        f"write = parts.write_text; parts.write_text = lambda *a: ({SLOWLY}, write(*a))"
    )
    words = ("score", bundle, rows, "out.csv", "--part-rows", 1000, "--processes", processes)
    if processes == 1:
        status, err = stopped(patch, *words, cwd=tmp_path)
    else:
        parts = tmp_path / "out.csv.parts"
        status, err = stopped_as_a_group(words, tmp_path, lambda _: any(parts.glob("part-*.json")))
    kept = GOES_ON.replace("command continues", "command with --resume continues")
    assert (status, err) == (143, kept)
    assert not (tmp_path / "out.csv").exists()
    parts = tmp_path / "out.csv.parts"
    finished = {path.stem for path in parts.glob("part-*.json")}
    assert finished
    assert finished == {path.stem for path in parts.glob("part-*.csv")}
    assert not list(parts.glob("*.tmp"))


@pytest.mark.slow
@pytest.mark.parametrize("after", [0, 0.05, 0.1, 0.2, 0.4])
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_processes_that_just_start_are_stopped_in_order(bundle, tmp_path, number, status, after):
    """Seconds pass before a process has imported what it needs; signals must wait for that."""
    rows = write(tmp_path / "in.parquet", [{"text": TEXT, "actor": "Minsk"}] * 50_000)
    words = ("score", bundle, rows, "out.csv", "--part-rows", 1000, "--processes", 2)

    def begun(process):
        family = psutil.Process(process.pid).children()
        found = any("spawn_main" in " ".join(one.cmdline()) for one in family)
        time.sleep(after if found else 0)
        return found

    kept = GOES_ON.replace("command continues", "command with --resume continues")
    assert stopped_as_a_group(words, tmp_path, begun, number) == (status, kept)


def stopped_as_a_group(words, folder, begun, number=signal.SIGTERM):
    """Send a signal to a command and its processes, as terminals and service managers do."""
    process = subprocess.Popen(
        [sys.executable, "-m", "stancelab", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        start_new_session=True,
    )
    until = time.monotonic() + 60
    while not begun(process):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.001)
    os.killpg(process.pid, number)
    _, err = process.communicate(timeout=60)
    return process.returncode, err


@pytest.mark.slow
def test_export_leaves_nothing_beside_its_place(workplace, tmp_path):
    patch = (
        "from stancelab.export import formats\n"
        "formats.verify_in_fresh_process = lambda folder: (print('here', flush=True),"
        " time.sleep(60))"
    )
    words = ("export", "best:01_baselines", tmp_path / "out")
    assert stopped(patch, *words, cwd=workplace.folder) == (143, GOES_ON)
    assert not list(tmp_path.iterdir())


def test_fetch_keeps_what_has_arrived(start, place, server):
    server.script[:] = [stalled(150_000)]
    process = start("dse")
    until = time.monotonic() + 60
    while not (parts := list(place.rglob("*.part"))) or parts[0].stat().st_size < 140_000:
        assert time.monotonic() < until
        time.sleep(0.01)
    process.terminate()
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (143, GOES_ON)
    assert parts[0].stat().st_size >= 140_000
    assert start("dse").wait(timeout=60) == 0
    assert (place / "dse/train.txt").read_bytes() == CONTENT["dse/train.txt"]
    assert server.requests[1].range is not None
