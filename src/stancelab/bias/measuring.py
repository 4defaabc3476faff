"""Asking a model about the same rows with the names of other actors, and counting what changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from stancelab.bias.alone import Alone
from stancelab.bias.preparing import (
    Prepared,
    alone_table,
    chosen_alone,
    chosen_swaps,
    prepare,
    swapped_table,
)
from stancelab.bias.records import ActorBias, BiasReport, Measured
from stancelab.bias.swapping import Swap, rows_of
from stancelab.evaluation.few import spread
from stancelab.evaluation.metrics import decide
from stancelab.evaluation.uncertainty import DocumentBootstrap, Estimate
from stancelab.schema import COOPERATIVE, HOSTILE, LABELS, NEUTRAL

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_ROWS = 1500
"""How many rows are looked at, at most."""
MIN_ANSWERS, MAX_ANSWERS = 150, 6000
"""How many answers are asked for at least, however slow a model is, and at most."""
_ALONE = 0.25
"""The part of the answers that goes to texts with nothing but a name."""

Predict = Callable[[pa.Table], "NDArray[np.float64]"]


class _Swapped(NamedTuple):
    """What was answered with other names, one place for each answer."""

    swaps: Sequence[Swap]
    changed: NDArray[np.float64]
    shift: NDArray[np.float64]
    documents: NDArray[np.int64]
    bootstrap: DocumentBootstrap

    def mean(
        self, values: NDArray[np.float64], own: NDArray[np.bool_] | None = None
    ) -> Measured | None:
        """Give a mean over all or some answers, with its interval over documents."""
        documents = self.documents if own is None else self.documents[own]
        values = values if own is None else values[own]
        if not len(values):
            return None
        known, at = np.unique(documents, return_inverse=True)
        weights = self.bootstrap.weights[:, known]
        total, asked = weights @ np.bincount(at, values), weights @ np.bincount(at)
        drawn = np.full(len(asked), np.nan)  # a resample may have none of them
        np.divide(total, asked, out=drawn, where=asked > 0)
        return Measured(float(values.mean()), *Estimate(0.0, drawn).interval)


class _Named(NamedTuple):
    """What was answered to texts with nothing but a name."""

    texts: Sequence[Alone]
    probabilities: NDArray[np.float64]


def bias_report(
    predict_proba: Predict,
    table: pa.Table,
    labels: Sequence[int],
    *,
    microseconds: float,
    seconds: float = 10.0,
) -> BiasReport:
    """Measure whether another actor's name in the same text changes the answer.

    Up to 1,500 rows are looked at, evenly spread over the sorted ids. A slow model is asked about
    fewer of those that can be tested: as many as fit into the seconds.

    Parameters
    ----------
    predict_proba : callable
        Answers a statement table with probabilities, shape (n_rows, 3).
    table : pyarrow.Table
        A statement table; no labels are needed.
    labels : sequence of int
        The labels of the corpus, among which the most probable is chosen.
    microseconds : float
        What a row takes to predict.
    seconds : float
        How long all answers may take; 150 are asked for however long they take.

    Examples
    --------
    >>> from stancelab.schema import as_table
    >>> def hates_minsk(table):
    ...     named = ["Minsk" in text for text in table["text"].to_pylist()]
    ...     return np.array([[0.8, 0.1, 0.1] if one else [0.1, 0.8, 0.1] for one in named])
    >>> rows = [{"text": "Oslo thanked Minsk.", "actor": "Belarus", "mention_start": 13,
    ...          "mention_end": 18, "language": "en"}]
    >>> report = bias_report(hates_minsk, as_table(rows), (0, 1, 2), microseconds=1)
    >>> report.answers, report.changed.value
    (5, 1.0)
    """
    looked = spread(table, MAX_ROWS)
    if not len(looked):
        return BiasReport()
    prepared = prepare(tuple(rows_of(looked)))
    most = int(np.clip(seconds * 1e6 / max(microseconds, 1e-3), MIN_ANSWERS, MAX_ANSWERS))
    named = _ask_alone(predict_proba, prepared, int(most * _ALONE))
    chosen = chosen_swaps(prepared.swaps.swaps, most - len(named.texts))
    swapped = _ask_swapped(predict_proba, looked, prepared, chosen, labels) if chosen else None
    return BiasReport(
        rows=len(looked),
        not_tested=prepared.swaps.not_tested,
        tested=len({one.row for one in chosen}),
        answers=len(chosen),
        changed=swapped and swapped.mean(swapped.changed),
        moved=swapped and swapped.mean(np.abs(swapped.shift)),
        alone_neutral=_neutral(named, labels),
        alone_spread=_spread_of(named),
        actors=tuple(_by_actor(swapped, named, labels)),
    )


def _ask_swapped(
    predict_proba: Predict,
    table: pa.Table,
    prepared: Prepared,
    swaps: Sequence[Swap],
    labels: Sequence[int],
) -> _Swapped:
    rows = list(dict.fromkeys(one.row for one in swaps))
    at = {row: number for number, row in enumerate(rows)}
    before = predict_proba(table.take(rows))[[at[one.row] for one in swaps]]
    after = predict_proba(swapped_table(table, prepared, swaps))
    documents = table.column("document").take([one.row for one in swaps]).to_pylist()
    bootstrap = DocumentBootstrap(documents, len(set(documents)))
    return _Swapped(
        swaps,
        (decide(before, labels) != decide(after, labels)).astype(np.float64),
        _stances(after) - _stances(before),
        bootstrap.numbers(documents),
        bootstrap,
    )


def _ask_alone(predict_proba: Predict, prepared: Prepared, most: int) -> _Named:
    texts = chosen_alone(prepared.alone, most)
    if not texts:
        return _Named((), np.zeros((0, len(LABELS))))
    return _Named(texts, predict_proba(alone_table(prepared, texts)))


def _stances(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give p(cooperative) - p(hostile)."""
    found: NDArray[np.float64] = probabilities[:, COOPERATIVE] - probabilities[:, HOSTILE]
    return found


