"""Choosing what computes the network of a predictor."""

from __future__ import annotations

from typing import Literal, Protocol, Self, runtime_checkable

from stancelab.errors import StancelabError
from stancelab.predictors.base import Predictor
from stancelab.predictors.holding import with_workers, workers

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
    return with_workers(predictor, lambda one: _computed_by(one, runtime))


def _computed_by(predictor: Predictor, runtime: Runtime) -> Predictor:
    return predictor.with_runtime(runtime) if isinstance(predictor, HasRuntime) else predictor


def runtime_of(predictor: Predictor) -> str | None:
    """Say what computes the network of a predictor; None where it has none."""
    told = (one.describe_runtime() for one in workers(predictor) if isinstance(one, HasRuntime))
    return next(told, None)
