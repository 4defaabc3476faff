"""Approximate randomisation: how often exchanged answers differ as much as two models do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stancelab.evaluation.uncertainty import DocumentBootstrap, Outcome

_CHUNK = 1000
"""Rounds at a time: 12 MB for 3,000 documents."""

_TIE = 1e-6
"""Two differences that are nearer are the same one, rounded."""


def randomisation(
    outcomes: Mapping[str, Sequence[Outcome]],
    documents: DocumentBootstrap,
    labels: Sequence[int],
    rounds: int,
    random_state: int = 0,
) -> dict[tuple[str, str], float]:
    """Give the two-sided p of the difference in macro-F1, for every pair of models.

    Were two models the same, their answers could be exchanged. A round exchanges those to a half
    of the documents, drawn by chance, and p is the share of rounds in which the difference
    is as large as it truly is, the true one counted with them (Noreen 1989, Computer-Intensive
    Methods for Testing Hypotheses; Yeh 2000, More accurate tests for the statistical significance
    of result differences). All rows of a document, in all seeds, are exchanged together, because
    they are not independent. The test is of the models as these seeds trained them: it does not
    say that other seeds would differ too.

    Parameters
    ----------
    outcomes : mapping of str to sequence of Outcome
        By model, one for each seed, on the same rows.
    documents : DocumentBootstrap
        Of the documents that are tested.
    labels : sequence of int
        The labels that macro-F1 averages over.
    rounds : int
        How many rounds there are; no p is below ``1 / (rounds + 1)``.
    random_state : int
        Seed of the exchanges, which all pairs share.

    Returns
    -------
    dict
        By pair, in the order of the models.
    """
    pairs = list(combinations(outcomes, 2))
    if not pairs:
        return {}
    counts = {name: _counts(own, documents, labels) for name, own in outcomes.items()}
    first = next(iter(outcomes.values()))
    true = np.array([[(one.labels == label).sum() for one in first for label in labels]]).T
    true = true.astype(np.float32)
    whole = {name: own.sum(axis=0)[:, None] for name, own in counts.items()}
    found = {
        (one, other): abs(_difference(whole[one], whole[other], true)[0]) for one, other in pairs
    }
    reached = dict.fromkeys(pairs, 1)
    for exchanged in _exchanges(len(documents), rounds, random_state):
        moved = {name: own.T @ exchanged for name, own in counts.items()}
        for one, other in pairs:
            change = moved[other] - moved[one]
            drawn = _difference(whole[one] + change, whole[other] - change, true)
            reached[one, other] += int((np.abs(drawn) >= found[one, other] - _TIE).sum())
    return {pair: count / (rounds + 1) for pair, count in reached.items()}


def _difference(
    one: NDArray[np.float32], other: NDArray[np.float32], true: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Give macro-F1 of one model less that of another, mean over seeds.

    Parameters
    ----------
    one, other : numpy.ndarray, shape (2 * n_seeds * n_labels, n_rounds)
        Counts, as `_counts` orders them.
    true : numpy.ndarray, shape (n_seeds * n_labels, 1)
        How many rows truly have each label.
    """
    difference: NDArray[np.float32] = (_f1(one, true) - _f1(other, true)).mean(axis=0)
    return difference


def _f1(counts: NDArray[np.float32], true: NDArray[np.float32]) -> NDArray[np.float32]:
    right, predicted = np.split(counts, 2)
    # a label that is neither true nor predicted has no row that is right: 0, as in `f1_scores`
    f1: NDArray[np.float32] = 2 * right / np.maximum(true + predicted, 1)
    return f1


def _counts(
    outcomes: Sequence[Outcome], documents: DocumentBootstrap, labels: Sequence[int]
) -> NDArray[np.float32]:
    """Count for each document what F1 is made of: rows that are right, and predicted, by label.

    Returns
    -------
    numpy.ndarray, shape (n_documents, 2 * n_seeds * n_labels)
        Whole numbers, which float32 adds up without error.
    """
    columns = []
    for only_right in (True, False):
        for one in outcomes:
            number = documents.numbers(one.documents)
            for label in labels:
                of_label = one.predicted == label
                kept = of_label & (one.labels == label) if only_right else of_label
                columns.append(np.bincount(number[kept], minlength=len(documents)))
    return np.column_stack(columns).astype(np.float32)


def _exchanges(documents: int, rounds: int, random_state: int) -> Iterator[NDArray[np.float32]]:
    """Draw which documents are exchanged, 0 or 1, shape (n_documents, a part of the rounds)."""
    generator = np.random.default_rng(random_state)
    for start in range(0, rounds, _CHUNK):
        size = (-(-documents // 8), min(_CHUNK, rounds - start))
        drawn = generator.integers(0, 256, size, dtype=np.uint8)
        yield np.unpackbits(drawn, axis=0, count=documents).astype(np.float32)
