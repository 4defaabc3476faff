"""Classifiers that tag a statement as cooperative, neutral or hostile toward a given actor."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stancelab.datasets.registry import load_corpus
    from stancelab.scoring import load_bundle
    from stancelab.tracking.flow import run_experiment
    from stancelab.tracking.gathering import compare
    from stancelab.tracking.reading import read_runs
    from stancelab.tracking.results import read_mistakes, read_predictions, read_slices

__version__ = "0.1.0"
__all__ = [
    "__version__",
    "compare",
    "load_bundle",
    "load_corpus",
    "read_mistakes",
    "read_predictions",
    "read_runs",
    "read_slices",
    "run_experiment",
]

_WHERE = {
    "compare": "stancelab.tracking.gathering",
    "load_bundle": "stancelab.scoring",
    "load_corpus": "stancelab.datasets.registry",
    "read_mistakes": "stancelab.tracking.results",
    "read_predictions": "stancelab.tracking.results",
    "read_runs": "stancelab.tracking.reading",
    "read_slices": "stancelab.tracking.results",
    "run_experiment": "stancelab.tracking.flow",
}


def __getattr__(name: str) -> Any:
    """Import a public function on first use, so that predicting loads none of the training."""
    if name not in _WHERE:
        raise AttributeError(f"module 'stancelab' has no attribute {name!r}")
    return getattr(import_module(_WHERE[name]), name)
