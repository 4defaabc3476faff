"""Writing a sweep to MLflow: a run for the search, and a child run for each trial."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from stancelab.errors import StancelabError, StoreError
from stancelab.experiment import Measure, Progress
from stancelab.plan import Plan
from stancelab.stopping import unbroken
from stancelab.sweeping.search import SCORE, State, Swept, Trial, search
from stancelab.sweeping.study import check_can_sweep
from stancelab.tracking import names
from stancelab.tracking.entities import flat, metrics_of, params_of
from stancelab.tracking.provenance import process
from stancelab.tracking.store import reporting, sqlite_path

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from stancelab.tracking.recorder import MlflowRecorder

_STATUS: Mapping[State, str] = {"finished": "FINISHED", "pruned": "KILLED", "failed": "FAILED"}
_STATE, _NUMBER = "sweep.state", "sweep.trial"


def check_sweep(uri: str) -> None:
    """Refuse a sweep before any work where it cannot be made.

    Raises
    ------
    StancelabError
        Optuna is not installed, several processes were started, or its file is MLflow's.
    """
    check_can_sweep()
    study_file(uri)


def study_file(uri: str) -> Path:
    """Name Optuna's file: beside a SQLite store, in the current folder for a server.

    Raises
    ------
    StoreError
        It is a store of MLflow's, which Optuna would break: both keep their version in a table of
        the same name.
    """
    store = sqlite_path(uri)
    file = ((Path() if store is None else store.parent) / "optuna.db").absolute()
    if (store is not None and store.resolve() == file.resolve()) or _is_of_mlflow(file):
        raise StoreError(
            f"{file}: is a store of MLflow's, and Optuna would break it by keeping its trials "
            "there; rename it, or set MLFLOW_TRACKING_URI to a store in another folder"
        )
    return file


def _is_of_mlflow(file: Path) -> bool:
    if not file.is_file():
        return False
    asked = "SELECT count(*) FROM sqlite_master WHERE name = 'experiments'"
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(file)) as database:
        return bool(database.execute(asked).fetchone()[0])
    return False


@contextmanager
def swept(
    planned: Plan, recorder: MlflowRecorder, progress: Progress
) -> Iterator[tuple[Plan, Swept | None]]:
    """Search before an experiment what it asks for, and say in its run what was found.

    Parameters
    ----------
    planned : Plan
        The experiment.
    recorder : MlflowRecorder
        That of the experiment, which is run inside.
    progress : Progress
        Shows how far the search is.

    Yields
    ------
    planned : Plan
        The experiment with the best parameters.
    found : Swept or None
        What was found; None where nothing is searched for.
    """
    if planned.config.sweep is None:
        yield planned, None
        return
    runs = TrialRuns(recorder.client, fresh=recorder.fresh)
    found = _search(planned, runs, progress)
    try:
        yield planned.with_model(found.model, found.config), found
    finally:
        if recorder.parent_id:
            runs.tell(recorder.parent_id, found)


def _search(planned: Plan, runs: TrialRuns, progress: Progress) -> Swept:
    file = study_file(runs.client.tracking_uri)
    try:
        return search(planned, file, runs, progress, fresh=runs.fresh)
    except BaseException as error:
        with suppress(StancelabError):  # what went wrong first is told
            runs.close("KILLED" if isinstance(error, KeyboardInterrupt) else "FAILED")
        raise


class TrialRuns:
    """Keeps a sweep in MLflow, and continues one that was interrupted.

    Parameters
    ----------
    client : mlflow.MlflowClient
        The open store.
    fresh : bool
        Whether to begin anew.

    Attributes
    ----------
    run_id : str
        Of the search, once started.
    """

    def __init__(self, client: MlflowClient, *, fresh: bool = False) -> None:
        self.client, self.fresh = client, fresh
        self.run_id = ""
        self._open: dict[int, str] = {}

    def start(self, planned: Plan, study: str) -> None:
        """Find the run of this very search, or begin one."""
        self._plan = planned
        with reporting(self.client.tracking_uri):
            self._experiment_id = names.experiment_id(self.client, planned.config.name)
            known = names.sweeps(self.client, self._experiment_id, study)
            if known and not self.fresh:
                self.run_id = str(known[0].info.run_id)
            else:
                self.run_id = self._begin(study)
            self.client.set_tag(self.run_id, names.PROCESS, process())
            self.client.update_run(self.run_id, status="RUNNING")

    def begin(self, trial: Trial) -> Measure:
        """Begin the run of a trial; its figures are written after each seed."""
        with reporting(self.client.tracking_uri):
            run_id = self._open[trial.number] = self._child(trial)

        def measure(values: Mapping[str, float], step: int) -> None:
            with reporting(self.client.tracking_uri):
                self.client.log_batch(run_id, metrics=metrics_of(values, step))

        return measure

    def end(
        self, trial: Trial, state: State, *, score: float | None = None, reason: str = ""
    ) -> None:
        """End the run of a trial; its score is also a step of the search's."""
        run_id = self._open.pop(trial.number)
        with unbroken(), reporting(self.client.tracking_uri):
            self.client.set_tag(run_id, _STATE, state)
            if reason:
                self.client.set_tag(run_id, f"sweep.{state}", reason)
            if score is not None:
                self.client.log_batch(self.run_id, metrics=metrics_of({SCORE: score}, trial.number))
            self.client.set_terminated(run_id, _STATUS[state])

    def finish(self, swept: Swept) -> None:
        """Write what was found and end the run of the search."""
        with reporting(self.client.tracking_uri):
            metrics = {"best/macro_f1": swept.macro_f1, "trials": swept.trials}
            self.client.log_batch(self.run_id, metrics=metrics_of(metrics))
            for name, value in _tags(swept).items():
                self.client.set_tag(self.run_id, name, value)
            names.remove_twins(self.client, self._experiment_id, {self.run_id})
            self.client.set_terminated(self.run_id, "FINISHED")

    def tell(self, run_id: str, swept: Swept) -> None:
        """Say in the tags of the experiment's run what was found, and in which run it was."""
        with reporting(self.client.tracking_uri):
            for name, value in {"sweep.run": self.run_id, **_tags(swept)}.items():
                self.client.set_tag(run_id, name, value)

    def close(self, status: str) -> None:
        """End what is open; finished trials stay."""
        with reporting(self.client.tracking_uri):
            for run_id in (*self._open.values(), self.run_id):
                if run_id:
                    self.client.set_terminated(run_id, status)

    def _begin(self, study: str) -> str:
        config = self._plan.config
        asked = config.sweep
        if asked is None:
            raise ValueError("the experiment has no [sweep]")
        tags = {**self._common("sweep", asked.model), names.STUDY: study}
        title = f"sweep of {asked.model}"
        run = self.client.create_run(self._experiment_id, tags=tags, run_name=title)
        run_id = str(run.info.run_id)
        params = flat(asked.model_dump(mode="json", exclude={"space"}), "sweep.")
        for name, domain in asked.space.items():
            kept = domain.model_dump(mode="json", exclude_defaults=True)
            params[f"sweep.space.{name}"] = json.dumps(kept.get("choices", kept))
        params |= {"seeds": str(list(config.seeds)), "data.sha256": self._plan.data_digest}
        self.client.log_batch(run_id, params=params_of(params))
        return run_id

    def _child(self, trial: Trial) -> str:
        model = self._plan.config.sweep.model if self._plan.config.sweep else ""
        tags = {
            **self._common("trial", model),
            "mlflow.parentRunId": self.run_id,
            _NUMBER: str(trial.number),
        }
        title = f"trial {trial.number}"
        run = self.client.create_run(self._experiment_id, tags=tags, run_name=title)
        config = trial.config.model_dump(mode="json") if trial.config else trial.parameters
        self.client.log_batch(run.info.run_id, params=params_of(flat(config, "model.")))
        return str(run.info.run_id)

    def _common(self, role: str, model: str) -> dict[str, str]:
        return {
            names.ROLE: role,
            names.PROCESS: process(),
            "model.name": model,
            "model.kind": self._plan.config.model[model].kind,
            "data": self._plan.config.data.title,
        }


def _tags(swept: Swept) -> dict[str, str]:
    """Say what was found, as tags that MLflow's own search takes."""
    return {
        "sweep.model": swept.model,
        "sweep.best": str(swept.best),
        "sweep.parameters": json.dumps(dict(swept.parameters), ensure_ascii=False),
        "sweep.trials": str(swept.trials),
        "sweep.pruned": str(swept.pruned),
        "sweep.failed": str(swept.failed),
    }
