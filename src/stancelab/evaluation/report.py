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
from stancelab.evaluation.predictions import probabilities_of
from stancelab.evaluation.test_sets import TestSet
from stancelab.evaluation.uncertainty import METRICS, DocumentBootstrap, Estimate, Outcome
from stancelab.schema import HOSTILE, NEUTRAL

_PART = pc.field("part")


@dataclass(frozen=True, slots=True, eq=False)
class CellScore:
    """What is known of one finished (setting, model, seed, fold): its predictions and its costs.

    Attributes
    ----------
    predictions : pyarrow.Table
        Those of `evaluation.predictions.asked`, part, test_set, and the three probabilities.
    setting : str
        What was trained on, where the experiment has several.
    """

    model: str
    role: str
    seed: int
    fold: int
    predictions: pa.Table
    train_seconds: float
    predict_microseconds: float
    setting: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One model of an experiment, over all its seeds; shares between 0 and 1.

    Attributes
    ----------
    train, test : str
        What was trained on and what was tested on.
    leaked : float
        Share of the tested rows whose text or document stands in training.
    """

    model: str
    role: str
    train: str
    test: str
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
    leaked: float

    def as_dict(self) -> dict[str, Any]:
        """Give the row for ``--json``."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Scoring:
    """What scoring the cells of an experiment needs to know of its plan.

    Attributes
    ----------
    title : str
        What is trained on, where the experiment has one setting.
    test_sets : tuple of TestSet
        What is tested on.
    trained_labels : mapping of str to tuple of int
        The labels that each setting's training rows have, by which it is validated.
    controls : mapping of str to str
        The name of a model's control, where it has one.
    leaked : mapping of (str, str) to float
        For a setting and a test set, the share of leaked rows.
    """

    title: str
    test_sets: tuple[TestSet, ...]
    trained_labels: Mapping[str, tuple[int, ...]]
    controls: Mapping[str, str]
    leaked: Mapping[tuple[str, str], float]


def leaderboard(cells: Sequence[CellScore], scoring: Scoring) -> list[Row]:
    """Score every model of an experiment on every test set, with intervals.

    Parameters
    ----------
    cells : sequence of CellScore
        The finished cells, in the order in which the models are to be shown.
    scoring : Scoring
        What the plan says of them.
    """
    by_setting: dict[str, dict[str, list[CellScore]]] = defaultdict(lambda: defaultdict(list))
    for cell in cells:
        by_setting[cell.setting][cell.model].append(cell)
    rows: list[Row] = []
    for setting, by_model in by_setting.items():
        tested = [
            one.predictions.filter(_PART == "test") for own in by_model.values() for one in own
        ]
        present = {name for rows in tested for name in rows["test_set"].unique().to_pylist()}
        for test_set in scoring.test_sets:
            if test_set.name in present:
                rows += _rows(by_model, setting, test_set, scoring)
    return rows


def _rows(
    by_model: Mapping[str, Sequence[CellScore]], setting: str, test_set: TestSet, scoring: Scoring
) -> list[Row]:
    """Score the models of one setting on one test set, on the same resamples."""
    outcomes = {name: _outcomes(own, test_set, "test") for name, own in by_model.items()}
    tested = {name for own in outcomes.values() for one in own for name in one.documents}
    bootstrap = DocumentBootstrap(tested, test_set.documents)
    labels = test_set.labels
    estimates = {name: bootstrap.estimate(own, labels) for name, own in outcomes.items()}
    validation = _validation(by_model, scoring.trained_labels[setting])
    about = {
        "train": setting or scoring.title,
        "test": test_set.name,
        "leaked": scoring.leaked.get((setting, test_set.name), 0.0),
    }
    return [
        _row(
            own,
            estimates,
            validation[name],
            outcomes[name],
            _control(name, by_model, scoring.controls),
            about,
        )
        for name, own in by_model.items()
    ]


def _outcomes(cells: Sequence[CellScore], test_set: TestSet, part: str) -> list[Outcome]:
    """Give one outcome a seed; the folds of a seed are one test set together."""
    by_seed: dict[int, list[pa.Table]] = defaultdict(list)
    for cell in sorted(cells, key=lambda cell: (cell.seed, cell.fold)):
        rows = cell.predictions.filter(part == _PART)
        if part == "test":
            rows = rows.filter(pc.field("test_set") == test_set.name)
        if len(rows):  # a small corpus may not be in every seed's test part
            by_seed[cell.seed].append(rows)
    return [outcome(pa.concat_tables(parts), test_set) for parts in by_seed.values()]


def outcome(predictions: pa.Table, test_set: TestSet) -> Outcome:
    """Turn a table of predictions into what the metrics take."""
    labels = predictions.column("label").to_numpy()
    predicted = decide(probabilities_of(predictions), test_set.decided)
    if test_set.hostile_or_not:
        labels, predicted = (
            np.where(one == HOSTILE, HOSTILE, NEUTRAL) for one in (labels, predicted)
        )
    return Outcome(
        predictions.column("statement").to_pylist(),
        predictions.column("document").to_pylist(),
        labels,
        predicted,
    )


def _validation(
    by_model: Mapping[str, Sequence[CellScore]], labels: tuple[int, ...]
) -> dict[str, float]:
    """Give the mean validation macro-F1 over seeds, by which the best model is chosen."""
    found = {}
    for name, cells in by_model.items():
        each = _outcomes(cells, TestSet("validation", labels, 0), "validation")
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
    about: Mapping[str, Any],
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
        **about,
        **values,
    )


def _spread(name: str, estimate: Estimate) -> dict[str, float | None]:
    low, high = estimate.interval
    found = {name: estimate.value, f"{name}_low": low, f"{name}_high": high}
    return {key: None if np.isnan(value) else value for key, value in found.items()}
