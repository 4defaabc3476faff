"""The errors that a model is surest of, and the words that led to them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from stancelab.evaluation.calibration import share_among
from stancelab.evaluation.metrics import decide
from stancelab.evaluation.predictions import probabilities_of
from stancelab.evaluation.report import outcome
from stancelab.evaluation.test_sets import TestSet
from stancelab.predictors.base import Predictor
from stancelab.predictors.evidence import evidence
from stancelab.schema import COOPERATIVE, HOSTILE, LABELS, NEUTRAL
from stancelab.schema import as_table as statement_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_MISTAKES = 100
"""How many errors of a model are shown."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A row that got the wrong label.

    Attributes
    ----------
    id : str
        The row's.
    text, actor, language : str
        What was asked.
    mention_start, mention_end : int
        Where the text names the actor; -1 where it does not.
    label, predicted : str
        The true label and the answer.
    confidence : float
        Probability of the answer.
    words : tuple of (str, float)
        The words that spoke most for the answer against the true label, the strongest first, with
        their weight; empty for a model that cannot tell.
    """

    id: str
    text: str
    actor: str
    language: str
    mention_start: int
    mention_end: int
    label: str
    predicted: str
    confidence: float
    words: tuple[tuple[str, float], ...]


_SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("text", pa.string()),
        ("actor", pa.string()),
        ("language", pa.string()),
        ("mention_start", pa.int32()),
        ("mention_end", pa.int32()),
        ("label", pa.string()),
        ("predicted", pa.string()),
        ("confidence", pa.float64()),
        ("words", pa.string()),
    ]
)
_ASKED = ("id", "text", "actor", "language", "mention_start", "mention_end")


def mistakes(
    predictions: pa.Table, predictor: Predictor, test_set: TestSet, limit: int = MOST_MISTAKES
) -> list[Mistake]:
    """Find the wrong answers that a predictor is surest of, and what led to them.

    Parameters
    ----------
    predictions : pyarrow.Table
        Its answers on one test set, as `evaluation.predictions` describes them.
    predictor : Predictor
        Who answered.
    test_set : TestSet
        What the rows are of. Where it says only hostile or not, an answer is one of these.
    limit : int
        The most that are given.

    Returns
    -------
    list of Mistake
        The surest first, equally sure ones by their id.
    """
    found = outcome(predictions, test_set)
    confidence = _confidence(predictions, test_set, found.predicted)
    wrong = np.flatnonzero(found.labels != found.predicted)
    ids = np.array(predictions.column("id").to_pylist())
    chosen = wrong[np.lexsort((ids[wrong], -confidence[wrong]))][:limit]
    shown = predictions.take(pa.array(chosen))
    words = evidence(predictor, statement_table(shown), *_compared(shown, test_set))
    labels, answers = (
        [LABELS[code] for code in codes[chosen]] for codes in (found.labels, found.predicted)
    )
    sure = confidence[chosen].tolist()
    rows = zip(shown.select(_ASKED).to_pylist(), labels, answers, sure, words, strict=True)
    return [
        Mistake(**row, label=label, predicted=answer, confidence=share, words=own)
        for row, label, answer, share, own in rows
    ]


def _confidence(
    predictions: pa.Table, test_set: TestSet, predicted: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Give the probability of each answer, among those that the test set allows."""
    probabilities = probabilities_of(predictions)
    if test_set.hostile_or_not:
        hostile = probabilities[:, HOSTILE]
        return np.where(predicted == HOSTILE, hostile, 1 - hostile)
    shares = share_among(probabilities, test_set.labels)
    columns = np.searchsorted(test_set.labels, predicted)
    own: NDArray[np.float64] = shares[np.arange(len(shares)), columns]
    return own


def _compared(
    predictions: pa.Table, test_set: TestSet
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the answer and the true label between which the words decided.

    Of not hostile, which is two labels, the more probable one.
    """
    probabilities = probabilities_of(predictions)
    answers = decide(probabilities, test_set.decided)
    truths = predictions.column("label").to_numpy()
    if test_set.hostile_or_not:
        truths = np.where(truths == HOSTILE, HOSTILE, decide(probabilities, (NEUTRAL, COOPERATIVE)))
    return answers, truths


def as_table(mistakes: Sequence[Mistake]) -> pa.Table:
    """Turn mistakes into a table with a column for each field; the words are JSON text."""
    rows = [asdict(one) for one in mistakes]
    words = [{"words": json.dumps(one.words, ensure_ascii=False)} for one in mistakes]
    return pa.Table.from_pylist(
        [row | own for row, own in zip(rows, words, strict=True)], schema=_SCHEMA
    )


def from_table(table: pa.Table) -> list[Mistake]:
    """Make the mistakes again from what `as_table` gave."""
    return [
        Mistake(
            **row | {"words": tuple((word, weight) for word, weight in json.loads(row["words"]))}
        )
        for row in table.to_pylist()
    ]
