"""Predictors that do not read the statement: the label's share, overall or by actor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from stancelab.predictors.base import State
from stancelab.predictors.checked import shares, texts
from stancelab.schema import LABELS

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class ConstantPredictor:
    """The same probabilities for every row."""

    kind: ClassVar[str] = "constant"
    shares: NDArray[np.float64]

    def predict_proba(self, table: pa.Table) -> NDArray[np.float64]:
        """Repeat the shares for each row."""
        return np.tile(self.shares, (len(table), 1))

    def state(self) -> State:
        """Give the shares."""
        return State({}, {"shares": self.shares})

    @classmethod
    def from_state(cls, state: State) -> Self:
        """Make the predictor from its shares."""
        return cls(shares(state, "shares", (len(LABELS),)))


@dataclass(frozen=True, eq=False)
class ActorPriorPredictor:
    """The shares of the labels that this actor had in training; of all where it was not seen."""

    kind: ClassVar[str] = "actor_prior"
    actors: Mapping[str, int]
    shares: NDArray[np.float64]

    def predict_proba(self, table: pa.Table) -> NDArray[np.float64]:
        """Look up each row's actor; the last row of ``shares`` is for all others."""
        names = table.column("actor").to_pylist()
        return self.shares[[self.actors.get(name, len(self.actors)) for name in names]]

    def state(self) -> State:
        """Give the actors in the order of the shares."""
        order = sorted(self.actors, key=self.actors.__getitem__)
        return State({"actors": order}, {"shares": self.shares})

    @classmethod
    def from_state(cls, state: State) -> Self:
        """Make the predictor from its actors and shares."""
        actors = {name: at for at, name in enumerate(texts(state.settings, "actors"))}
        return cls(actors, shares(state, "shares", (len(actors) + 1, len(LABELS))))
