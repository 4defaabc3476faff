"""`transformers.Trainer` with our batches, our loss and our learning rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset
from transformers import Trainer, TrainingArguments
from transformers.trainer_callback import PrinterCallback

from stancelab.errors import TrainingError
from stancelab.finetuning.batches import Choice, TokenBudgetBatches, by_length, pad
from stancelab.finetuning.callbacks import Throughput
from stancelab.finetuning.examples import Examples
from stancelab.finetuning.loss import StanceLoss
from stancelab.finetuning.network import StanceNetwork
from stancelab.finetuning.recipe import Recipe
from stancelab.finetuning.sampling import CorpusSampling
from stancelab.finetuning.scoring import validation_scores
from stancelab.monitor import Monitor
from stancelab.parallel import all_agree
from stancelab.stopping import unbroken

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from transformers import TrainerCallback

_EVALUATION_TOKENS = 4096
_NO_DECAY = ("bias", "norm", "words.")
"""Parameters that weight decay leaves alone: biases, norms and word embeddings."""


class _Rows(Dataset[Choice]):
    """Rows by (row, variant), as `TokenBudgetBatches` chooses them."""

    def __init__(self, rows: Examples) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, choice: Choice) -> Choice:
        return choice


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What is trained, on what, and how well it does.

    Attributes
    ----------
    network : StanceNetwork
        Its word embeddings are those that the rows use.
    rows : Examples
        What it learns from; token ids are rows of the word embeddings.
    validation : Examples or None
        What each epoch is scored on.
    loss : StanceLoss
        What is lowered.
    names : sequence of str
        The rows' ids, for messages.
    pad : int
        Row of the padding token's embedding.
    """

    network: StanceNetwork
    rows: Examples
    validation: Examples | None
    loss: StanceLoss
    names: Sequence[str]
    pad: int


