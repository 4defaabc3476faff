"""The names under which things stand in MLflow, and reading them back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from stancelab.evaluation.report import CellScore

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

    from stancelab.plan import Plan

ROLE = "stancelab.role"
FINGERPRINT = "stancelab.fingerprint"
PROCESS = "stancelab.process"
PREDICTIONS = "predictions.parquet"
CONFIG = "experiment.json"
PLAN = "plan.json"
TRAIN_SECONDS = "train_seconds"
PREDICT_MICROSECONDS = "predict_microseconds"


def describe_plan(plan: Plan) -> dict[str, Any]:
    """Give what `compare` needs to know of a plan, for JSON."""
    return {
        "documents": plan.documents,
        "labels": list(plan.labels),
        "controls": plan.controls,
        "dropped": dict(plan.loaded.dropped),
        "cells": [
            {"model": c.model, "role": c.role, "seed": c.seed, "fingerprint": c.fingerprint}
            for c in plan.cells
        ],
    }


def parents(client: MlflowClient, experiment_id: str) -> list[Run]:
    """Find the parent runs of an experiment, the newest first."""
    return _search(client, experiment_id, f"tags.`{ROLE}` = 'experiment'")


def running(client: MlflowClient, experiment_id: str) -> list[Run]:
    """Find the runs of an experiment that have not ended."""
    return _search(client, experiment_id, "attributes.status = 'RUNNING'")


def finished_cells(client: MlflowClient, experiment_id: str) -> dict[str, Run]:
    """Find the newest finished child run of each fingerprint."""
    runs = _search(client, experiment_id, "attributes.status = 'FINISHED'")
    cells = [run for run in reversed(runs) if run.data.tags.get(ROLE) != "experiment"]
    return {run.data.tags[FINGERPRINT]: run for run in cells if FINGERPRINT in run.data.tags}


def read_cell(client: MlflowClient, run: Run) -> CellScore:
    """Read the score of a finished child run."""
    import mlflow

    path = mlflow.artifacts.download_artifacts(
        artifact_uri=f"{run.info.artifact_uri}/{PREDICTIONS}", tracking_uri=client.tracking_uri
    )
    tags, metrics = run.data.tags, run.data.metrics
    return CellScore(
        tags["model.name"],
        tags[ROLE],
        int(tags["seed"]),
        int(tags["fold"]),
        pq.read_table(Path(path)),
        metrics[TRAIN_SECONDS],
        metrics[PREDICT_MICROSECONDS],
    )


def _search(client: MlflowClient, experiment_id: str, condition: str) -> list[Run]:
    found: list[Run] = []
    token: str | None = None
    while True:
        page = client.search_runs(
            [experiment_id],
            condition,
            max_results=1000,
            order_by=["attributes.start_time DESC"],
            page_token=token,
        )
        found += page
        token = page.token
        if not token:
            return found
