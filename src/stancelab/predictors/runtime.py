"""Choosing what computes the network of a predictor."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal, Protocol, Self, runtime_checkable

from stancelab.errors import StancelabError
from stancelab.predictors.base import WRAPPERS, Predictor, innermost

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
    if isinstance(predictor, HasRuntime):
        return predictor.with_runtime(runtime)
    if predictor.kind in WRAPPERS:
        wrapper: Any = predictor
        made: Predictor = replace(wrapper, inner=choose_runtime(wrapper.inner, runtime))
        return made
    if runtime != "auto":
        raise StancelabError(
            f"--runtime {runtime}: this classifier has no network to compute; leave it out"
        )
    return predictor


def runtime_of(predictor: Predictor) -> str | None:
    """Say what computes the network of a predictor; None where it has none."""
    inner = innermost(predictor)
    return inner.describe_runtime() if isinstance(inner, HasRuntime) else None
