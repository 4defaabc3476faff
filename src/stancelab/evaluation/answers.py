"""All answers of a model on one test set, seen as labels and as probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stancelab.evaluation.abstention import RiskCoverage, risk_coverage
from stancelab.evaluation.calibration import Calibration, calibration
from stancelab.evaluation.metrics import confusion
from stancelab.evaluation.predictions import probabilities_of
from stancelab.evaluation.report import outcome
from stancelab.evaluation.test_sets import TestSet
from stancelab.schema import HOSTILE

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a model answered on one test set.

    Attributes
    ----------
    matrix : numpy.ndarray, shape (3, 3)
        True labels (rows) against predicted ones (columns).
    calibration : Calibration
        Whether its probabilities are to be believed.
    risk_coverage : RiskCoverage
        What answering less often would save.
    """

    matrix: NDArray[np.float64]
    calibration: Calibration
    risk_coverage: RiskCoverage


def answers(predictions: pa.Table, test_set: TestSet) -> Answers:
    """Look at predictions of one test set, of one seed or of several together.

    Where a corpus says only hostile or not, the probability of not is that of the two others.

    Parameters
    ----------
    predictions : pyarrow.Table
        As `evaluation.predictions` describes it.
    test_set : TestSet
        What the rows are of.
    """
    own = outcome(predictions, test_set)
    probabilities = probabilities_of(predictions)
    if test_set.hostile_or_not:
        hostile = probabilities[:, HOSTILE]
        probabilities = np.column_stack([hostile, 1 - hostile, np.zeros_like(hostile)])
    return Answers(
        confusion(own.labels, own.predicted),
        calibration(probabilities, own.labels, test_set.labels),
        risk_coverage(probabilities, own.labels, test_set.labels),
    )
