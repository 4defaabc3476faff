"""What teachers answer to training rows, mixed with the labels, for a student to learn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from stancelab.finetuning.corpora import Corpora
from stancelab.finetuning.shares import Shares
from stancelab.models.fits import fit_member
from stancelab.models.members import around_member
from stancelab.parallel import processes
from stancelab.predictors.heads import HasNative, native_labels_of
from stancelab.schema import LABELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stancelab.models.base import StanceClassifier
    from stancelab.monitor import Surroundings
    from stancelab.predictors.base import Predictor


def mean_answer(teachers: Sequence[Predictor], table: pa.Table) -> NDArray[np.float64]:
    """Give the mean probabilities that teachers answer with, shape (n_rows, 3)."""
    found: NDArray[np.float64] = np.mean([one.predict_proba(table) for one in teachers], axis=0)
    return found


def kept(
    folder: Path | None, name: str, ask: Callable[[], dict[str, NDArray[np.float64]]]
) -> dict[str, NDArray[np.float64]]:
    """Give the answers that a training got before it was interrupted, else ask and keep them.

    Parameters
    ----------
    folder : Path, optional
        The training's checkpoints; without them nothing is kept.
    name : str
        Of the file.
    ask : callable
        Asks the teachers, which may train them first.
    """
    if folder is None or processes() > 1:
        return ask()
    place = folder / f"{name}.safetensors"
    with suppress(OSError, SafetensorError):
        return load_file(place)
    found = ask()
    with suppress(OSError, SafetensorError):  # they can be asked for again
        folder.mkdir(parents=True, exist_ok=True)
        written = place.with_suffix(".part")
        save_file({one: np.ascontiguousarray(array) for one, array in found.items()}, written)
        written.replace(place)
    return found


def mixed(
    gold: float, labels: NDArray[np.int64], answers: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Mix labels with what teachers answered; `gold` is the weight of the labels, 0 to 1.

    Examples
    --------
    >>> mixed(0.5, np.array([1]), np.array([[0.5, 0.25, 0.25]])).tolist()
    [[0.25, 0.625, 0.125]]
    """
    found: NDArray[np.float64] = gold * np.eye(answers.shape[1])[labels] + (1 - gold) * answers
    return found


def shares_by_corpus(
    teachers: Sequence[StanceClassifier],
    gold: float,
    table: pa.Table,
    labels: NDArray[np.int64],
    around: Surroundings,
) -> Shares:
    """Train teachers on each corpus by itself, and ask them for its rows alone.

    Parameters
    ----------
    teachers : sequence of StanceClassifier
        Left as they are; a copy of each is trained on each corpus.
    gold : float
        The weight of the labels.
    table : pyarrow.Table
        The training rows.
    labels : numpy.ndarray of int, shape (n_rows,)
        Their labels.
    around : Surroundings
        Validation rows, of which the teachers of a corpus see those of that corpus.
    """
    datasets = np.array(table.column("dataset").to_pylist())
    stance, own = np.empty((len(table), len(LABELS))), {}
    for turn, name in enumerate(np.unique(datasets).tolist()):
        mine = np.flatnonzero(datasets == name)
        rows, codes, near = table.take(pa.array(mine)), labels[mine], _near(around, name)
        nears = [around_member(near, turn * len(teachers) + at) for at in range(len(teachers))]
        ask = partial(_answers, teachers, rows, codes, nears, name)
        answers = kept(around.checkpoints, f"answers_{turn}", ask)
        stance[mine] = mixed(gold, codes, answers["stance"])
        numbers = Corpora.of(rows, codes, native=True).own_codes(rows)
        if "own" in answers and (numbers >= 0).all():
            own[name] = mixed(gold, numbers, answers["own"])
    return Shares(stance, own)


def _near(around: Surroundings, corpus: str) -> Surroundings:
    """Give the validation rows of one corpus."""
    if around.validation is None or around.validation_labels is None:
        return around
    mine = np.array(around.validation.column("dataset").to_pylist(), dtype=object) == corpus
    return replace(
        around,
        validation=around.validation.filter(pa.array(mine)),
        validation_labels=around.validation_labels[mine],
    )


def _answers(
    teachers: Sequence[StanceClassifier],
    rows: pa.Table,
    codes: NDArray[np.int64],
    nears: Sequence[Surroundings],
    corpus: str,
) -> dict[str, NDArray[np.float64]]:
    """Give the mean answer in our labels, and that of the heads for the corpus' own, if any."""
    stances, heads = [], []
    for teacher, near in zip(teachers, nears, strict=True):
        one = fit_member(teacher, rows, codes, near)
        if corpus in native_labels_of(one):
            stance, own = cast(HasNative, one).predict_heads(rows)
            heads.append(own[corpus])
        else:
            stance = one.predict_proba(rows)
        stances.append(stance)
    means = {"stance": np.mean(stances, axis=0)}
    return means | {"own": np.mean(heads, axis=0)} if heads else means
