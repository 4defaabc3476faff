"""Reading experiments back from MLflow: leaderboards, runs and the best of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancelab.errors import StoreError, UnknownNameError
from stancelab.evaluation.boards import leaderboard
from stancelab.evaluation.report import Row
from stancelab.experiment import choose_best
from stancelab.tracking import names
from stancelab.tracking.store import open_store, reporting

if TYPE_CHECKING:
    import pandas as pd
    from mlflow import MlflowClient
    from mlflow.entities import Run

BEST = "best:"


@dataclass(frozen=True, slots=True, eq=False)
class Tracked:
    """An experiment as the store holds it: the parent run that ended last, and its finished cells.

    Attributes
    ----------
    missing : int
        How many cells of the plan are not finished.
    """

    name: str
    client: MlflowClient
    parent: Run
    plan: dict[str, Any]
    cells: tuple[Run, ...]

    @property
    def title(self) -> str:
        """Name the experiment, with what was overridden."""
        overrides = self.parent.data.params.get("overrides", "")
        return f"{self.name} ({overrides})" if overrides else self.name

    @property
    def question(self) -> str:
        """Give what the experiment asks."""
        return str(self.parent.data.tags.get("mlflow.note.content", ""))

    @property
    def missing(self) -> int:
        """Count the cells of the plan that are not finished."""
        return len(self.plan["cells"]) - len(self.cells)

    @property
    def whole(self) -> list[Run]:
        """List the finished cells that were trained on all training documents."""
        return [run for run in self.cells if names.share_of(run) == 1]

    def rows(self) -> list[Row]:
        """Compute the leaderboard from the tracked predictions."""
        scoring = names.restore_scoring(self.plan)
        return leaderboard([names.read_cell(self.client, run) for run in self.whole], scoring)

    @property
    def settings(self) -> tuple[str, ...]:
        """Name what the experiment trains on; one empty name where there is only one."""
        return tuple(dict.fromkeys(cell.get("setting", "") for cell in self.plan["cells"]))

    def best_run(self, setting: str = "") -> Run:
        """Give the best model's run of the first seed.

        Parameters
        ----------
        setting : str
            What it was trained on, where the experiment has several.

        Raises
        ------
        UnknownNameError
            The experiment trains on several things, and this is none of them.
        StoreError
            No model of the experiment is finished.
        """
        if not setting and len(self.settings) == 1:
            setting = self.settings[0]
        if setting not in self.settings:
            known = [f"{BEST}{self.name}/{one}" for one in self.settings]
            raise UnknownNameError("model to take", f"{BEST}{self.name}/{setting}", known)
        trained = [run for run in self.whole if run.data.tags.get(names.SETTING, "") == setting]
        title = setting or names.restore_scoring(self.plan).title
        best = choose_best([row for row in self.rows() if row.train == title])
        if best is None:
            raise StoreError(
                f"experiment {self.name!r} has no finished model but controls; run it first"
            )
        return next(run for run in trained if run.data.tags["model.name"] == best.model)


def find_experiment(name: str, client: MlflowClient | None = None) -> Tracked:
    """Find the parent run of an experiment that ended last, and its finished cells.

    Parameters
    ----------
    name : str
        The stem of the experiment's file, such as ``01_baselines``, or a parent's run ID.

    Raises
    ------
    UnknownNameError
        There is no such experiment; names the closest.
    StoreError
        The store cannot be reached, or the experiment has no run.
    """
    client = client or open_store()
    with reporting(client.tracking_uri):
        parent = _parent(client, name)
        title = str(client.get_experiment(parent.info.experiment_id).name)
        plan = _artifact(client, parent, names.PLAN)
        finished = names.finished_cells(client, parent.info.experiment_id)
    wanted = [cell["fingerprint"] for cell in plan["cells"]]
    cells = tuple(finished[one] for one in wanted if one in finished)
    return Tracked(title, client, parent, plan, cells)


def find_run(target: str) -> tuple[Run, Tracked]:
    """Find the run of one model.

    Parameters
    ----------
    target : str
        Its run ID, ``best:EXPERIMENT``, ``best:EXPERIMENT/SETTING`` where the experiment trains on
        several things, or ``models:/NAME@ALIAS``.

    Raises
    ------
    UnknownNameError, StoreError
        There is no such experiment, run or registered model.
    """
    client = open_store()
    if target.startswith(BEST):
        name, _, setting = target.removeprefix(BEST).partition("/")
        tracked = find_experiment(name, client)
        return tracked.best_run(setting), tracked
    run = _run(client, _registered_run(client, target) if "/" in target else target)
    role = run.data.tags.get(names.ROLE) if run else None
    if role in ("sweep", "trial"):
        what = "a sweep" if role == "sweep" else "a trial of a sweep"
        raise StoreError(f"run {target} is {what}, which is not tested; use the experiment's runs")
    if run is None or names.FINGERPRINT not in run.data.tags:
        raise StoreError(
            f"no run {target!r} in {client.tracking_uri}; expected the run ID of a trained model, "
            "best:EXPERIMENT or models:/NAME@ALIAS"
        )
    if role == "experiment":
        raise StoreError(
            f"{target} is a whole experiment; use best:{run.info.run_name} or a child run"
        )
    if names.share_of(run) < 1:
        raise StoreError(
            f"run {target} is a point of a learning curve, trained on a share of the documents; "
            "choose a run that was trained on all"
        )
    if run.info.status != "FINISHED":
        raise StoreError(f"run {target} is {run.info.status.lower()}; expected a finished one")
    return run, find_experiment(run.data.tags["mlflow.parentRunId"], client)


def read_runs(experiment: str) -> pd.DataFrame:
    """Read the finished runs of an experiment: one row for each model, seed and fold.

    Those that a learning curve trained on a share of the documents are left out.

    Parameters
    ----------
    experiment : str
        The stem of the experiment's file.

    Returns
    -------
    pandas.DataFrame
        ``model``, ``role``, ``train``, ``seed``, ``fold``, ``run_id`` and a column for each
        metric, under the metric's name in MLflow, such as ``test/macro_f1``.

    Raises
    ------
    UnknownNameError, StoreError
        There is no such experiment, or the store cannot be reached.
    """
    import pandas as pd

    rows = [
        {
            "model": run.data.tags["model.name"],
            "role": run.data.tags[names.ROLE],
            "train": run.data.tags.get(names.SETTING, "") or run.data.tags["data"],
            "seed": int(run.data.tags["seed"]),
            "fold": int(run.data.tags["fold"]),
            "run_id": run.info.run_id,
            **run.data.metrics,
        }
        for run in find_experiment(experiment).whole
    ]
    return pd.DataFrame(rows)


def read_config(tracked: Tracked) -> dict[str, Any]:
    """Read the experiment's config as it was run, overrides included."""
    return _artifact(tracked.client, tracked.parent, names.CONFIG)


