"""How an encoder is fine-tuned: everything that decides what it learns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stancelab.features.actor_tokens import InputSettings
from stancelab.finetuning.pooling import Pooling

Precision = Literal["auto", "fp32", "bf16", "fp16"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """The settings of a training; `stancelab.models.transformer.Transformer` explains each."""

    encoder: str
    inputs: InputSettings
    pooling: Pooling
    other_names: float
    other_actors: float
    label_smoothing: float
    r_drop: float
    learning_rate: float
    head_learning_rate: float
    layer_decay: float
    warmup: float
    weight_decay: float
    dropout: float
    epochs: int
    patience: int
    batch_tokens: int
    precision: Precision
    native: bool
    sampling_temperature: float
    max_seconds: float | None
    max_steps: int | None
    seed: int
