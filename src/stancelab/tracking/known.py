"""What the store knows of models and experiments besides their predictions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from stancelab.bias.records import BiasReport, restored
from stancelab.comparison.building import Known
from stancelab.evaluation.mistakes import Mistake, from_table
from stancelab.tracking import names
from stancelab.tracking.reading import Tracked

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

_MODEL = "model."
_MOST_MISTAKES = 100
_SHOWN = 12
"""Characters of a digest that are shown."""


def known_of(client: MlflowClient, runs: Mapping[str, Sequence[Run]]) -> dict[str, Known]:
    """Read the parameters, size, surest errors and bias of models.

    Parameters
    ----------
    client : mlflow.MlflowClient
        Of the store.
    runs : mapping of str to sequence of Run
        By model, the runs that speak for it.
    """
    return {name: _known(client, own) for name, own in runs.items()}


def speaking_runs(runs: Sequence[Run]) -> dict[str, list[Run]]:
    """Give the runs that speak for each model: of its first seed, each setting and fold."""
    found: dict[str, list[Run]] = {}
    for run in runs:
        own = found.setdefault(run.data.tags["model.name"], [])
        if not own or run.data.tags["seed"] == own[0].data.tags["seed"]:
            own.append(run)
    return found


def _known(client: MlflowClient, runs: Sequence[Run]) -> Known:
    params, metrics = runs[0].data.params, runs[0].data.metrics
    config = {key.removeprefix(_MODEL): params[key] for key in params if key.startswith(_MODEL)}
    config |= {key: params[key] for key in ("encoder.revision",) if key in params}
    mistakes = [one for run in runs for one in _mistakes(client, run)]
    mistakes.sort(key=lambda one: -one.confidence)
    bias = read_bias(client, runs[0])
    return Known(config, metrics.get(names.MEGABYTES), mistakes[:_MOST_MISTAKES], bias)


def read_bias(client: MlflowClient, run: Run) -> BiasReport | None:
    """Read what other names change in the answers of a run's model; None where nobody measured."""
    import mlflow

    if "bias/rows" not in run.data.metrics:
        return None
    path = mlflow.artifacts.download_artifacts(
        artifact_uri=f"{run.info.artifact_uri}/{names.BIAS}", tracking_uri=client.tracking_uri
    )
    return restored(json.loads(Path(path).read_text(encoding="utf-8")))


def _mistakes(client: MlflowClient, run: Run) -> list[Mistake]:
    import mlflow

    path = mlflow.artifacts.download_artifacts(
        artifact_uri=f"{run.info.artifact_uri}/{names.MISTAKES}", tracking_uri=client.tracking_uri
    )
    return from_table(pq.read_table(Path(path)).drop_columns([names.TEST_SET]))


def about_experiments(experiments: Sequence[Tracked]) -> dict[str, str]:
    """Say what experiments were run on and with, each thing once where they agree."""
    found: dict[str, list[str]] = {}
    for tracked in experiments:
        for name, value in _about(tracked).items():
            values = found.setdefault(name, [])
            if value and value not in values:
                values.append(value)
    return {name: "; ".join(values) for name, values in found.items() if values}


def _about(tracked: Tracked) -> dict[str, str]:
    params, tags = tracked.parent.data.params, tracked.parent.data.tags
    devices = {run.data.tags.get(names.DEVICE, "") for run in tracked.cells}
    commit = tags.get("mlflow.source.git.commit", "")[:_SHOWN]
    dirty = json.loads(tags.get("git.dirty", "false"))
    return {
        "experiment": tracked.name,
        "run": tracked.parent.info.run_id,
        "data": f"{tags.get('data', '')}, {int(params['data.rows']):,} rows of "
        f"{int(params['data.documents']):,} documents",
        "SHA-256 of the data": params["data.sha256"][:_SHOWN],
        "split": params["split.kind"],
        "seeds": params["seeds"].strip("[]"),
        "overrides": params.get("overrides", ""),
        "commit": commit + (" with changes" if commit and dirty else ""),
        "device": ", ".join(sorted(devices - {""})),
        "stancelab": params["stancelab"],
        "Python": params["python"],
    }
