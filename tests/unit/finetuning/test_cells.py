"""A fine-tuned encoder as a cell of an experiment: its figures, and what it leaves behind."""

from __future__ import annotations

import pytest
from made_trained import TINY, Recording, write_toy

from stancelab.config import read_experiment
from stancelab.errors import TrainingError
from stancelab.experiment import run
from stancelab.finetuning import fit
from stancelab.finetuning.trainer import StanceTrainer
from stancelab.places import cache_directory
from stancelab.plan import make_plan

EXPERIMENT = TINY + 'max_steps = 2\nprecision = "fp32"\nnative = true\n'


@pytest.fixture(scope="module")
def planned(encoders, tmp_path_factory):
    file = tmp_path_factory.mktemp("experiment") / "01_tiny.toml"
    write_toy(file.parent)
    file.write_text(EXPERIMENT.format(encoder=encoders["words"]), encoding="utf-8")
    return make_plan(read_experiment(file))


@pytest.fixture
def cell(planned, monkeypatch):
    """The cell of the model, which saves after every step."""
    monkeypatch.setattr(fit, "_SAVE_SECONDS", 0.0)
    return next(cell for cell in planned.cells if cell.role == "model")


def left(cell):
    folder = cache_directory() / "checkpoints" / f"{cell.fingerprint[:32]}-1"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else None


class Kept:
    """A recorder that keeps what a run tells, and looks at the checkpoints when a cell is kept."""

    def __init__(self, monitor):
        self.monitor, self.scores, self.failures, self.at_record = monitor, {}, [], {}

    def start(self, plan):
        """Begin."""

    def finished(self, cell):
        return None

    def begin(self, cell):
        return self.monitor.measure if cell.role == "model" else lambda values, step: None

    def record(self, cell, score, predictor):
        self.scores[cell.model] = score
        self.at_record[cell.model] = left(cell)

    def fail(self, failure):
        self.failures.append(failure)

    def finish(self, report):
        """End."""


class Steps:
    """A progress bar that keeps the steps of the model's training."""

    def __init__(self):
        self.seen = []

    def step(self, what, done, total):
        if what.startswith("training tiny, "):
            self.seen.append((done, total))


def test_a_cell_keeps_its_checkpoints_until_it_is_recorded(planned, cell):
    kept = Kept(Recording())
    run(planned, kept, Steps())
    assert kept.monitor.of("training/validation_macro_f1")
    score = kept.scores[cell.model]
    assert set(score.predictions["part"].to_pylist()) == {"validation", "test"}
    assert score.predict_microseconds > 0
    assert kept.at_record[cell.model]
    assert left(cell) is None


def test_a_failed_cell_leaves_none_either(planned, cell, monkeypatch):
    def fail(*_, **__):
        raise TrainingError.no_memory(128, 24)

    monkeypatch.setattr(StanceTrainer, "compute_loss", fail)
    kept = Kept(Recording())
    run(planned, kept, Steps())
    assert "lower batch_tokens" in kept.failures[0].reason
    assert left(cell) is None


def test_an_interrupted_cell_goes_on_and_then_leaves_none(planned, cell):
    class Interrupting(Recording):
        def measure(self, values, step):
            if "training/validation_loss" in values:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(planned, Kept(Interrupting()), Steps())
    assert left(cell) == ["checkpoint-1"]
    steps = Steps()
    run(planned, Kept(Recording()), steps)
    assert steps.seen[-2:] == [(1, 2), (2, 2)]
    assert left(cell) is None
