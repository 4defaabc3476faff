"""Python values as the metrics, parameters and data sets that MLflow's store takes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from time import time
from typing import TYPE_CHECKING, Any

import numpy as np

from stancelab.schema import LABELS, labels_of

if TYPE_CHECKING:
    from mlflow.entities import DatasetInput, Metric, Param, RunTag
    from numpy.typing import NDArray

    from stancelab.cells import Cell
    from stancelab.plan import Plan

_PARAM_LENGTH = 6000
_NAME_LENGTH, _DIGEST_LENGTH = 500, 36
"""What MLflow's tables hold of a parameter, and of a data set's name and digest."""


def metrics_of(
    values: Mapping[str, float], step: int = 0, model_id: str | None = None
) -> list[Metric]:
    """Make metrics of what has a value.

    Parameters
    ----------
    values : mapping of str to float
        By name; those that are nan are left out.
    step : int
        Of the training.
    model_id : str, optional
        The logged model that they are also of.
    """
    from mlflow.entities import Metric

    now = int(time() * 1000)
    return [
        Metric(key, value, now, step, model_id=model_id)
        for key, value in values.items()
        if not np.isnan(value)
    ]


def params_of(values: Mapping[str, Any]) -> list[Param]:
    """Make parameters, cut to the length that MLflow holds."""
    from mlflow.entities import Param

    return [Param(key, str(value)[:_PARAM_LENGTH]) for key, value in values.items()]


def tags_of(values: Mapping[str, str]) -> list[RunTag]:
    """Make tags."""
    from mlflow.entities import RunTag

    return [RunTag(key, value) for key, value in values.items()]


def flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Name the values of nested mappings by their path.

    Examples
    --------
    >>> flat({"C": 1.0, "inputs": {"window": 8}}, "model.")
    {'model.C': 1.0, 'model.inputs.window': 8}
    """
    found: dict[str, Any] = {}
    for key, value in values.items():
        inner = isinstance(value, Mapping)
        found |= flat(value, f"{prefix}{key}.") if inner else {prefix + key: value}
    return found


def whole_data(plan: Plan) -> DatasetInput:
    """Describe all the data of an experiment."""
    return _input(plan, "experiment", plan.data_digest, np.arange(len(plan.loaded.table)))


def parts_of(plan: Plan, cell: Cell) -> Iterator[DatasetInput]:
    """Describe what a cell is trained, validated and tested on: a data set for each."""
    split = plan.split_of(cell)
    for part in ("train", "validation", "test"):
        rows: NDArray[np.int64] = getattr(split, part)
        digest = hashlib.sha256(plan.data_digest.encode() + np.sort(rows).tobytes())
        yield _input(plan, part, digest.hexdigest(), rows)


def _input(plan: Plan, context: str, digest: str, rows: NDArray[np.int64]) -> DatasetInput:
    from mlflow.entities import Dataset, DatasetInput, InputTag

    data = plan.config.data
    source = {
        "name": data.title,
        "corpora": list(data.corpora),
        "path": str(data.path) if data.path else None,
        "sha256": plan.data_digest,
        "split": plan.config.split.kind,
        "part": context,
        "part_sha256": digest,
    }
    labels = labels_of(plan.loaded.table)[rows]
    counts = {name: int((labels == code).sum()) for code, name in enumerate(LABELS)}
    described = Dataset(
        name=data.title[:_NAME_LENGTH],
        digest=digest[:_DIGEST_LENGTH],
        source_type="stancelab",
        source=json.dumps(source, ensure_ascii=False),
        profile=json.dumps({"rows": len(rows), **counts}),
    )
    return DatasetInput(described, [InputTag("mlflow.data.context", context)])
