"""Fine-tuning from rows to a predictor."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import torch
from transformers import EarlyStoppingCallback

from stancelab.encoders import EncoderFiles, find_encoder
from stancelab.encoders.loading import quiet_transformers
from stancelab.finetuning.arguments import training_arguments
from stancelab.finetuning.callbacks import SaveEvery, TimeBudget
from stancelab.finetuning.checkpoints import is_over, last_checkpoint, load_result
from stancelab.finetuning.corpora import Corpora
from stancelab.finetuning.device import choose_attention
from stancelab.finetuning.examples import Answers, Examples, examples
from stancelab.finetuning.guards import explaining_memory, seeded, training_folder
from stancelab.finetuning.loss import StanceLoss
from stancelab.finetuning.network import StanceNetwork
from stancelab.finetuning.opening import OpenedEncoder, heads, open_parts
from stancelab.finetuning.pooling import OwnLabels
from stancelab.finetuning.recipe import Recipe
from stancelab.finetuning.shares import Shares
from stancelab.finetuning.trainer import StanceTrainer, Task
from stancelab.finetuning.vocabulary import UsedWords
from stancelab.parallel import is_first, told
from stancelab.predictors.transformer import TransformerPredictor
from stancelab.schema import LABELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stancelab.monitor import Surroundings

_SAVE_SECONDS = 120.0
_LOGGED = 20
"""How often the loss is logged in an epoch."""

_ASKED = 8
"""How many rows a network without validation rows is asked at its end."""


def finetune(
    recipe: Recipe,
    table: pa.Table,
    labels: NDArray[np.int64],
    weights: Mapping[int, float],
    around: Surroundings,
    shares: Shares | None = None,
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
    around : Surroundings
        Validation rows, checkpoints, and who is told.
    shares : Shares, optional
        Probabilities to learn in place of the labels.
    """
    corpora = Corpora.of(table, labels, native=recipe.native)
    files = find_encoder(recipe.encoder)
    with seeded(recipe.seed), explaining_memory(recipe), quiet_transformers():
        parts = open_parts(files, recipe.inputs)
        choose_attention(parts.encoder)
        answers = _answers(table, labels, corpora, shares)
        learnt, validation = _examples(recipe, table, answers, corpora, around, parts)
        used = _used_words(parts, learnt, validation)
        words, pad = used.take(parts.words), int(used.rows_of([parts.pad])[0])
        network = StanceNetwork(
            parts.encoder, words, recipe.pooling, heads(corpora.own), recipe.dropout
        )
        del parts  # and with it the table of all words
        task = Task(
            network,
            _renumber(learnt, used),
            None if validation is None else _renumber(validation, used),
            StanceLoss(_weights(weights), recipe.label_smoothing, recipe.r_drop, corpora.polar),
            table.column("id").to_pylist(),
            pad,
        )
        _train(recipe, task, around)
    return _predictor(recipe, files, used, network, tuple(sorted(weights)), corpora.own)


def _answers(
    table: pa.Table, labels: NDArray[np.int64], corpora: Corpora, shares: Shares | None
) -> Answers:
    own, places = corpora.own_codes(table), corpora.places(table)
    if shares is None:
        return Answers(labels, own, places)
    order = {name: place for place, name in enumerate(corpora.own)}
    return Answers(labels, own, places, shares.stance, shares.own_by_row(own, places, order))


def _weights(weights: Mapping[int, float]) -> torch.Tensor:
    return torch.tensor([weights.get(code, 0.0) for code in range(len(LABELS))])


def _train(recipe: Recipe, task: Task, around: Surroundings) -> None:
    """Train the network, from the last checkpoint where there is one."""
    with training_folder(around.checkpoints) as folder:
        trainer = _trainer(recipe, task, folder, around)
        last = told(last_checkpoint(folder) if is_first() else None)
        if last is not None and is_over(last):
            load_result(task.network, last)
        else:
            trainer.train(resume_from_checkpoint=None if last is None else str(last))
        if task.validation is None:
            trainer.scores(task.rows.head(_ASKED))  # which fails where the answers are no numbers
        trainer.accelerator.wait_for_everyone()  # others may still read the checkpoints


def _examples(
    recipe: Recipe,
    table: pa.Table,
    answers: Answers,
    corpora: Corpora,
    around: Surroundings,
    parts: OpenedEncoder,
) -> tuple[Examples, Examples | None]:
    """Turn training and validation rows into tokens, and tell what had to be done to them."""
    learnt = examples(
        table,
        answers,
        parts.tokenizer,
        other_names=recipe.other_names > 0,
        other_actors=recipe.other_actors > 0,
    )
    shown = [row[0] for row in learnt.variants]
    counts = {
        "inputs/other_actors": sum(count > 0 for count in learnt.swapped),
        "inputs/windowed": sum(one.windowed for one in shown),
        "inputs/actor_not_in_text": int((table.column("mention_start").to_numpy() < 0).sum()),
        "inputs/max_tokens": parts.tokenizer.settings.max_tokens,
        "inputs/mean_tokens": float(np.mean([len(one.ids) for one in shown])),
    }
    around.monitor.measure(counts, 0)
    own, codes = around.validation, around.validation_labels
    if own is None or codes is None or not (codes >= 0).any():
        return learnt, None
    own, codes = own.filter(pa.array(codes >= 0)), codes[codes >= 0]
    asked = Answers(codes, corpora.own_codes(own), corpora.places(own))
    return learnt, examples(own, asked, parts.tokenizer, other_names=False)


def _used_words(parts: OpenedEncoder, *rows: Examples | None) -> UsedWords:
    """List the words of the rows and whatever else an input can hold."""
    own = [one.used() for one in rows if one is not None]
    special = np.array([parts.pad, *parts.tokenizer.special_ids], dtype=np.int64)
    return UsedWords(np.unique(np.concatenate([special, *own])))


def _renumber(rows: Examples, used: UsedWords) -> Examples:
    variants = [[used.renumber(one) for one in row] for row in rows.variants]
    return Examples(variants, rows.swapped, rows.answers)


def _trainer(recipe: Recipe, task: Task, folder: Path, around: Surroundings) -> StanceTrainer:
    validated, resumable = task.validation is not None, around.checkpoints is not None
    callbacks: list[Any] = [TimeBudget(recipe.max_seconds)]
    if validated:
        callbacks.append(EarlyStoppingCallback(recipe.patience))
    if resumable:
        callbacks.append(SaveEvery(_SAVE_SECONDS))
    arguments = training_arguments(recipe, folder, validated=validated, resumable=resumable)
    trainer = StanceTrainer(task, recipe, arguments, around.monitor, callbacks)
    steps = trainer.steps_in_epoch()
    trainer.args.logging_steps = max(1, steps // _LOGGED)
    if recipe.max_steps is not None and recipe.max_steps < steps * recipe.epochs:
        trainer.args.max_steps = recipe.max_steps
    return trainer


def _predictor(
    recipe: Recipe,
    files: EncoderFiles,
    used: UsedWords,
    network: StanceNetwork,
    known: tuple[int, ...],
    own: OwnLabels,
) -> TransformerPredictor:
    state = {name: one.cpu().numpy() for name, one in network.state_dict().items()}
    rows = state.pop("words.weight")
    return TransformerPredictor(
        files.name,
        files.revision,
        recipe.inputs,
        recipe.pooling,
        known,
        own,
        {"words.ids": used.ids, "words.rows": rows, **state},
    )
