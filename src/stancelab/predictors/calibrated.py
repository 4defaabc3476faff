"""A predictor whose probabilities are corrected, so that they say how often it is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, Self, cast, get_args

import numpy as np

from stancelab.predictors.base import Predictor, State, softmax
from stancelab.predictors.checked import StateError, array, choice, inner_of, number
from stancelab.predictors.heads import native_labels_of
from stancelab.schema import LABELS

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

Method = Literal["temperature", "isotonic"]
METHODS: tuple[Method, ...] = get_args(Method)
COLDEST, HOTTEST = 1e-2, 1e2
"""Temperatures that a state may have; beyond them probabilities are 0 and 1, or all alike."""

_INNER = "inner."
"""What the names of the inner predictor's arrays begin with."""


class Curve(NamedTuple):
    """A rising function of one probability, linear between its points and level beyond them."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CalibratedPredictor:
    """Any predictor, and what its probabilities are turned into; one of 0 stays 0.

    Parameters
    ----------
    inner : Predictor
        The predictor that answers.
    method : {"temperature", "isotonic"}
        How its probabilities are corrected.
    temperature : float
        What the logarithms are divided by; above 1 makes it less sure.
    curves : sequence of Curve
        Of each label, in label order; only with ``"isotonic"``.
    """

    kind: ClassVar[str] = "calibrated"
    inner: Predictor
    method: Method
    temperature: float = 1.0
    curves: Sequence[Curve] = ()

    def predict_proba(self, table: pa.Table) -> NDArray[np.float64]:
        """Answer as the inner predictor does, and correct the probabilities."""
        return self._corrected(self.inner.predict_proba(table))

    def _corrected(self, found: NDArray[np.float64]) -> NDArray[np.float64]:
        if self.method == "isotonic":
            return follow(found, self.curves)
        return soften(found, self.temperature)

    @property
    def native_labels(self) -> Mapping[str, tuple[str, ...]]:
        """The own labels of each corpus that the inner predictor has a head for."""
        return native_labels_of(self.inner)

    def predict_heads(
        self, table: pa.Table
    ) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
        """Give the corrected probabilities, and those of the corpora's own labels as they are."""
        found, own = cast(Any, self.inner).predict_heads(table)
        return self._corrected(found), own

    def predict_native(self, table: pa.Table, head: str | None = None) -> NDArray[np.float64]:
        """Give the probabilities of a corpus' own labels; they are not corrected."""
        found: NDArray[np.float64] = cast(Any, self.inner).predict_native(table, head)
        return found

    def state(self) -> State:
        """Give the inner predictor's kind and state, and the correction."""
        inner = self.inner.state()
        settings = {
            "kind": self.inner.kind,
            "settings": inner.settings,
            "method": self.method,
            "temperature": self.temperature,
        }
        arrays = {_INNER + name: array for name, array in inner.arrays.items()}
        for label, curve in zip(LABELS, self.curves, strict=bool(self.curves)):
            arrays |= {f"{label}.x": curve.x, f"{label}.y": curve.y}
        return State(settings, arrays, inner.files)

    @classmethod
    def from_state(cls, state: State) -> Self:
        """Make the inner predictor and correct it as before."""
        found, arrays = state.settings, state.arrays
        method = choice(found, "method", METHODS)
        temperature = float(number(found, "temperature", COLDEST, HOTTEST))
        curves = tuple(map(partial(_curve, state), LABELS)) if method == "isotonic" else ()
        own = {name.removeprefix(_INNER): arrays[name] for name in arrays if _is_inner(name)}
        return cls(inner_of(state, own), method, temperature, curves)


def soften(probabilities: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """Divide logits by a temperature (Guo, Pleiss, Sun & Weinberger 2017).

    The logarithms of probabilities are their logits but for a constant that softmax takes out.

    Examples
    --------
    >>> soften(np.array([[0.8, 0.2, 0.0]]), 2.0).round(2).tolist()
    [[0.67, 0.33, 0.0]]
    """
    logits = np.full_like(probabilities, -np.inf)
    np.log(probabilities, out=logits, where=probabilities > 0)
    return softmax(logits / temperature) if len(logits) else logits


def follow(probabilities: NDArray[np.float64], curves: Sequence[Curve]) -> NDArray[np.float64]:
    """Turn each label's probability by its own curve, and divide a row by its sum.

    Each label against the others (Zadrozny & Elkan 2002). A row that the curves leave nothing of
    keeps its probabilities.

    Examples
    --------
    >>> doubled = Curve(np.array([0.0, 0.5]), np.array([0.0, 1.0]))
    >>> follow(np.array([[0.25, 0.0, 0.75]]), [doubled] * 3).round(2).tolist()
    [[0.33, 0.0, 0.67]]
    """
    columns = zip(probabilities.T, curves, strict=True)
    turned = np.column_stack([np.interp(column, curve.x, curve.y) for column, curve in columns])
    turned[probabilities == 0] = 0.0
    total = turned.sum(axis=1, keepdims=True)
    found = probabilities.copy()
    np.divide(turned, total, out=found, where=total > 0)
    return found


def _curve(state: State, label: str) -> Curve:
    """Give the curve of a label, which must rise from within 0 and 1 to within 0 and 1."""
    x, y = (array(state, f"{label}.{axis}", (None,)) for axis in "xy")
    for name, values in ((f"{label}.x", x), (f"{label}.y", y)):
        if len(x) != len(y) or not len(x) or values[0] < 0 or values[-1] > 1:
            raise StateError(f"array {name!r} is no axis of a curve from 0 to 1")
        if (np.diff(values) < 0).any():
            raise StateError(f"array {name!r} falls, expected a rising curve")
    return Curve(x, y)


def _is_inner(name: str) -> bool:
    return name.startswith(_INNER)
