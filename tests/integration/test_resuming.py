"""An experiment that was interrupted, killed or failed in part goes on where it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from made_verbs import write_verbs

from stancelab.models.baselines import ActorMajority
from stancelab.models.linear import TfidfLogreg
from stancelab.tracking import names
from stancelab.tracking.flow import run_experiment
from stancelab.tracking.reading import find_experiment

EXPERIMENT = """\
question = "Does it go on?"
seeds = [0, 1]

[data]
path = "mine.jsonl"

[model.tfidf_word_logreg]
min_df = 1
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A small data set of the user's own, and an experiment over it: 2 + 1 + 1 models, 2 seeds."""
    monkeypatch.chdir(tmp_path)
    write_verbs(tmp_path, EXPERIMENT)
    return tmp_path


def run_ids():
    return [run.info.run_id for run in find_experiment("mine").cells]


def test_ctrl_c_keeps_what_is_finished(folder, monkeypatch):
    monkeypatch.setattr(TfidfLogreg, "_learn", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_experiment("mine.toml")
    tracked = find_experiment("mine")
    assert (len(tracked.cells), tracked.missing) == (4, 4)
    assert tracked.parent.info.status == "KILLED"
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    finished = run_ids()
    fits = counted(monkeypatch, ActorMajority)
    report = run_experiment("mine.toml")
    assert fits == []
    assert run_ids()[:4] == finished
    assert len(run_ids()) == 8
    assert find_experiment("mine").parent.info.run_id == tracked.parent.info.run_id
    assert find_experiment("mine").parent.info.status == "FINISHED"
    assert {row.seeds for row in report.rows} == {2}


def test_a_killed_process_is_continued_and_its_runs_are_closed(folder):
    code = (
        "import time\n"
        "from stancelab.models.linear import TfidfLogreg\n"
        "TfidfLogreg._learn = lambda *a: (print('here', flush=True), time.sleep(60))\n"
        "from stancelab.tracking.flow import run_experiment\n"
        "run_experiment('mine.toml')\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "here\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    finished = run_ids()
    assert len(finished) == 4
    assert find_experiment("mine").parent.info.status == "RUNNING"
    run_experiment("mine.toml")
    tracked = find_experiment("mine")
    assert run_ids()[:4] == finished
    assert (tracked.missing, tracked.parent.info.status) == (0, "FINISHED")


def test_a_failing_cell_does_not_stop_the_others(folder, monkeypatch):
    learn = TfidfLogreg._learn

    def fails_once(self, table, labels, around):
        if self.random_state == 0:
            raise MemoryError("no room for the n-grams")
        return learn(self, table, labels, around)

    monkeypatch.setattr(TfidfLogreg, "_learn", fails_once)
    report = run_experiment("mine.toml")
    assert {(f.cell.model, f.cell.seed) for f in report.failures} == {
        ("tfidf_word_logreg", 0),
        ("tfidf_word_logreg/blind", 0),
    }
    assert report.failures[0].reason == "MemoryError: no room for the n-grams"
    assert {row.model: row.seeds for row in report.rows}["tfidf_word_logreg"] == 1
    assert find_experiment("mine").parent.info.status == "FAILED"
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    assert run_experiment("mine.toml").failures == ()
    assert find_experiment("mine").missing == 0


def test_exit_status_tells_of_failed_cells(folder):
    code = (
        "import sys\n"
        "from stancelab.models.linear import TfidfLogreg\n"
        "def fail(*a): raise MemoryError('no room')\n"
        "TfidfLogreg._learn = fail\n"
        "sys.argv = ['stancelab', 'run', 'mine.toml']\n"
        "from stancelab.cli import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1
    assert "failed: tfidf_word_logreg, seed 0: MemoryError: no room" in done.stderr
    assert "actor_majority" in done.stdout


def test_fresh_and_overrides_train_again(folder, monkeypatch):
    run_experiment("mine.toml")
    first = run_ids()
    run_experiment("mine.toml", fresh=True)
    again = run_ids()
    assert not set(first) & set(again)
    report = run_experiment("mine.toml", ["model.C=0.5"])
    tracked = find_experiment("mine")
    assert tracked.parent.data.params["overrides"] == "model.C=0.5"
    changed = next(r for r in tracked.cells if r.data.tags["model.kind"] == "tfidf_word_logreg")
    assert changed.data.params["model.C"] == "0.5"
    assert set(run_ids()) & set(again), "cells that the override leaves alone are not run again"
    assert len(report.rows) == 4


def test_seeds_differ_and_repeat(folder):
    def predictions(seed, fresh=False):
        run_experiment("mine.toml", [f"seeds=[{seed}]"], fresh=fresh)
        tracked = find_experiment("mine")
        return names.read_cell(tracked.client, tracked.cells[2]).predictions

    one, two = predictions(0), predictions(1)
    assert one["id"].to_pylist() != two["id"].to_pylist()
    assert predictions(0, fresh=True).equals(one)


def test_ctrl_c_ends_with_one_line(folder):
    code = (
        "import sys, time\n"
        "from stancelab.models.linear import TfidfLogreg\n"
        "TfidfLogreg._learn = lambda *a: (print('here', flush=True), time.sleep(60))\n"
        "sys.argv = ['stancelab', 'run', 'mine.toml']\n"
        "from stancelab.cli import main\n"
        "main()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "here\n"
    time.sleep(0.2)
    os.kill(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert (
        err.strip().splitlines()[-1].startswith("stancelab: interrupted; what is finished is kept")
    )
    assert "Traceback" not in err


def test_what_was_run_last_is_what_is_compared(folder):
    plain = run_experiment("mine.toml", ["seeds=[0]"])
    run_experiment("mine.toml", ["seeds=[1]"])
    assert find_experiment("mine").title == "mine (seeds=[1])"
    again = run_experiment("mine.toml", ["seeds=[0]"], register="mine")
    tracked = find_experiment("mine")
    assert tracked.title == "mine (seeds=[0])"
    scores = [(row.model, row.macro_f1, row.macro_f1_low) for row in tracked.rows()]
    assert again.rows == plain.rows
    assert scores == [(row.model, row.macro_f1, row.macro_f1_low) for row in plain.rows]
    version = tracked.client.get_model_version("mine", "1")
    assert version.run_id == tracked.best_run().info.run_id


def interrupted(*_):
    raise KeyboardInterrupt


def counted(monkeypatch, kind):
    """Count how often a model is fitted."""
    found = []
    learn = kind._learn
    monkeypatch.setattr(kind, "_learn", lambda *words: (found.append(1), learn(*words))[1])
    return found
