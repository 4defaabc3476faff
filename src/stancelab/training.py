"""Training one cell, and what the trained model answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, cast

import numpy as np
import pyarrow as pa

from stancelab.bias.measuring import bias_report
from stancelab.cells import Cell
from stancelab.evaluation.form import form_scores
from stancelab.evaluation.naming import naming_scores
from stancelab.evaluation.native import LABEL, PREDICTED
from stancelab.evaluation.predictions import PROBABILITIES, asked
from stancelab.evaluation.report import CellScore
from stancelab.models.base import StanceClassifier
from stancelab.models.fits import keep_fit
from stancelab.models.members import members_of
from stancelab.monitor import Monitor, Surroundings
from stancelab.plan import Plan
from stancelab.predictors.heads import HasNative, native_labels_of
from stancelab.predictors.holding import services_in
from stancelab.schema import labels_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stancelab.predictors.base import Predictor

_TIMED_ROWS = 16
_TIMED_ROWS_FAST = 400
_FAST_SECONDS = 0.1
_FORM_SECONDS = 2.0
"""What a slow model is given to answer retyped texts; it answers fewer of them."""
_BIAS_SECONDS = 10.0
"""The same for texts with other names."""


def fit_cell(
    planned: Plan, cell: Cell, monitor: Monitor, checkpoints: Path | None
) -> StanceClassifier:
    """Train one model on the training rows of one split, and not look at its test rows.

    A training that was cut off goes on from its last checkpoint.
    """
    table, split = planned.loaded.table, planned.split_of(cell)
    train, validation = table.take(split.train), table.take(split.validation)
    unlabelled = planned.unlabelled_for(cell)
    around = Surroundings(validation, labels_of(validation), checkpoints, monitor, unlabelled)
    model, labels = cell.build(), labels_of(train)
    model.fit(train, labels, around)
    if cell.role == "model" and cell.config in members_of(planned.config.model):
        keep_fit(model, train, labels, around, model.predictor_)
    return model


def run_cell(
    planned: Plan, cell: Cell, monitor: Monitor, checkpoints: Path | None
) -> tuple[CellScore, Predictor]:
    """Train one model on one split and predict its validation and test rows."""
    table, split = planned.loaded.table, planned.split_of(cell)
    started = perf_counter()
    model = fit_cell(planned, cell, monitor, checkpoints)
    train_seconds = perf_counter() - started
    parts = [
        _predictions(model, table.take(rows), part, planned.test_set_of[rows])
        for part, rows in (("validation", split.validation), ("test", split.test))
    ]
    services = services_in(model.predictor_)
    if services:  # asked only for what is tested: each row more is a request, and costs
        microseconds = float(sum(one.microseconds for one in services))
    else:
        microseconds = time_prediction(model.predictor_, table.take(split.test))
    score = CellScore(
        cell.model,
        cell.role,
        cell.seed,
        cell.fold,
        pa.concat_tables(parts),
        train_seconds,
        microseconds,
        cell.setting,
        cell.share,
        len(split.train),
    )
    if cell.role != "control" and cell.share == 1 and not services:
        labels, tested = planned.scoring.trained_labels[cell.setting], table.take(split.test)
        costs = {"microseconds": microseconds, "seconds": _BIAS_SECONDS}
        bias = bias_report(model.predict_proba, tested, labels, **costs)
        monitor.measure(_robustness(model, tested, labels, microseconds) | bias.metrics(), 0)
        score = replace(score, bias=bias)
    return score, model.predictor_


def _robustness(
    model: StanceClassifier, tested: pa.Table, labels: Sequence[int], microseconds: float
) -> dict[str, float]:
    """Measure whether answers stay when the text is typed, or its actor named, in another way."""
    found = form_scores(
        model.predict_proba, tested, labels, microseconds=microseconds, seconds=_FORM_SECONDS
    )
    return found | (
        naming_scores(model.predict_proba, tested, labels) if model.asks_by_name else {}
    )


def time_prediction(predictor: Predictor, table: pa.Table) -> float:
    """Measure the microseconds a row, of the predictor as it is exported, with no cache.

    Slow predictors are timed on 16 rows, others on up to 400.
    """
    exported = type(predictor).from_state(predictor.state())
    exported.predict_proba(table.slice(0, 1))  # what is made on first use is no cost of a row
    few = table.slice(0, _TIMED_ROWS)
    started = perf_counter()
    exported.predict_proba(few)
    seconds = perf_counter() - started
    if seconds < _FAST_SECONDS:
        few = table.slice(0, _TIMED_ROWS_FAST)
        started = perf_counter()
        exported.predict_proba(few)
        seconds = perf_counter() - started
    return 1e6 * seconds / len(few)


def _predictions(
    model: StanceClassifier, table: pa.Table, part: str, test_sets: NDArray[np.str_]
) -> pa.Table:
    heads = native_labels_of(model.predictor_)
    own: Mapping[str, NDArray[np.float64]] = {}
    if heads:
        probabilities, own = cast(HasNative, model.predictor_).predict_heads(table)
    else:
        probabilities = model.predict_proba(table)
    kept = asked(table).append_column("part", pa.repeat(part, len(table)))
    kept = kept.append_column("test_set", pa.array(test_sets.tolist(), pa.string()))
    for name, values in _native(heads, own, table).items():
        kept = kept.append_column(name, pa.array(values, pa.string()))
    for at, name in enumerate(PROBABILITIES):
        kept = kept.append_column(name, pa.array(probabilities[:, at]))
    return kept


def _native(
    heads: Mapping[str, Sequence[str]], answers: Mapping[str, NDArray[np.float64]], table: pa.Table
) -> dict[str, list[str]]:
    """Give the corpora's own labels and what the heads for them answer, where there are some.

    Both are empty for rows of a corpus without such a head, and for labels that it does not know.
    """
    if not heads:
        return {}
    found = {name: np.full(len(table), "", dtype=object) for name in (LABEL, PREDICTED)}
    truth = np.array(table.column("native_label").to_pylist(), dtype=object)
    corpora = np.array(table.column("dataset").to_pylist(), dtype=object)
    for corpus, labels in heads.items():
        rows = np.flatnonzero((corpora == corpus) & np.isin(truth, labels))
        found[LABEL][rows] = truth[rows]
        chosen = answers[corpus][rows].argmax(axis=1)
        found[PREDICTED][rows] = np.array(labels, dtype=object)[chosen]
    return {name: values.tolist() for name, values in found.items()}
