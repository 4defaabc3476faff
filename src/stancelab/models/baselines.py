"""What a trained model must beat: the commonest label, overall and by actor."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from stancelab.models.base import (
    ClassWeight,
    ModelConfig,
    StanceClassifier,
    weighted_counts,
    weights_of_labels,
)
from stancelab.predictors.priors import ActorPriorPredictor, ConstantPredictor

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from stancelab.monitor import Surroundings


class Majority(StanceClassifier):
    """Answers with the label shares of the training rows, the same for every row."""

    trained: ClassVar[bool] = False

    def __init__(self, class_weight: ClassWeight = "none") -> None:
        self.class_weight = class_weight

    def _learn(
        self, table: pa.Table, labels: NDArray[np.int64], around: Surroundings
    ) -> ConstantPredictor:
        counts = weighted_counts(labels, weights_of_labels(self.class_weight, labels))
        return ConstantPredictor(counts / counts.sum())


class ActorMajority(StanceClassifier):
    """Answers with the label shares that the actor had in training, whatever the text says.

    The overall shares count as one more row of every actor, which breaks ties and serves the
    actors that training lacked.
    """

    trained: ClassVar[bool] = False

    def __init__(self, class_weight: ClassWeight = "none") -> None:
        self.class_weight = class_weight

    def _learn(
        self, table: pa.Table, labels: NDArray[np.int64], around: Surroundings
    ) -> ActorPriorPredictor:
        weights = weights_of_labels(self.class_weight, labels)
        overall = weighted_counts(labels, weights)
        overall /= overall.sum()
        actors = table.column("actor").to_pylist()
        index = {name: at for at, name in enumerate(sorted(set(actors)))}
        counts = np.tile(overall, (len(index) + 1, 1))
        rows = np.array([index[name] for name in actors])
        np.add.at(counts, (rows, labels), [weights[code] for code in labels.tolist()])
        return ActorPriorPredictor(index, counts / counts.sum(axis=1, keepdims=True))


class MajorityConfig(ModelConfig):
    """The commonest label."""

    kind: Literal["majority"] = "majority"
    class_weight: ClassWeight = "none"

    def build(self, random_state: int) -> Majority:
        """Make the estimator; nothing in it is random."""
        return Majority(**self.parameters())


class ActorMajorityConfig(ModelConfig):
    """The commonest label of each actor."""

    kind: Literal["actor_majority"] = "actor_majority"
    class_weight: ClassWeight = "none"

    def build(self, random_state: int) -> ActorMajority:
        """Make the estimator; nothing in it is random."""
        return ActorMajority(**self.parameters())
