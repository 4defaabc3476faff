"""The actor-blind control of any model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from sklearn.base import clone

from stancelab.models.base import StanceClassifier
from stancelab.predictors.blind import ActorBlindPredictor, hide_actor

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from stancelab.monitor import Surroundings


class ActorBlind(StanceClassifier):
    """A model that is shown the unmarked text and nothing else, in training and after.

    All pairs of one statement get equal probabilities, so what it scores is what the text
    gives away without the question.

    Parameters
    ----------
    estimator : StanceClassifier
        The model that the control belongs to.
    """

    def __init__(self, estimator: StanceClassifier) -> None:
        self.estimator = estimator

    def _learn(
        self, table: pa.Table, labels: NDArray[np.int64], around: Surroundings
    ) -> ActorBlindPredictor:
        shown = {"validation": around.validation, "unlabelled": around.unlabelled}
        hidden = {name: hide_actor(rows) for name, rows in shown.items() if rows is not None}
        inner = clone(self.estimator).fit(hide_actor(table), labels, replace(around, **hidden))
        return ActorBlindPredictor(inner.predictor_)
