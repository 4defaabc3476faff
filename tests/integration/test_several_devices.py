"""An experiment run by two processes at once, as `accelerate launch` starts them for two devices.

`accelerate launch` starts several processes for GPUs only, through `torchrun`, which is asked here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from made_trained import TINY, write_toy

from stancelab.tracking.reading import find_experiment

EXPERIMENT = TINY + "epochs = 2\n"


def start(n, *words):
    tests = str(Path(__file__).parents[1])
    more = {"ACCELERATE_USE_CPU": "true", "OMP_NUM_THREADS": "1", "PYTHONPATH": tests}
    launcher = ["torch.distributed.run", "--standalone", f"--nproc_per_node={n}"]
    return subprocess.run(
        [sys.executable, "-m", *launcher, *words],
        env=os.environ | more,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def launch(n, experiment):
    return start(n, "-m", "stancelab", "run", experiment, "--json")


def steps(tracked):
    run = next(run for run in tracked.cells if run.data.tags["model.name"] == "tiny")
    history = tracked.client.get_metric_history(run.info.run_id, "training/validation_loss")
    return max(metric.step for metric in history)


@pytest.mark.slow
def test_two_processes_share_the_batches_and_keep_one_record(encoders, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_toy(tmp_path)
    for name in ("alone", "together"):
        text = EXPERIMENT.format(encoder=encoders["words"])
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    alone, together = launch(1, "alone.toml"), launch(2, "together.toml")
    assert (alone.returncode, together.returncode) == (0, 0), together.stderr
    models = [row["model"] for row in json.loads(together.stdout)]
    assert models == ["majority", "actor_majority", "tiny", "tiny/blind"]
    one, other = find_experiment("alone"), find_experiment("together")
    assert (other.missing, other.parent.info.status) == (0, "FINISHED")
    assert len(other.cells) == len(one.cells) == 4
    assert steps(other) * 2 - steps(one) in (0, 2)  # the batches of an epoch are made even
    again = launch(2, "together.toml")
    assert json.loads(again.stdout) == json.loads(together.stdout)
    assert [run.info.run_id for run in find_experiment("together").cells] == [
        run.info.run_id for run in other.cells
    ]


@pytest.mark.slow
@pytest.mark.parametrize("what", ["saving", "seconds", "loss"])
def test_processes_that_disagree_do_not_wait_for_each_other(encoders, tmp_path, what):
    script = Path(__file__).with_name("disagreeing.py")
    done = start(2, str(script), what, str(encoders["words"]), str(tmp_path / "checkpoints"))
    assert done.returncode == 0, done.stderr
    answers = dict(line.split(": ") for line in done.stdout.splitlines())
    assert set(answers) == {"0", "1"}
    assert answers["0"] == answers["1"]
    assert (answers["0"] == "the loss is") == (what == "loss")
