"""The words that led a predictor to its answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from stancelab.features.words import WordWeights
from stancelab.predictors.base import Predictor
from stancelab.predictors.blind import ActorBlindPredictor, hide_actor
from stancelab.schema import LABELS

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

MOST_WORDS = 8
"""How many words of a row are named."""


@runtime_checkable
class WeighsWords(Protocol):
    """A predictor that can tell which words of a text its answer comes from."""

    def weigh_words(
        self, table: pa.Table, answers: NDArray[np.int64], truths: NDArray[np.int64]
    ) -> list[WordWeights]:
        """Say how much each word adds to the answer's score over that of the true label.

        Parameters
        ----------
        table : pyarrow.Table
            The rows.
        answers, truths : numpy.ndarray of int, shape (n_rows,)
            The label that a row was given, and the one that it has.
        """


def evidence(
    predictor: Predictor,
    table: pa.Table,
    answers: NDArray[np.int64],
    truths: NDArray[np.int64],
) -> list[tuple[tuple[str, float], ...]]:
    """Name the words of each row that speak most for its answer against its true label.

    A predictor that holds another one is looked through. The actor's mention counts as one word,
    as the text names it, and a word that occurs several times as one.

    Parameters
    ----------
    predictor : Predictor
        Who answered.
    table : pyarrow.Table
        What was asked.
    answers, truths : numpy.ndarray of int, shape (n_rows,)
        The label that each row was given, and the one that it has.

    Returns
    -------
    list of tuple of (str, float)
        For each row up to eight words with their weight, in logits, the strongest first; none
        where nothing speaks for the answer, or where a predictor cannot tell words apart.

    Examples
    --------
    >>> from stancelab.features.lexicon import Lexicon
    >>> from stancelab.predictors.lexicon import LexiconPredictor
    >>> from stancelab.schema import as_table
    >>> lexicon = LexiconPredictor(Lexicon.packaged(), np.ones(3))
    >>> table = as_table([{"text": "Riga Thanked Oslo.", "actor": "Oslo"}])
    >>> evidence(lexicon, table, np.array([2]), np.array([1]))
    [(('Thanked', 3.0),)]
    """
    while (inner := getattr(predictor, "inner", None)) is not None:
        if isinstance(predictor, ActorBlindPredictor):
            table = hide_actor(table)
        predictor = inner
    if not isinstance(predictor, WeighsWords) or not len(table):
        return [()] * len(table)
    return [strongest(row.words) for row in predictor.weigh_words(table, answers, truths)]


def strongest(words: Sequence[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """Choose the words that speak most for an answer; upper and lower case are one word."""
    total: dict[str, float] = {}
    written: dict[str, str] = {}
    for word, weight in words:
        key = word.casefold()
        total[key] = total.get(key, 0.0) + weight
        written.setdefault(key, word)
    order = sorted(total, key=total.__getitem__, reverse=True)
    chosen = [key for key in order if total[key] > 0 and any(map(str.isalnum, key))]
    return tuple((written[key], total[key]) for key in chosen[:MOST_WORDS])


def contrasts(
    answers: NDArray[np.int64], truths: NDArray[np.int64], known: Sequence[int]
) -> NDArray[np.float64]:
    """Give what each label's score counts in that of the answer over that of the true label.

    A true label that training did not have has no score; the answer is then held against the mean
    of the others that it had.

    Parameters
    ----------
    answers, truths : numpy.ndarray of int, shape (n_rows,)
        Two labels for each row.
    known : sequence of int
        The labels that training had.

    Returns
    -------
    numpy.ndarray, shape (n_rows, 3)
        Rows sum to 0, unless training had one label alone.

    Examples
    --------
    >>> contrasts(np.array([2, 2]), np.array([0, 1]), [0, 2]).tolist()
    [[-1.0, 0.0, 1.0], [-1.0, 0.0, 1.0]]
    """
    rows, n_labels = np.arange(len(answers)), len(LABELS)
    rivals = np.zeros((len(answers), n_labels))
    rivals[rows, truths] = 1
    untaught = ~np.isin(truths, known)
    rivals[untaught] = np.isin(np.arange(n_labels), known)
    rivals[rows, answers] = 0
    rivals /= np.maximum(rivals.sum(axis=1, keepdims=True), 1)
    found = 0.0 - rivals  # and no zero is negative
    found[rows, answers] = 1
    return found