def _neutral(named: _Named, labels: Sequence[int]) -> float | None:
    """Give the share of neutral answers, where the corpus has that label."""
    if not named.texts or NEUTRAL not in labels:
        return None
    return float((decide(named.probabilities, labels) == NEUTRAL).mean())


def _spread_of(named: _Named) -> float | None:
    """Give the standard deviation over actors of their mean stances."""
    by_actor: dict[str, list[float]] = {}
    for one, stance in zip(named.texts, _stances(named.probabilities).tolist(), strict=True):
        by_actor.setdefault(one.actor, []).append(stance)
    return float(np.std([np.mean(own) for own in by_actor.values()])) if by_actor else None


def _by_actor(
    swapped: _Swapped | None, named: _Named, labels: Sequence[int]
) -> Iterator[ActorBias]:
    """Give what is known of each actor, those first of whom most was asked."""
    old = np.array([one.actor for one in swapped.swaps] if swapped else [], dtype=object)
    new = np.array([one.other for one in swapped.swaps] if swapped else [], dtype=object)
    alone = np.array([one.actor for one in named.texts], dtype=object)
    actors = sorted({*old, *new, *alone})
    actors.sort(key=lambda one: -int((old == one).sum() + (new == one).sum()))
    for actor in actors:
        own, put = old == actor, new == actor
        texts = named.probabilities[alone == actor] if len(alone) else named.probabilities
        mean = texts.mean(axis=0, keepdims=True) if len(texts) else texts
        yield ActorBias(
            actor,
            replaced=int(own.sum()),
            changed=swapped and swapped.mean(swapped.changed, own),
            put_in=int(put.sum()),
            put_in_changed=swapped and swapped.mean(swapped.changed, put),
            shift=swapped and swapped.mean(swapped.shift, put),
            alone=float(_stances(mean)[0]) if len(mean) else None,
            alone_label=LABELS[decide(mean, labels)[0]] if len(mean) else "",
        )
