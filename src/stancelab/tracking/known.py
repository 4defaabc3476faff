"""What the store knows of models and experiments besides their predictions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq

from stancelab.comparison.building import Known
from stancelab.evaluation.mistakes import from_table
from stancelab.tracking import names
from stancelab.tracking.reading import Tracked

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

_MODEL = "model."
_SHOWN = 12
"""Characters of a digest that are shown."""


def known_of(client: MlflowClient, runs: Mapping[str, Run]) -> dict[str, Known]:
    """Read the parameters, size and surest errors of models.

    Parameters
    ----------
    client : mlflow.MlflowClient
        Of the store.
    runs : mapping of str to Run
        By model, the run that speaks for it.
    """
    return {name: _known(client, run) for name, run in runs.items()}


def first_runs(runs: Sequence[Run]) -> dict[str, Run]:
    """Give the run that speaks for each model: that of its first seed."""
    found: dict[str, Run] = {}
    for run in runs:
        found.setdefault(run.data.tags["model.name"], run)
    return found


def _known(client: MlflowClient, run: Run) -> Known:
    import mlflow

    path = mlflow.artifacts.download_artifacts(
        artifact_uri=f"{run.info.artifact_uri}/{names.MISTAKES}", tracking_uri=client.tracking_uri
    )
    params = run.data.params
    config = {key.removeprefix(_MODEL): params[key] for key in params if key.startswith(_MODEL)}
    config |= {key: params[key] for key in ("encoder.revision",) if key in params}
    mistakes = from_table(pq.read_table(Path(path)).drop_columns([names.TEST_SET]))
    mistakes.sort(key=lambda one: -one.confidence)
    return Known(config, run.data.metrics.get(names.MEGABYTES), mistakes)


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