def model_of(run: Run) -> str:
    """Give the ID of the model that a run trained; what was exported from it came later.

    Raises
    ------
    StoreError
        The run has no model, or one that asks a service.
    """
    if service := run.data.tags.get(names.SERVICE):
        raise StoreError(
            f"{run.data.tags['model.name']} asks a service ({service}), and a bundle never calls "
            'out; export another model, or distil this one (kind = "distil")'
        )
    outputs = run.outputs.model_outputs if run.outputs else []
    if not outputs:
        raise StoreError(
            f"run {run.info.run_id} has no model; run the experiment again with --fresh"
        )
    return str(min(outputs, key=lambda one: one.step).model_id)


def bundle_of(run: Run, client: MlflowClient) -> Path:
    """Fetch the bundle that a run logged as its model, and give its folder.

    Raises
    ------
    StoreError
        The run has no model, or it cannot be fetched.
    """
    import mlflow

    model_id = model_of(run)
    with reporting(client.tracking_uri):
        place = client.get_logged_model(model_id).artifact_location
        return Path(mlflow.artifacts.download_artifacts(place, tracking_uri=client.tracking_uri))


def _parent(client: MlflowClient, name: str) -> Run:
    experiment = client.get_experiment_by_name(name)
    if experiment is None:
        run = _run(client, name)
        if run is not None and run.data.tags.get(names.ROLE) == "experiment":
            return run
        known = [one.name for one in client.search_experiments() if one.name != "Default"]
        raise UnknownNameError("experiment", name, known, client.tracking_uri)
    runs = names.parents(client, experiment.experiment_id)
    runs = [run for run in runs if names.is_begun(run)] or runs
    if not runs:
        raise StoreError(
            f"experiment {name!r} has no run; start it with: stancelab run {name}.toml"
        )
    return max(runs, key=lambda run: run.info.end_time or run.info.start_time)


def _run(client: MlflowClient, run_id: str) -> Run | None:
    from mlflow.exceptions import MlflowException

    try:
        return client.get_run(run_id)
    except MlflowException:
        return None


def _registered_run(client: MlflowClient, target: str) -> str:
    from mlflow.exceptions import MlflowException

    name, at, alias = target.removeprefix("models:/").partition("@")
    try:
        if at:
            return str(client.get_model_version_by_alias(name, alias).run_id)
        name, _, number = name.partition("/")
        return str(client.get_model_version(name, number).run_id)
    except MlflowException as error:
        raise StoreError(f"{target}: {error.message}") from None


def _artifact(client: MlflowClient, run: Run, name: str) -> dict[str, Any]:
    import mlflow

    uri = f"{run.info.artifact_uri}/{name}"
    found: dict[str, Any] = json.loads(mlflow.artifacts.load_text(uri))
    return found