class StanceTrainer(Trainer):
    """Trains a `StanceNetwork`.

    Parameters
    ----------
    task : Task
        What is trained.
    recipe : Recipe
        Learning rates, batches, regularisation.
    args : transformers.TrainingArguments
        Steps, precision, checkpoints.
    monitor : Monitor
        Is told how it goes.
    callbacks : list of transformers.TrainerCallback
        What else happens.
    """

    def __init__(
        self,
        task: Task,
        recipe: Recipe,
        args: TrainingArguments,
        monitor: Monitor,
        callbacks: list[TrainerCallback],
    ) -> None:
        self.task, self.recipe, self.monitor = task, recipe, monitor
        self.network, self.rows, self.validation = task.network, task.rows, task.validation
        self.throughput = Throughput(monitor)
        super().__init__(
            model=self.network,
            args=args,
            train_dataset=_Rows(self.rows),
            eval_dataset=None if self.validation is None else _Rows(self.validation),
            data_collator=self._collate,
            callbacks=[*callbacks, self.throughput],
        )
        self.remove_callback(PrinterCallback)
        self.loss = task.loss.to(self.args.device)
        self._batches = TokenBudgetBatches(
            self.rows.lengths,
            self.rows.renamed,
            self.recipe.batch_tokens,
            self.recipe.seed,
            self.recipe.other_names,
            self.rows.swapped,
            self.recipe.other_actors,
            multiple=self.accelerator.num_processes,
            rows_of=self._sampling(),
            epochs=self.recipe.epochs,
        )
        self._mean_rows = len(self.rows) / len(self._batches)

    def _sampling(self) -> CorpusSampling | None:
        temperature = self.recipe.sampling_temperature
        if temperature == 1:
            return None
        return CorpusSampling(self.rows.answers.corpora, temperature, self.recipe.seed)

    def steps_in_epoch(self) -> int:
        """Count the steps of an epoch, in each of which every process has a batch."""
        return len(self._batches) // int(self.accelerator.num_processes)

    def get_train_dataloader(self) -> DataLoader[Any]:
        """Deal the rows by token budget."""
        loader: DataLoader[Any] = DataLoader(
            _Rows(self.rows),
            batch_sampler=self._batches,
            collate_fn=self._collate,
            pin_memory=self.args.dataloader_pin_memory,
        )
        prepared: DataLoader[Any] = self.accelerator.prepare(loader)
        return prepared

    def _collate(self, chosen: Sequence[Choice]) -> dict[str, Any]:
        rows = np.array([row for row, _ in chosen])
        batch = pad([self.rows.variants[row][which] for row, which in chosen], self.task.pad)
        asked = self.rows.answers
        learnt = asked.labels if asked.shares is None else asked.shares.astype(np.float32)
        batch["label"] = torch.tensor(learnt[rows])
        batch["own"] = torch.tensor(asked.own[rows])
        if asked.own_shares is not None:
            batch["own_shares"] = torch.tensor(asked.own_shares[rows].astype(np.float32))
        batch["corpus"] = torch.tensor(asked.corpora[rows])
        batch["row"] = torch.from_numpy(rows)
        # Counted on the host: a device would have to be waited for.
        return {**batch, "n_tokens": int(batch["attention"].sum())}

    def compute_loss(
        self, model: torch.nn.Module, inputs: dict[str, Any], *_: Any, **__: Any
    ) -> torch.Tensor:
        """Score a batch, twice for R-Drop; rows of a small batch weigh as those of a large one."""
        shown = {name: inputs[name] for name in ("ids", "attention", "actor", "types")}
        if self.recipe.r_drop:
            shown = {name: torch.cat([one, one]) for name, one in shown.items()}
        scores = model(**shown)
        right = (inputs["label"], inputs["own"], inputs["corpus"], inputs.get("own_shares"))
        loss = self.loss(scores, *right)
        self.throughput.count(len(inputs["label"]), inputs["n_tokens"])
        if not all_agree(bool(torch.isfinite(loss))):  # or one process waits for the others
            names = [self.task.names[row] for row in inputs["row"].tolist()]
            raise TrainingError.not_finite(loss.item(), self.state.global_step, names)
        return loss * (len(inputs["label"]) / self._mean_rows)

    def create_optimizer(self, model: torch.nn.Module | None = None) -> torch.optim.Optimizer:
        """Give each layer its own learning rate: the deeper below the heads, the lower."""
        network = self.network
        groups: dict[tuple[float, float], list[torch.nn.Parameter]] = {}
        for name, parameter in network.named_parameters():
            if not parameter.requires_grad:
                continue
            decay = 0.0 if any(part in name.lower() for part in _NO_DECAY) else 1.0
            key = (self._rate(network, name), decay * self.recipe.weight_decay)
            groups.setdefault(key, []).append(parameter)
        listed = [
            {"params": parameters, "lr": rate, "weight_decay": decay}
            for (rate, decay), parameters in groups.items()
        ]
        kind, keywords = self.get_optimizer_cls_and_kwargs(self.args)
        self.optimizer = kind(listed, **keywords)
        return self.optimizer

    def _rate(self, network: StanceNetwork, name: str) -> float:
        below = network.layers - network.depth(name)
        if below < 0:
            return self.recipe.head_learning_rate
        return self.recipe.learning_rate * self.recipe.layer_decay**below

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Score the validation rows: loss, macro-F1 of each head, and what the best epoch has."""
        rows = self.validation or self.rows
        values = validation_scores(self.scores(rows), rows.answers, self.loss)
        self.log(values)
        self.control = self.callback_handler.on_evaluate(
            self.args, self.state, self.control, values
        )
        return values

    def scores(self, rows: Examples) -> dict[str, NDArray[np.float32]]:
        """Give the scores of every head for the rows as they are asked, shape (n_rows, n)."""
        network = self.network
        network.eval()
        found: dict[str, list[NDArray[np.float32]]] = {}
        order = []
        with torch.inference_mode(), self.compute_loss_context_manager():
            for part in by_length(rows.lengths, _EVALUATION_TOKENS):
                batch = pad([rows.variants[row][0] for row in part], self.task.pad)
                moved = {name: one.to(self.args.device) for name, one in batch.items()}
                for name, one in network(**moved).items():
                    found.setdefault(name, []).append(one.float().cpu().numpy())
                order.append(part)
        back = np.argsort(np.concatenate(order))
        answers = {name: np.concatenate(parts)[back] for name, parts in found.items()}
        if not all(np.isfinite(one).all() for one in answers.values()):
            raise TrainingError.diverged()
        return answers

    def _save_checkpoint(self, *given: Any, **named: Any) -> None:
        """Write a checkpoint whole before SIGTERM ends the training."""
        with unbroken():
            super()._save_checkpoint(*given, **named)

    def log(self, logs: Mapping[str, float], *args: Any, **kwargs: Any) -> None:
        """Tell the monitor what Trainer logs, under names that group in MLflow."""
        values = dict(logs)
        if "learning_rate" in values and self.optimizer is not None:
            first = self.optimizer.param_groups[0]["initial_lr"]  # of the group that Trainer logs
            values["learning_rate"] *= self.recipe.learning_rate / first
        super().log(values, *args, **kwargs)
        named = {_NAMES.get(name, ""): value for name, value in values.items()}
        named.pop("", None)
        if "training/loss" in named:
            named |= self.throughput.rates()
        if named:
            self.monitor.measure(named, self.state.global_step)


_NAMES = {
    "loss": "training/loss",
    "learning_rate": "training/learning_rate",
    "grad_norm": "training/gradient_norm",
    "eval_loss": "training/validation_loss",
    "eval_macro_f1": "training/validation_macro_f1",
    "eval_native_macro_f1": "training/validation_native_macro_f1",
}
