"""Trains again and again, each time in a process that is killed; run by its test.

Arguments: an encoder, and a folder for the checkpoints of each way to be killed.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from made_trained import Recording, resumable

from stancelab.finetuning import fit
from stancelab.finetuning.trainer import StanceTrainer

STEPS = 4
"""Of an epoch."""


class Killing(Recording):
    """A monitor that ends the process before a step's checkpoint, or after an evaluation."""

    def __init__(self, step: int = 0, evaluation: int = 0) -> None:
        super().__init__()
        self.step, self.evaluation = step, evaluation

    def advance(self, done, total):
        assert total == 4 * STEPS
        if done and done == self.step:
            os.kill(os.getpid(), signal.SIGKILL)

    def measure(self, values, step):
        if "training/validation_loss" in values and step == self.evaluation:
            os.kill(os.getpid(), signal.SIGKILL)


def die_while_saving(step: int) -> None:
    save = StanceTrainer._save_rng_state

    def killing(self, folder):
        if self.state.global_step == step:
            os.kill(os.getpid(), signal.SIGKILL)
        save(self, folder)

    StanceTrainer._save_rng_state = killing


def train(way: str, encoder: Path, folder: Path) -> None:
    """Train until killed."""
    fit._SAVE_SECONDS = 0.0 if way != "between epochs" else 1e9
    monitors = {
        "inside an epoch": Killing(step=STEPS + 3),
        "between epochs": Killing(step=2 * STEPS + 1),
        "after an evaluation": Killing(evaluation=2 * STEPS),
        "without validation": Killing(step=STEPS + 2),
    }
    if way == "while saving":
        die_while_saving(STEPS + 2)
    resumable(encoder, folder, monitors.get(way, Recording()), way != "without validation")


if __name__ == "__main__":
    encoder, *folders = map(Path, sys.argv[1:])
    for folder in folders:
        child = os.fork()
        if child == 0:
            train(folder.name, encoder, folder)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGKILL:
            sys.exit(f"{folder.name}: ended with {status}, expected to be killed")
