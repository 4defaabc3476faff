"""The leaderboard of an experiment: one row a model, as objects and as a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stancelab.evaluation.metrics import confusion, decide, scores
from stancelab.evaluation.uncertainty import METRICS, DocumentBootstrap, Estimate, Outcome

PROBABILITIES = ("p_hostile", "p_neutral", "p_cooperative")


@dataclass(frozen=True, slots=True, eq=False)
class CellScore:
    """What is known of one finished (model, seed, fold): its predictions and its costs.

    Attributes
    ----------
    predictions : pyarrow.Table
        Columns id, statement, document, part, label, the three probabilities.
    """

    model: str
    role: str
    seed: int
    fold: int
    predictions: pa.Table
    train_seconds: float
    predict_microseconds: float


@dataclass(frozen=True, slots=True)
class Row:
    """One model of an experiment, over all its seeds; shares between 0 and 1."""

    model: str
    role: str
    seeds: int
    macro_f1: float
    macro_f1_low: float
    macro_f1_high: float
    polar_f1: float
    polar_f1_low: float
    polar_f1_high: float
    accuracy: float
    accuracy_low: float
    accuracy_high: float
    actor_swap: float | None
    actor_swap_low: float | None
    actor_swap_high: float | None
    validation_macro_f1: float
    control: str | None
    control_difference: float | None
    control_difference_low: float | None
    control_difference_high: float | None
    above_control: bool | None
    train_seconds: float
    predict_microseconds: float
    test_rows: int

    def as_dict(self) -> dict[str, Any]:
        """Give the row for ``--json``."""
        return asdict(self)


def leaderboard(
    cells: Sequence[CellScore], documents: int, labels: Sequence[int], controls: Mapping[str, str]
) -> list[Row]:
    """Score every model of an experiment on the test part, with intervals.

    Parameters
    ----------
    cells : sequence of CellScore
        The finished cells, in the order in which the models are to be shown.
    documents : int
        How many documents the corpus has.
    labels : sequence of int
        The labels of the corpus.
    controls : mapping of str to str
        The name of a model's control, where it has one.
    """
    by_model: dict[str, list[CellScore]] = defaultdict(list)
    for cell in cells:
        by_model[cell.model].append(cell)
    outcomes = {name: _outcomes(own, labels, "test") for name, own in by_model.items()}
    tested = {name for own in outcomes.values() for one in own for name in one.documents}
    bootstrap = DocumentBootstrap(tested, documents)
    estimates = {name: bootstrap.estimate(own, labels) for name, own in outcomes.items()}
    validation = _validation(by_model, labels)
    return [
        _row(own, estimates, validation[name], outcomes[name], _control(name, by_model, controls))
        for name, own in by_model.items()
    ]


def _outcomes(cells: Sequence[CellScore], labels: Sequence[int], part: str) -> list[Outcome]:
    """Give one outcome a seed; the folds of a seed are one test set together."""
    by_seed: dict[int, list[pa.Table]] = defaultdict(list)
    for cell in sorted(cells, key=lambda cell: (cell.seed, cell.fold)):
        rows = cell.predictions.filter(pc.field("part") == part)
        by_seed[cell.seed].append(rows)
    return [outcome(pa.concat_tables(parts), labels) for parts in by_seed.values()]


def outcome(predictions: pa.Table, labels: Sequence[int]) -> Outcome:
    """Turn a table of predictions into what the metrics take."""
    probabilities = np.column_stack([predictions.column(name).to_numpy() for name in PROBABILITIES])
    return Outcome(
        predictions.column("statement").to_pylist(),
        predictions.column("document").to_pylist(),
        predictions.column("label").to_numpy(),
        decide(probabilities, labels),
    )


def _validation(
    by_model: Mapping[str, Sequence[CellScore]], labels: Sequence[int]
) -> dict[str, float]:
    """Give the mean validation macro-F1 over seeds, by which the best model is chosen."""
    found = {}
    for name, cells in by_model.items():
        each = _outcomes(cells, labels, "validation")
        values = [scores(confusion(one.labels, one.predicted), labels)["macro_f1"] for one in each]
        found[name] = float(np.mean(values))
    return found


def _control(
    name: str, by_model: Mapping[str, Sequence[CellScore]], controls: Mapping[str, str]
) -> str | None:
    """Name the control of a model, where both have been run on the same seeds."""
    control = controls.get(name)
    if control is None or control not in by_model:
        return None
    seeds = ({(cell.seed, cell.fold) for cell in by_model[one]} for one in (name, control))
    return control if next(seeds) == next(seeds) else None


def _row(
    cells: Sequence[CellScore],
    estimates: Mapping[str, Mapping[str, Estimate]],
    validation: float,
    outcomes: Sequence[Outcome],
    control: str | None,
) -> Row:
    own = estimates[cells[0].model]
    values: dict[str, Any] = {}
    for metric in METRICS:
        values |= _spread(metric, own[metric])
    difference = own["macro_f1"].minus(estimates[control]["macro_f1"]) if control else None
    empty = dict.fromkeys(f"control_difference{end}" for end in ("", "_low", "_high"))
    values |= _spread("control_difference", difference) if difference else empty
    return Row(
        model=cells[0].model,
        role=cells[0].role,
        seeds=len(outcomes),
        validation_macro_f1=validation,
        control=control,
        above_control=difference.interval[0] > 0 if difference else None,
        train_seconds=float(np.mean([cell.train_seconds for cell in cells])),
        predict_microseconds=float(np.mean([cell.predict_microseconds for cell in cells])),
        test_rows=sum(len(one.labels) for one in outcomes),
        **values,
    )


def _spread(name: str, estimate: Estimate) -> dict[str, float | None]:
    low, high = estimate.interval
    found = {name: estimate.value, f"{name}_low": low, f"{name}_high": high}
    return {key: None if np.isnan(value) else value for key, value in found.items()}
