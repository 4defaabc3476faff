"""Choosing what computes the network of a predictor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal, Protocol, Self, runtime_checkable

from stancelab.errors import StancelabError
from stancelab.predictors.base import ENSEMBLE, WRAPPERS, Predictor, innermost

Runtime = Literal["auto", "openvino", "onnxruntime"]
"""``"auto"`` is the fastest that is installed."""


@runtime_checkable
class HasRuntime(Protocol):
    """A predictor with a network that more than one runtime can compute."""

    def with_runtime(self, runtime: Runtime) -> Self:
        """Give the same predictor, computed by another runtime."""

    def describe_runtime(self) -> str:
        """Say what computes it."""


def choose_runtime(predictor: Predictor, runtime: Runtime) -> Predictor:
    """Give the same predictor, computed by a runtime of choice.

    Parameters
    ----------
    predictor : Predictor
        May hold the one with the network.
    runtime : {"auto", "openvino", "onnxruntime"}
        What computes it.

    Raises
    ------
    StancelabError
        A runtime is named, and the predictor has no network.
    """
    if runtime != "auto" and runtime_of(predictor) is None:
        raise StancelabError(
            f"--runtime {runtime}: this classifier has no network to compute; leave it out"
        )
    return _computed_by(predictor, runtime)


def _computed_by(predictor: Predictor, runtime: Runtime) -> Predictor:
    if isinstance(predictor, HasRuntime):
        return predictor.with_runtime(runtime)
    holder: Any = predictor
    made: Predictor = predictor
    if predictor.kind in WRAPPERS:
        made = replace(holder, inner=_computed_by(holder.inner, runtime))
    elif predictor.kind == ENSEMBLE:
        made = replace(holder, members=[_computed_by(one, runtime) for one in holder.members])
    return made


def runtime_of(predictor: Predictor) -> str | None:
    """Say what computes the network of a predictor; None where it has none."""
    inner: Any = innermost(predictor)
    if inner.kind == ENSEMBLE:
        return next((told for one in inner.members if (told := runtime_of(one))), None)
    return inner.describe_runtime() if isinstance(inner, HasRuntime) else None
