"""Training an encoder to put rows of one label near each other and those of others far apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from stancelab.errors import TrainingError
from stancelab.features.actor_tokens import InputSettings, Tokens
from stancelab.finetuning.batches import pad
from stancelab.finetuning.device import choose_precision
from stancelab.finetuning.pooling import STANCE, Pooling
from stancelab.finetuning.recipe import Precision

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stancelab.finetuning.network import StanceNetwork
    from stancelab.monitor import Monitor

_NO_DECAY = ("bias", "norm", "words.")
"""Parameters that weight decay leaves alone: biases, norms and word embeddings."""

_HALVES = {"bf16": torch.bfloat16, "fp16": torch.float16}


@dataclass(frozen=True, slots=True)
class FewShotRecipe:
    """The settings of a training; `stancelab.models.few_shot.FewShot` explains each."""

    encoder: str
    inputs: InputSettings
    pooling: Pooling
    examples: int
    contrasts: float
    temperature: float
    learning_rate: float
    layer_decay: float
    warmup: float
    weight_decay: float
    dropout: float
    epochs: int
    batch_rows: int
    precision: Precision
    C: float
    max_seconds: float | None
    max_steps: int | None
    seed: int

    def steps(self, n_rows: int) -> int:
        """Count the steps over so many rows."""
        wanted = ceil(self.epochs * n_rows / min(self.batch_rows, n_rows))
        return wanted if self.max_steps is None else min(wanted, self.max_steps)


@dataclass(frozen=True, slots=True, eq=False)
class FewRows:
    """The rows that are compared.

    Attributes
    ----------
    tokens : sequence of Tokens
        As the network sees them; ids are rows of its word embeddings.
    labels : numpy.ndarray of int, shape (n_rows,)
        0, 1 or 2.
    texts : sequence of str
        Rows of one text are compared in one step.
    names : sequence of str
        Their ids, for messages.
    pad : int
        Row of the padding token's embedding.
    """

    tokens: Sequence[Tokens]
    labels: NDArray[np.int64]
    texts: Sequence[str]
    names: Sequence[str]
    pad: int

    def batch(self, rows: Sequence[int], device: torch.device) -> dict[str, torch.Tensor]:
        """Put some rows into tensors."""
        made = pad([self.tokens[row] for row in rows], self.pad)
        return {name: one.to(device) for name, one in made.items()}


def contrastive_loss(
    vectors: torch.Tensor, labels: torch.Tensor, temperature: float
) -> torch.Tensor:
    """Say how badly rows find those of their own label among all others.

    The loss of Khosla et al. 2020, "Supervised contrastive learning": all pairs of rows count, by
    the cosine of their vectors. These are measured from their mean: an encoder's vectors all point
    nearly the same way, and would otherwise be drawn into one before they part. A row whose label
    no other row has finds nothing, and is left out.

    Parameters
    ----------
    vectors : torch.Tensor, shape (n_rows, size)
        Of any length.
    labels : torch.Tensor of int, shape (n_rows,)
        Codes.
    temperature : float
        Divides the cosines: the lower, the more the nearest rows of other labels weigh.

    Examples
    --------
    >>> vectors = torch.tensor([[9.0, 1.0], [9.0, 2.0], [9.0, 5.0], [9.0, 6.0]])
    >>> round(contrastive_loss(vectors, torch.tensor([0, 0, 2, 2]), 0.3).item(), 4)
    0.0025
    >>> round(contrastive_loss(vectors, torch.tensor([0, 2, 0, 2]), 0.3).item(), 4)
    6.6692
    """
    unit = functional.normalize(vectors - vectors.mean(dim=0), dim=1)
    itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    cosines = (unit @ unit.T / temperature).masked_fill(itself, -torch.inf)
    log_shares = cosines.log_softmax(dim=1).masked_fill(itself, 0.0)
    same = (labels[:, None] == labels[None, :]) & ~itself
    counts = same.sum(dim=1)
    found = counts > 0
    if not bool(found.any()):
        return 0 * vectors.sum()
    return -((log_shares * same).sum(dim=1)[found] / counts[found]).mean()


def deal(texts: Sequence[str], size: int, steps: int, seed: int) -> Iterator[list[int]]:
    """Deal the rows that each step compares: whole texts until there are ``size`` rows, or all.

    No text comes again before all others came.

    Examples
    --------
    >>> [len(rows) for rows in deal(["a", "a", "b", "b"], 2, 3, seed=0)]
    [2, 2, 2]
    """
    of_text: dict[str, list[int]] = defaultdict(list)
    for row, text in enumerate(texts):
        of_text[text].append(row)
    groups, draw = list(of_text.values()), np.random.default_rng(seed)
    turn: list[int] = []
    for _ in range(steps):
        rows: set[int] = set()
        while len(rows) < min(size, len(texts)):
            turn = turn or draw.permutation(len(groups)).tolist()
            rows.update(groups[turn.pop()])
        yield sorted(rows)


class Comparing:
    """Trains a network whose head gives the summary as it is.

    Parameters
    ----------
    network : StanceNetwork
        What is trained, on the device where it is.
    rows : FewRows
        What it learns from.
    recipe : FewShotRecipe
        How.
    monitor : Monitor
        Is told how it goes.
    """

    def __init__(
        self, network: StanceNetwork, rows: FewRows, recipe: FewShotRecipe, monitor: Monitor
    ) -> None:
        self.network, self.rows, self.recipe, self.monitor = network, rows, recipe, monitor
        self.device = network.words.weight.device
        self.half = _HALVES.get(choose_precision(recipe.precision))
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=self.half is torch.float16)
        self.optimizer = torch.optim.AdamW(_groups(network, recipe), fused=True)
        self.steps = recipe.steps(len(rows.labels))
        self.rates = torch.optim.lr_scheduler.LambdaLR(self.optimizer, self._rate)

    def run(self) -> None:
        """Compare rows, step by step, until the steps or the seconds are used up.

        Raises
        ------
        TrainingError
            The loss is no number.
        """
        recipe, began, seen = self.recipe, monotonic(), 0
        self.network.train()
        self.monitor.advance(0, self.steps)
        dealt = deal(self.rows.texts, recipe.batch_rows, self.steps, recipe.seed)
        for done, chosen in enumerate(dealt, start=1):
            loss = self._loss(chosen)
            if not bool(torch.isfinite(loss)):
                names = [self.rows.names[row] for row in chosen]
                raise TrainingError.not_finite(loss.item(), done, names)
            self._step(loss)
            seconds, seen = monotonic() - began, seen + len(chosen)
            self._tell(done, loss.item(), seen / max(seconds, 1e-9))
            if recipe.max_seconds is not None and seconds >= recipe.max_seconds:
                break

    def _loss(self, chosen: Sequence[int]) -> torch.Tensor:
        labels = torch.from_numpy(self.rows.labels[chosen]).to(self.device)
        with torch.autocast(self.device.type, self.half, enabled=self.half is not None):
            vectors = self.network(**self.rows.batch(chosen, self.device))[STANCE]
        return contrastive_loss(vectors, labels, self.recipe.temperature)

    def _step(self, loss: torch.Tensor) -> None:
        self.optimizer.zero_grad()
        torch.autograd.backward([self.scaler.scale(loss)])
        self.scaler.unscale_(self.optimizer)
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.rates.step()

    def _tell(self, done: int, loss: float, rows_per_second: float) -> None:
        values = {
            "training/loss": loss,
            "training/learning_rate": self.recipe.learning_rate * self._rate(done - 1),
            "throughput/statements_per_second": rows_per_second,
        }
        self.monitor.measure(values, done)
        self.monitor.advance(done, self.steps)

    def _rate(self, step: int) -> float:
        """Give the share of the learning rate at a step, counted from 0: it rises, then falls."""
        rising = max(1, round(self.recipe.warmup * self.steps))
        if step < rising:
            return (step + 1) / rising
        return max(0.0, (self.steps - step) / max(1, self.steps - rising))


def _groups(network: StanceNetwork, recipe: FewShotRecipe) -> list[dict[str, Any]]:
    """Give each layer its own learning rate: the deeper below the head, the lower."""
    groups = []
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            below = network.layers - network.depth(name)
            rate = recipe.learning_rate * recipe.layer_decay**below
            kept = any(part in name.lower() for part in _NO_DECAY)
            decay = 0.0 if kept else recipe.weight_decay
            groups.append({"params": [parameter], "lr": rate, "weight_decay": decay})
    return groups
