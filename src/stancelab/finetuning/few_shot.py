"""Learning from a few rows: comparing them, then a logistic regression over what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from torch import nn

from stancelab.encoders import find_encoder
from stancelab.encoders.loading import quiet_transformers
from stancelab.errors import TrainingError
from stancelab.features.actor_tokens import queries
from stancelab.finetuning.contrastive import Comparing, FewRows, FewShotRecipe
from stancelab.finetuning.device import choose_attention
from stancelab.finetuning.drawing import draw_examples
from stancelab.finetuning.guards import seeded
from stancelab.finetuning.network import StanceNetwork
from stancelab.finetuning.opening import OpenedEncoder, open_parts
from stancelab.finetuning.pooling import STANCE
from stancelab.finetuning.vocabulary import UsedWords
from stancelab.predictors.transformer import TransformerPredictor
from stancelab.schema import LABELS

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from stancelab.monitor import Monitor

_ASKED_ROWS = 32
_MAX_ITERATIONS = 2000


def learn_few(
    recipe: FewShotRecipe,
    table: pa.Table,
    labels: NDArray[np.int64],
    weights: Mapping[int, float],
    monitor: Monitor,
) -> TransformerPredictor:
    """Draw a few rows and learn from them alone.

    Parameters
    ----------
    recipe : FewShotRecipe
        How.
    table : pyarrow.Table
        The rows to draw from.
    labels : numpy.ndarray of int, shape (n_rows,)
        Their labels.
    weights : mapping of int to float
        The weight of each label that occurs.
    monitor : Monitor
        Is told how it goes.

    Raises
    ------
    TooFewExamplesError
        There is one label alone, or a label has a single row.
    """
    drawn = draw_examples(table, labels, recipe.examples, recipe.seed, recipe.contrasts)
    table, labels = table.take(drawn), labels[drawn]
    files = find_encoder(recipe.encoder)
    with seeded(recipe.seed), quiet_transformers():
        parts = open_parts(files, recipe.inputs)
        choose_attention(parts.encoder)
        rows, used = _rows(table, labels, parts)
        _tell(rows, table, monitor)
        network = _network(parts, used, recipe)
        Comparing(network, rows, recipe, monitor).run()
        head = fit_head(_vectors(network, rows), labels, weights, recipe.C, recipe.seed)
    state = {name: one.cpu().numpy() for name, one in network.state_dict().items()}
    trained = {"words.ids": used.ids, "words.rows": state.pop("words.weight"), **state, **head}
    known = tuple(sorted(weights))
    return TransformerPredictor(
        files.name, files.revision, recipe.inputs, recipe.pooling, known, {}, trained
    )


def _rows(
    table: pa.Table, labels: NDArray[np.int64], parts: OpenedEncoder
) -> tuple[FewRows, UsedWords]:
    """Turn rows into tokens, numbered by the words that they and any input use."""
    tokens = parts.tokenizer.encode(queries(table))
    ids = [parts.pad, *parts.tokenizer.special_ids, *(at for one in tokens for at in one.ids)]
    used = UsedWords(np.unique(np.array(ids, dtype=np.int64)))
    texts, names = (table.column(name).to_pylist() for name in ("text", "id"))
    pad = int(used.rows_of([parts.pad])[0])
    return FewRows([used.renumber(one) for one in tokens], labels, texts, names, pad), used


def _tell(rows: FewRows, table: pa.Table, monitor: Monitor) -> None:
    """Tell how many rows of each label there are, and what had to be done to them."""
    counts = np.bincount(rows.labels, minlength=len(LABELS)).tolist()
    found = {f"inputs/examples_{name}": n for name, n in zip(LABELS, counts, strict=True)}
    found |= {
        "inputs/windowed": sum(one.windowed for one in rows.tokens),
        "inputs/actor_not_in_text": int((table.column("mention_start").to_numpy() < 0).sum()),
        "inputs/mean_tokens": float(np.mean([len(one.ids) for one in rows.tokens])),
    }
    monitor.measure(found, 0)


def _network(parts: OpenedEncoder, used: UsedWords, recipe: FewShotRecipe) -> StanceNetwork:
    """Make a network that answers with its summary as it is."""
    words = used.take(parts.words)
    network = StanceNetwork(parts.encoder, words, recipe.pooling, {}, recipe.dropout)
    network.heads[STANCE] = nn.Identity()
    return network.to(words.device)


def _vectors(network: StanceNetwork, rows: FewRows) -> NDArray[np.float64]:
    """Give the summary of each row, shape (n_rows, size)."""
    network.eval()
    device = network.words.weight.device
    numbers = range(len(rows.labels))
    with torch.inference_mode():
        parts = [
            network(**rows.batch(numbers[at : at + _ASKED_ROWS], device))[STANCE]
            for at in range(0, len(numbers), _ASKED_ROWS)
        ]
    vectors: NDArray[np.float64] = torch.cat(parts).double().cpu().numpy()
    if not np.isfinite(vectors).all():
        raise TrainingError.diverged()
    return vectors


def fit_head(
    vectors: NDArray[np.float64],
    labels: NDArray[np.int64],
    weights: Mapping[int, float],
    C: float,
    seed: int,
) -> dict[str, NDArray[np.float32]]:
    """Fit a logistic regression on standardised vectors, and give it for vectors as they are.

    Parameters
    ----------
    vectors : numpy.ndarray, shape (n_rows, size)
        Summaries of rows.
    labels : numpy.ndarray of int, shape (n_rows,)
        Their labels, of at least two kinds.
    weights : mapping of int to float
        The weight of each label that occurs.
    C : float
        Inverse strength of the L2 penalty.
    seed : int
        Of the solver.

    Returns
    -------
    dict
        The arrays of the network's head; zero for a label that does not occur.

    Examples
    --------
    >>> found = fit_head(np.array([[1.0, 5.0], [3.0, 5.0]]), np.array([0, 2]), {0: 1, 2: 1}, 1.0, 0)
    >>> {name: array.round(1).tolist()[2] for name, array in found.items()}
    {'heads.stance.weight': [0.699..., 0.0], 'heads.stance.bias': -1.299...}
    """
    mean, scale = vectors.mean(axis=0), vectors.std(axis=0)
    scale[scale == 0] = 1.0
    model = LogisticRegression(
        C=C, class_weight=dict(weights), max_iter=_MAX_ITERATIONS, random_state=seed
    )
    model.fit((vectors - mean) / scale, labels)
    found, offsets = model.coef_, model.intercept_
    if len(model.classes_) == 2:  # one row, for the second class against the first
        found, offsets = np.vstack([0 * found, found]), np.concatenate([0 * offsets, offsets])
    head, bias = np.zeros((len(LABELS), len(mean))), np.zeros(len(LABELS))
    head[model.classes_] = found / scale
    bias[model.classes_] = offsets - head[model.classes_] @ mean
    return {
        f"heads.{STANCE}.weight": head.astype(np.float32),
        f"heads.{STANCE}.bias": bias.astype(np.float32),
    }
