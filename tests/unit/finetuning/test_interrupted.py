"""A training that is killed and started again ends with the weights of one that was not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from made_trained import Recording, resumable, small, toy_table
from transformers import TrainerControl, TrainerState

from stancelab.finetuning import fit
from stancelab.finetuning.callbacks import SaveEvery, TimeBudget
from stancelab.finetuning.checkpoints import last_checkpoint
from stancelab.monitor import Surroundings
from stancelab.schema import labels_of

pytestmark = pytest.mark.slow

WAYS = {
    "inside an epoch": 6,
    "between epochs": 8,
    "after an evaluation": 7,
    "while saving": 5,
    "without validation": 5,
}
"""How a training is killed, and the step that it can go on from; an epoch has 4."""


@pytest.fixture(scope="module")
def killed(encoders, tmp_path_factory):
    """A folder for each way, with what a killed training left there."""
    folder = tmp_path_factory.mktemp("killed")
    script = Path(__file__).with_name("killed_training.py")
    arguments = [encoders["words"], *(folder / way for way in WAYS)]
    done = subprocess.run(
        [sys.executable, script, *map(str, arguments)],
        capture_output=True,
        text=True,
        env=subprocess_environment(),
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return folder


def subprocess_environment():
    import os

    return os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}


@pytest.fixture(scope="module")
def whole(encoders):
    """Weights of trainings that nothing interrupted, with validation and without."""
    return {
        validated: resumable(encoders["words"], None, Recording(), validated)
        for validated in (True, False)
    }


def equal(one, other):
    arrays = other.predictor_.weights
    found = one.predictor_.weights.items()
    return all(np.array_equal(array, arrays[name]) for name, array in found)


@pytest.mark.parametrize("way", WAYS)
def test_weights_are_equal_bit_for_bit(encoders, killed, whole, way):
    monitor, validated = Recording(), way != "without validation"
    if way == "while saving":
        half = killed / way / "checkpoint-6"
        assert (half / "model.safetensors").is_file()
    again = resumable(encoders["words"], killed / way, monitor, validated)
    assert monitor.steps[0] == (WAYS[way], 16)
    assert monitor.steps[-1] == (16, 16)
    assert equal(again, whole[validated])


def test_checkpoints_change_nothing(encoders, whole, tmp_path, monkeypatch):
    monkeypatch.setattr(fit, "_SAVE_SECONDS", 0.0)
    kept = resumable(encoders["words"], tmp_path / "kept", Recording(), True)
    assert equal(kept, whole[True])
    assert len(list((tmp_path / "kept").iterdir())) <= 2


@pytest.mark.parametrize("chosen", [{"patience": 1}, {"max_steps": 6}, {"max_seconds": 0.01}, {}])
def test_an_ended_training_is_not_gone_on_with(encoders, tmp_path, chosen):
    """Also one that early stopping ended, killed before its cell was kept."""
    table = toy_table()
    labels = labels_of(table)
    wrong = table.slice(0, 20), 2 - labels[:20]
    ends = []
    for _ in range(2):
        monitor = Recording()
        around = Surroundings(*wrong, tmp_path / "checkpoints", monitor)
        ends.append(small(encoders["words"], **chosen).fit(table, labels, around))
        taken = len(monitor.steps)
    assert equal(*ends)
    assert taken <= 1


def test_a_folder_without_a_whole_checkpoint_begins_anew(encoders, whole, tmp_path):
    half = tmp_path / "checkpoint-9"
    half.mkdir()
    (half / "trainer_state.json").write_text('{"global_step": 9')
    assert equal(resumable(encoders["words"], tmp_path, Recording(), True), whole[True])
    assert last_checkpoint(tmp_path).name == "checkpoint-16"


def test_seconds_before_an_interruption_count():
    budget = TimeBudget(10.0, used=9.0)
    again = TimeBudget(**budget.state()["args"])
    control = TrainerControl()
    again.on_step_end(None, TrainerState(), control)
    assert 9 <= again.seconds < 10
    assert not control.should_training_stop
    again.used = 10.0
    again.on_step_end(None, TrainerState(), control)
    assert control.should_training_stop


def test_the_end_of_an_epoch_is_saved_once_it_is_scored():
    """A checkpoint between an epoch's last step and its evaluation would leave that out."""
    every = SaveEvery(0.0)
    for epoch, stop, due in ((0.5, False, True), (1.0, False, False), (1.25, True, False)):
        control = TrainerControl(should_training_stop=stop)
        every.on_step_end(None, TrainerState(epoch=epoch), control)
        assert control.should_save == due
