"""What stands around a training: its randomness, its folder, and what is told when memory ends."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from transformers.trainer_utils import set_seed

from stancelab.errors import TrainingError
from stancelab.finetuning.recipe import Recipe
from stancelab.parallel import told

_NO_MEMORY = ("not enough memory", "out of memory", "allocate memory")
"""How torch words it where it has no exception of its own, on a processor."""


@contextmanager
def training_folder(checkpoints: Path | None) -> Iterator[Path]:
    """Give the folder of checkpoints, or one for the time being; one for all processes."""
    if checkpoints is not None:
        checkpoints.mkdir(parents=True, exist_ok=True)
        yield checkpoints
        return
    with tempfile.TemporaryDirectory(prefix="stancelab-") as scratch:
        yield Path(told(scratch))


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed a training, and leave the user's own random state as it was; `Trainer` seeds all."""
    devices = list(range(torch.cuda.device_count()))
    of_python, of_numpy = random.getstate(), np.random.get_state()  # noqa: NPY002
    with torch.random.fork_rng(devices):
        set_seed(seed)
        try:
            yield
        finally:
            random.setstate(of_python)
            np.random.set_state(of_numpy)  # noqa: NPY002


@contextmanager
def explaining_memory(recipe: Recipe) -> Iterator[None]:
    """Tell what to lower when memory runs out."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        known = isinstance(error, MemoryError | torch.OutOfMemoryError)
        if known or any(phrase in str(error) for phrase in _NO_MEMORY):
            raise TrainingError.no_memory(recipe.batch_tokens, recipe.inputs.max_tokens) from error
        raise
