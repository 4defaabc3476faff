"""What is known of cells and of models: predictions, costs, and the rows of a leaderboard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from stancelab.evaluation.metrics import decide
from stancelab.evaluation.predictions import probabilities_of
from stancelab.evaluation.test_sets import TestSet
from stancelab.evaluation.uncertainty import Outcome
from stancelab.schema import HOSTILE, NEUTRAL

if TYPE_CHECKING:
    from stancelab.bias.records import BiasReport


@dataclass(frozen=True, slots=True, eq=False)
class CellScore:
    """What is known of one finished (setting, model, seed, fold): its predictions and its costs.

    Attributes
    ----------
    predictions : pyarrow.Table
        Those of `evaluation.predictions.asked`, part, test_set, and the three probabilities.
    setting : str
        What was trained on, where the experiment has several.
    share : float
        Of the training documents that it was trained on; below 1 in a learning curve alone.
    train_rows : int
        How many rows it was trained on; 0 where that was not kept.
    bias : BiasReport, optional
        What other names change in its answers, where that was measured now.
    """

    model: str
    role: str
    seed: int
    fold: int
    predictions: pa.Table
    train_seconds: float
    predict_microseconds: float
    setting: str = ""
    share: float = 1.0
    train_rows: int = 0
    bias: BiasReport | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One model of an experiment, over all its seeds; shares between 0 and 1.

    Attributes
    ----------
    train, test : str
        What was trained on and what was tested on.
    leaked : float
        Share of the tested rows whose text or document stands in training.
    macro_f1_seeds_low, macro_f1_seeds_high : float or None
        95 % interval over seeds and documents together, where there are several seeds.
    mae : float
        Mean absolute error in steps of the scale hostile, neutral, cooperative; 0 to 2.
    best_difference : float or None
        Macro-F1 minus that of the best on this test set, where the models were compared.
    best_p : float or None
        Of that difference, by approximate randomisation with Holm's correction.
    best_detectable : float or None
        The smallest difference from the best that these rows would show with a power of 80 %.
    is_indistinct : bool or None
        Whether that difference is not significant; also true of the best.
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
    validation_macro_f1: float | None
    control: str | None
    control_difference: float | None
    control_difference_low: float | None
    control_difference_high: float | None
    above_control: bool | None
    train_seconds: float | None
    predict_microseconds: float
    test_rows: int
    leaked: float
    macro_f1_seeds_low: float | None = None
    macro_f1_seeds_high: float | None = None
    mae: float | None = None
    mae_low: float | None = None
    mae_high: float | None = None
    weighted_kappa: float | None = None
    weighted_kappa_low: float | None = None
    weighted_kappa_high: float | None = None
    polar_errors: float | None = None
    polar_errors_low: float | None = None
    polar_errors_high: float | None = None
    best_difference: float | None = None
    best_p: float | None = None
    best_detectable: float | None = None
    is_indistinct: bool | None = None

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
        predictions.column("id").to_pylist(),
    )
