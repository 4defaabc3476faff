"""What teachers answer to training rows, mixed with the labels, for a student to learn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from stancelab.finetuning.shares import Shares
from stancelab.models.fits import fit_member
from stancelab.models.members import around_member
from stancelab.predictors.transformer import TransformerPredictor
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
        trained = [
            fit_member(one, rows, codes, around_member(near, turn * len(teachers) + at))
            for at, one in enumerate(teachers)
        ]
        stance[mine] = mixed(gold, codes, mean_answer(trained, rows))
        answers = _own_answer(trained, rows, name)
        if answers is not None:
            own[name] = mixed(gold, *answers)
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


def _own_answer(
    teachers: Sequence[Predictor], rows: pa.Table, corpus: str
) -> tuple[NDArray[np.int64], NDArray[np.float64]] | None:
    """Give the numbers of the rows' own labels, and what teachers with a head for them answer.

    None where no teacher has one, or where a row has no own label.
    """
    heads = [
        one
        for one in teachers
        if isinstance(one, TransformerPredictor) and corpus in one.native_labels
    ]
    if not heads:
        return None
    numbers = {word: at for at, word in enumerate(heads[0].native_labels[corpus])}
    words = rows.column("native_label").to_pylist()
    if not all(word in numbers for word in words):
        return None
    answers = np.mean([one.predict_native(rows, corpus) for one in heads], axis=0)
    return np.array([numbers[word] for word in words]), answers
