"""The names under which things stand in MLflow, and reading them back."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from stancelab.errors import StoreError
from stancelab.evaluation.report import CellScore, Scoring
from stancelab.evaluation.test_sets import TestSet
from stancelab.tracking.provenance import process
from stancelab.tracking.store import artifact_location, reporting

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

    from stancelab.plan import Plan

ROLE = "stancelab.role"
SETTING = "stancelab.setting"
SHARE = "stancelab.share"
FINGERPRINT = "stancelab.fingerprint"
PROCESS = "stancelab.process"
DEVICE = "stancelab.device"
SERVICE = "stancelab.service"
PREDICTIONS = "predictions.parquet"
MISTAKES = "mistakes.parquet"
TEST_SET = "test_set"
SLICES = "slices.json"
BIAS = "bias.json"
FIGURE = "answers.svg"
PAGE = "comparison.html"
STUDY = "sweep.study"
CONFIG = "experiment.json"
PLAN = "plan.json"
TRAIN_ROWS = "train_rows"
TRAIN_SECONDS = "train_seconds"
PREDICT_MICROSECONDS = "predict_microseconds"
MEGABYTES = "model_megabytes"
_CELL_ROLES = ("model", "control", "blind")
_NOT_IN_NAMES = re.compile(r"[^\w\-.:/ ]")


def describe_plan(plan: Plan) -> dict[str, Any]:
    """Give what `compare` needs to know of a plan, for JSON."""
    scoring = plan.scoring
    return {
        "title": scoring.title,
        "test_sets": [asdict(one) for one in scoring.test_sets],
        "trained_labels": {name: list(labels) for name, labels in scoring.trained_labels.items()},
        "controls": dict(scoring.controls),
        "leaked": [[*key, share] for key, share in scoring.leaked.items()],
        "removed": dict(plan.removed),
        "dropped": dict(plan.loaded.dropped),
        "cells": [
            {
                "model": cell.model,
                "role": cell.role,
                "setting": cell.setting,
                "seed": cell.seed,
                "share": cell.share,
                "fingerprint": cell.fingerprint,
            }
            for cell in plan.cells
        ],
    }


def restore_scoring(plan: Mapping[str, Any]) -> Scoring:
    """Make again what scoring needs to know from what `describe_plan` gave.

    Raises
    ------
    StoreError
        Another version of stancelab wrote it.
    """
    try:
        return Scoring(
            plan["title"],
            tuple(_test_set(one) for one in plan["test_sets"]),
            {name: tuple(labels) for name, labels in plan["trained_labels"].items()},
            plan["controls"],
            {(setting, test): share for setting, test, share in plan["leaked"]},
        )
    except KeyError:
        raise StoreError(
            "the experiment was run by an older stancelab; run it again with: stancelab run"
        ) from None


def _test_set(described: Mapping[str, Any]) -> TestSet:
    return TestSet(**{**described, "labels": tuple(described["labels"])})


def metric_name(*parts: str) -> str:
    """Join parts to a name that MLflow takes: letters, digits, ``_-.:/`` and space.

    Examples
    --------
    >>> metric_name("without uk (a, b)", "tfidf", "macro_f1")
    'without uk -a- b-/tfidf/macro_f1'
    """
    return _NOT_IN_NAMES.sub("-", "/".join(part for part in parts if part))


def experiment_id(client: MlflowClient, name: str) -> str:
    """Find or make an experiment, which another process may be making at this moment."""
    from mlflow.exceptions import MlflowException

    found = client.get_experiment_by_name(name)
    if found is None:
        place = artifact_location(client.tracking_uri, name)
        try:
            return str(client.create_experiment(name, artifact_location=place))
        except MlflowException:
            found = client.get_experiment_by_name(name)
            if found is None:
                raise
    if found.lifecycle_stage != "active":
        client.restore_experiment(found.experiment_id)
    return str(found.experiment_id)


def parents(client: MlflowClient, experiment_id: str) -> list[Run]:
    """Find the parent runs of an experiment, the newest first; before those that were cut off."""
    found = _search(client, experiment_id, f"tags.`{ROLE}` = 'experiment'")
    return sorted(found, key=lambda run: not is_begun(run))


def is_begun(run: Run) -> bool:
    """Say whether a parent run holds all that is written before the first cell; data come last."""
    return bool(run.inputs and run.inputs.dataset_inputs)


def sweeps(client: MlflowClient, experiment_id: str, study: str) -> list[Run]:
    """Find the runs of a search, the newest first."""
    found = _search(client, experiment_id, f"tags.`{ROLE}` = 'sweep'")
    return [run for run in found if run.data.tags.get(STUDY) == study]


def running(client: MlflowClient, experiment_id: str) -> list[Run]:
    """Find the runs of an experiment that have not ended."""
    return _search(client, experiment_id, "attributes.status = 'RUNNING'")


def remove_twins(client: MlflowClient, experiment_id: str, known: Collection[str]) -> None:
    """Remove runs that this process began twice, as an answer of the server was lost.

    MLflow asks again then, and has no way to tell that both are one. The one that nobody knows
    holds nothing.

    Parameters
    ----------
    client : mlflow.MlflowClient
        Of the store.
    experiment_id : str
        The experiment.
    known : collection of str
        Run IDs that were answered, and are open.
    """
    for run in running(client, experiment_id):
        own = run.data.tags.get(PROCESS) == process() and run.info.run_id not in known
        if own and not run.data.params:
            client.delete_run(run.info.run_id)


def attempts(client: MlflowClient, parent: Run, fingerprint: str) -> list[Run]:
    """Find the child runs of a cell under one parent run, the newest first."""
    own = f"tags.`mlflow.parentRunId` = '{parent.info.run_id}'"
    same = f"tags.`{FINGERPRINT}` = '{fingerprint}'"
    return _search(client, parent.info.experiment_id, f"{own} and {same}")


def finished_cells(client: MlflowClient, experiment_id: str) -> dict[str, Run]:
    """Find the newest finished child run of each fingerprint."""
    runs = _search(client, experiment_id, "attributes.status = 'FINISHED'")
    cells = [run for run in reversed(runs) if run.data.tags.get(ROLE) in _CELL_ROLES]
    return {run.data.tags[FINGERPRINT]: run for run in cells if FINGERPRINT in run.data.tags}


def read_cell(client: MlflowClient, run: Run) -> CellScore:
    """Read the score of a finished child run."""
    import mlflow

    with reporting(client.tracking_uri):
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
        tags.get(SETTING, ""),
        share_of(run),
        int(metrics.get(TRAIN_ROWS, 0)),
    )


def share_of(run: Run) -> float:
    """Give the share of the training documents that a cell was trained on."""
    return float(run.data.tags.get(SHARE, "1"))


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
