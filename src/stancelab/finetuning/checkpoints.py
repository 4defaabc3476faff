"""What an interrupted training left, and what of it can be gone on from."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from safetensors.torch import load_file
from torch import nn
from transformers.trainer import TRAINER_STATE_NAME
from transformers.trainer_utils import PREFIX_CHECKPOINT_DIR
from transformers.utils import SAFE_WEIGHTS_NAME


def last_checkpoint(folder: Path) -> Path | None:
    """Find the last whole checkpoint of a training.

    A later one that a kill left half-written is removed: `Trainer` writes its state last, and
    would begin anew from the weights of a checkpoint without one.
    """
    found = folder.glob(f"{PREFIX_CHECKPOINT_DIR}-*")
    for checkpoint in sorted(found, key=lambda one: int(one.name.split("-")[1]), reverse=True):
        if _state(checkpoint) is not None:
            return checkpoint
        shutil.rmtree(checkpoint)
    return None


def is_over(checkpoint: Path) -> bool:
    """Say whether a training had ended when it wrote a checkpoint, early stopping included.

    `Trainer` does not ask this: resumed, it would train on after an early stop.
    """
    state = _state(checkpoint) or {}
    control = state.get("stateful_callbacks", {}).get("TrainerControl", {})
    return bool(control.get("args", {}).get("should_training_stop"))


def load_result(network: nn.Module, checkpoint: Path) -> None:
    """Load the weights that an ended training chose: of the best epoch, else of the last."""
    best = (_state(checkpoint) or {}).get("best_model_checkpoint")
    chosen = checkpoint.with_name(Path(best).name) if best else checkpoint
    network.load_state_dict(load_file(chosen / SAFE_WEIGHTS_NAME))


def _state(checkpoint: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads((checkpoint / TRAINER_STATE_NAME).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found
