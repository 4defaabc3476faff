"""Fine-tuning from rows to a predictor."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from transformers import EarlyStoppingCallback, TrainingArguments
from transformers.trainer_utils import set_seed

from stancelab.encoders import EncoderFiles, find_encoder
from stancelab.encoders.loading import quiet_transformers
from stancelab.errors import TrainingError
from stancelab.finetuning.callbacks import SaveEvery, TimeBudget
from stancelab.finetuning.checkpoints import is_over, last_checkpoint, load_result
from stancelab.finetuning.device import choose_attention, choose_precision
from stancelab.finetuning.examples import Examples, examples
from stancelab.finetuning.loss import StanceLoss
from stancelab.finetuning.network import StanceNetwork
from stancelab.finetuning.opening import OpenedEncoder, heads, open_parts
from stancelab.finetuning.recipe import Recipe
from stancelab.finetuning.trainer import BEST, StanceTrainer
from stancelab.finetuning.vocabulary import UsedWords
from stancelab.parallel import told
from stancelab.predictors.transformer import TransformerPredictor
from stancelab.schema import LABELS

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from stancelab.monitor import Surroundings

_SAVE_SECONDS = 120.0
_LOGGED = 20
"""How often the loss is logged in an epoch."""

_NO_MEMORY = ("not enough memory", "out of memory", "allocate memory")
"""How torch words it where it has no exception of its own, on a processor."""


def finetune(
    recipe: Recipe,
    table: pa.Table,
    labels: NDArray[np.int64],
    weights: Mapping[int, float],
    native_labels: tuple[str, ...],
    around: Surroundings,
) -> TransformerPredictor:
    """Fine-tune an encoder on rows.

    Parameters
    ----------
    recipe : Recipe
        How.
    table : pyarrow.Table
        The rows to learn from.
    labels : numpy.ndarray of int, shape (n_rows,)
        Their labels.
    weights : mapping of int to float
        The weight of each label that occurs.
    native_labels : tuple of str
        The corpus' own labels to learn with a head of their own; none by default.
    around : Surroundings
        Validation rows, checkpoints, and who is told.
    """
    files = find_encoder(recipe.encoder)
    with _seeded(recipe.seed), _explained(recipe), quiet_transformers():
        parts = open_parts(files, recipe.inputs)
        choose_attention(parts.encoder)
        learnt, validation = _examples(recipe, table, labels, native_labels, around, parts)
        used = _used_words(parts, learnt, validation)
        network = StanceNetwork(
            parts.encoder,
            used.take(parts.words),
            recipe.pooling,
            heads(native_labels),
            recipe.dropout,
        )
        loss = StanceLoss(
            torch.tensor([weights.get(code, 0.0) for code in range(len(LABELS))]),
            recipe.label_smoothing,
            recipe.r_drop,
        )
        with _folder(around.checkpoints) as folder:
            trainer = _trainer(
                recipe,
                network,
                loss,
                _renumber(learnt, used),
                None if validation is None else _renumber(validation, used),
                table.column("id").to_pylist(),
                int(used.rows_of([parts.pad])[0]),
                folder,
                around,
            )
            last = last_checkpoint(folder)
            if last is not None and is_over(last):
                load_result(network, last)
            else:
                trainer.train(resume_from_checkpoint=None if last is None else str(last))
            trainer.accelerator.wait_for_everyone()  # others may still read the checkpoints
    return _predictor(recipe, files, used, network, tuple(sorted(weights)), native_labels)


def _examples(
    recipe: Recipe,
    table: pa.Table,
    labels: NDArray[np.int64],
    native_labels: tuple[str, ...],
    around: Surroundings,
    parts: OpenedEncoder,
) -> tuple[Examples, Examples | None]:
    """Turn training and validation rows into tokens, and tell what had to be done to them."""
    native = _native(table, native_labels)
    learnt = examples(table, labels, native, parts.tokenizer, other_names=recipe.other_names > 0)
    shown = [row[0] for row in learnt.variants]
    counts = {
        "inputs/windowed": sum(one.windowed for one in shown),
        "inputs/actor_not_in_text": int((table.column("mention_start").to_numpy() < 0).sum()),
        "inputs/mean_tokens": float(np.mean([len(one.ids) for one in shown])),
    }
    around.monitor.measure(counts, 0)
    own, codes = around.validation, around.validation_labels
    if own is None or codes is None or not len(own):
        return learnt, None
    return learnt, examples(
        own, codes, _native(own, native_labels), parts.tokenizer, other_names=False
    )


def _native(table: pa.Table, labels: tuple[str, ...]) -> NDArray[np.int64]:
    numbers = {label: at for at, label in enumerate(labels)}
    found = [numbers.get(label, -1) for label in table.column("native_label").to_pylist()]
    return np.array(found, dtype=np.int64)


def _used_words(parts: OpenedEncoder, *rows: Examples | None) -> UsedWords:
    """List the words of the rows and whatever else an input can hold."""
    own = [one.used() for one in rows if one is not None]
    special = np.array([parts.pad, *parts.tokenizer.special_ids], dtype=np.int64)
    return UsedWords(np.unique(np.concatenate([special, *own])))


def _renumber(rows: Examples, used: UsedWords) -> Examples:
    variants = [[used.renumber(one) for one in row] for row in rows.variants]
    return Examples(variants, rows.labels, rows.native)


def _trainer(
    recipe: Recipe,
    network: StanceNetwork,
    loss: StanceLoss,
    learnt: Examples,
    validation: Examples | None,
    names: list[str],
    pad: int,
    folder: Path,
    around: Surroundings,
) -> StanceTrainer:
    callbacks: list[Any] = [TimeBudget(recipe.max_seconds)]
    if validation is not None:
        callbacks.append(EarlyStoppingCallback(recipe.patience))
    if around.checkpoints is not None:
        callbacks.append(SaveEvery(_SAVE_SECONDS))
    trainer = StanceTrainer(
        network,
        learnt,
        validation,
        recipe,
        loss,
        _arguments(recipe, folder, validation is not None, around.checkpoints is not None),
        around.monitor,
        names,
        callbacks,
        pad,
    )
    steps = len(trainer.get_train_dataloader())
    trainer.args.logging_steps = max(1, steps // _LOGGED)
    if recipe.max_steps is not None and recipe.max_steps < steps * recipe.epochs:
        trainer.args.max_steps = recipe.max_steps
    return trainer


def _arguments(recipe: Recipe, folder: Path, validated: bool, resumable: bool) -> TrainingArguments:
    precision = choose_precision(recipe.precision)
    every = "epoch" if validated or resumable else "no"
    return TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=recipe.epochs,
        learning_rate=recipe.learning_rate,
        warmup_steps=recipe.warmup,
        lr_scheduler_type="linear",
        max_grad_norm=1.0,
        bf16=precision == "bf16",
        fp16=precision == "fp16",
        use_cpu=not torch.cuda.is_available(),
        seed=recipe.seed,
        optim="adamw_torch_fused",
        eval_strategy="epoch" if validated else "no",
        save_strategy=every,
        save_only_model=not resumable,
        save_total_limit=2,
        load_best_model_at_end=validated,
        metric_for_best_model=BEST if validated else None,
        greater_is_better=True if validated else None,
        logging_nan_inf_filter=False,
        remove_unused_columns=False,
        dataloader_pin_memory=torch.cuda.is_available(),
        disable_tqdm=True,
        accelerator_config={"even_batches": False},  # TokenBudgetBatches makes them even itself
        ddp_find_unused_parameters=False,
        report_to="none",
        restore_callback_states_from_checkpoint=True,
    )


def _predictor(
    recipe: Recipe,
    files: EncoderFiles,
    used: UsedWords,
    network: StanceNetwork,
    known: tuple[int, ...],
    native_labels: tuple[str, ...],
) -> TransformerPredictor:
    state = {name: one.cpu().numpy() for name, one in network.state_dict().items()}
    rows = state.pop("words.weight")
    return TransformerPredictor(
        files.name,
        files.revision,
        recipe.inputs,
        recipe.pooling,
        known,
        native_labels,
        {"words.ids": used.ids, "words.rows": rows, **state},
    )


@contextmanager
def _folder(checkpoints: Path | None) -> Iterator[Path]:
    """Give the folder of checkpoints, or one for the time being; one for all processes."""
    if checkpoints is not None:
        checkpoints.mkdir(parents=True, exist_ok=True)
        yield checkpoints
        return
    with tempfile.TemporaryDirectory(prefix="stancelab-") as scratch:
        yield Path(told(scratch))


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
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
def _explained(recipe: Recipe) -> Iterator[None]:
    """Tell what to lower when memory runs out."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        known = isinstance(error, MemoryError | torch.OutOfMemoryError)
        if known or any(phrase in str(error) for phrase in _NO_MEMORY):
            raise TrainingError.no_memory(recipe.batch_tokens, recipe.inputs.max_tokens) from error
        raise
