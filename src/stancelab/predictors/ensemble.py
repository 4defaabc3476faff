"""Several predictors as one, which answers with the mean of their probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, cast

import numpy as np

from stancelab.predictors.base import Predictor, State
from stancelab.predictors.checked import StateError, inner_of, setting
from stancelab.predictors.heads import HasNative, native_labels_of

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

_Value = TypeVar("_Value")


@dataclass(frozen=True, eq=False)
class EnsemblePredictor:
    """Predictors whose probabilities are averaged (soft voting).

    Parameters
    ----------
    members : sequence of Predictor
        Each counts alike.

    Examples
    --------
    >>> from stancelab.predictors.priors import ConstantPredictor
    >>> from stancelab.schema import as_table
    >>> one, other = (ConstantPredictor(np.array(p)) for p in ([0.2, 0.2, 0.6], [0.6, 0.4, 0.0]))
    >>> rows = as_table([{"text": "…", "actor": ""}])
    >>> EnsemblePredictor([one, other]).predict_proba(rows).round(2).tolist()
    [[0.4, 0.3, 0.3]]
    """

    kind: ClassVar[str] = "ensemble"
    members: Sequence[Predictor]

    def predict_proba(self, table: pa.Table) -> NDArray[np.float64]:
        """Give the mean of what the members answer."""
        found: NDArray[np.float64] = np.mean(
            [one.predict_proba(table) for one in self.members], axis=0
        )
        return found

    @property
    def native_labels(self) -> Mapping[str, tuple[str, ...]]:
        """The own labels of each corpus that every member has the same head for."""
        first, *others = (native_labels_of(one) for one in self.members)
        return {
            name: labels
            for name, labels in first.items()
            if all(own.get(name) == labels for own in others)
        }

    def predict_heads(
        self, table: pa.Table
    ) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
        """Give the mean of what the members answer, in our labels and in the corpora's own."""
        stances, own = zip(
            *(cast(HasNative, one).predict_heads(table) for one in self.members), strict=True
        )
        named = self.native_labels
        means = {name: np.mean([each[name] for each in own], axis=0) for name in named}
        return np.mean(stances, axis=0), means

    def state(self) -> State:
        """Give the members' kinds and states; their arrays and files are named by their place."""
        states = [one.state() for one in self.members]
        settings = [
            {"kind": one.kind, "settings": own.settings}
            for one, own in zip(self.members, states, strict=True)
        ]
        return State(
            {"members": settings},
            _together([own.arrays for own in states]),
            _together([own.files for own in states]),
        )

    @classmethod
    def from_state(cls, state: State) -> Self:
        """Make the members again."""
        settings = setting(state.settings, "members", list)
        if not settings:
            raise StateError("setting 'members' is empty, expected predictors")
        made = [
            inner_of(State(one, {}, _of(at, state.files)), _of(at, state.arrays))
            for at, one in enumerate(settings)
        ]
        return cls(made)


def _together(parts: Sequence[Mapping[str, _Value]]) -> dict[str, _Value]:
    return {f"{at}.{name}": one for at, own in enumerate(parts) for name, one in own.items()}


def _of(at: int, named: Mapping[str, Any]) -> dict[str, Any]:
    prefix = f"{at}."
    return {
        name.removeprefix(prefix): one for name, one in named.items() if name.startswith(prefix)
    }
