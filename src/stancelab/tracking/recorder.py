"""Writing an experiment to MLflow: a parent run, and a child run for each finished cell."""

from __future__ import annotations

import json
import platform
import tempfile
from collections.abc import Mapping
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

import stancelab
from stancelab.evaluation.metrics import confusion
from stancelab.evaluation.plots import confusion_figure, f1_figure
from stancelab.evaluation.report import CellScore, Row
from stancelab.experiment import Failure, Measure, Report
from stancelab.export.card import training_data
from stancelab.plan import Cell, Plan
from stancelab.tracking import names
from stancelab.tracking.measures import Measures
from stancelab.tracking.provenance import device, git, is_dead, process
from stancelab.tracking.store import artifact_location, reporting

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

    from stancelab.predictors.base import Predictor


_FIGURES = 2
_NAME_LENGTH, _DIGEST_LENGTH = 500, 36
"""What MLflow's tables hold of a data set's name and digest."""


class MlflowRecorder:
    """Keeps an experiment in MLflow, and continues one that was interrupted.

    Parameters
    ----------
    client : mlflow.MlflowClient
        The open store.
    source : Path, optional
        The experiment file, kept as it is.
    fresh : bool
        Whether to begin anew and run finished cells again.

    Attributes
    ----------
    parent_id : str
        Run ID of the parent, once started.
    """

    def __init__(
        self, client: MlflowClient, source: Path | None = None, fresh: bool = False
    ) -> None:
        self.client, self.source, self.fresh = client, source, fresh
        self.parent_id = ""
        self._known: dict[str, Run] = {}
        self._children: dict[str, str] = {}

    def start(self, plan: Plan) -> None:
        """Find the parent run of this very experiment and its finished cells, or begin one."""
        self._plan, self._measures = plan, Measures(plan.scoring)
        with reporting(self.client.tracking_uri):
            self._experiment_id = _experiment_id(self.client, plan.config.name)
            self._close_dead_runs()
            if not self.fresh:
                self._known = names.finished_cells(self.client, self._experiment_id)
            self.parent_id = self._find_parent() or self._begin()
            self.client.set_tag(self.parent_id, "mlflow.note.content", plan.config.question)
            self.client.set_tag(self.parent_id, names.PROCESS, process())
            self.client.update_run(self.parent_id, status="RUNNING")

    def finished(self, cell: Cell) -> CellScore | None:
        """Read back the score of a cell that was finished before."""
        run = self._known.get(cell.fingerprint)
        return None if run is None else names.read_cell(self.client, run)

    def begin(self, cell: Cell) -> Measure:
        """Begin a child run; its figures are written while the cell is trained."""
        with reporting(self.client.tracking_uri):
            run_id = self._children[cell.fingerprint] = self._child(cell)

        def measure(values: Mapping[str, float], step: int) -> None:
            with reporting(self.client.tracking_uri):
                self.client.log_batch(run_id, metrics=_metrics(values, step))

        return measure

    def record(self, cell: Cell, score: CellScore, predictor: Predictor) -> None:
        """End a child run: metrics, metrics, predictions, figures and the model."""
        with reporting(self.client.tracking_uri):
            self._record(cell, score, predictor)

    def _record(self, cell: Cell, score: CellScore, predictor: Predictor) -> None:
        run_id = self._children.pop(cell.fingerprint)
        self.client.set_tag(run_id, names.DEVICE, device())
        self.client.log_batch(run_id, metrics=_metrics(self._measures.of(score)))
        with tempfile.TemporaryDirectory() as scratch:
            file = Path(scratch) / names.PREDICTIONS
            pq.write_table(score.predictions, file)
            self.client.log_artifact(run_id, str(file))
            self._draw(run_id, cell, score)
            self._log_model(run_id, cell, predictor, score, Path(scratch))
        self.client.set_terminated(run_id, "FINISHED")

    def _draw(self, run_id: str, cell: Cell, score: CellScore) -> None:
        """Draw what the cell answered, where that is a figure or two and no matrix of them."""
        tested = list(self._measures.tested(score))
        if len(tested) > _FIGURES:
            return
        for test_set, own in tested:
            matrix = confusion(own.labels, own.predicted)
            folder = f"{test_set.name}/" if len(tested) > 1 else ""
            figures = {"confusion_matrix.png": confusion_figure, "f1_by_label.png": f1_figure}
            for name, draw in figures.items():
                self.client.log_figure(run_id, draw(matrix, cell.title), folder + name)

    def fail(self, failure: Failure) -> None:
        """End a child run as failed, with the reason."""
        run_id = self._children.pop(failure.cell.fingerprint)
        with reporting(self.client.tracking_uri):
            self.client.set_tag(run_id, "stancelab.failure", failure.reason)
            self.client.set_terminated(run_id, "FAILED")

    def finish(self, report: Report) -> None:
        """Write the leaderboard and end the parent run."""
        metrics = {}
        for row in report.rows:
            found = row.as_dict()
            for key in ("macro_f1", "macro_f1_low", "macro_f1_high", "accuracy", "actor_swap"):
                if found[key] is not None:
                    name = names.metric_name(*self._place(row), row.model, key)
                    metrics[name] = found[key]
        rows = [row.as_dict() for row in report.rows]
        with reporting(self.client.tracking_uri):
            self.client.log_batch(self.parent_id, metrics=_metrics(metrics))
            self.client.log_dict(self.parent_id, {"rows": rows}, "leaderboard.json")
            self.client.set_terminated(self.parent_id, "FAILED" if report.failures else "FINISHED")

    def _place(self, row: Row) -> tuple[str, ...]:
        """Name what a row was trained and tested on, as far as the experiment has several."""
        train = row.train if len(self._plan.settings) > 1 else ""
        return train, row.test if len(self._plan.scoring.test_sets) > 1 else ""

    def interrupt(self) -> None:
        """Mark what is unfinished as killed; finished cells stay."""
        for run in names.running(self.client, self._experiment_id):
            if run.data.tags.get(names.PROCESS) == process():
                self.client.set_terminated(run.info.run_id, "KILLED")

    def _begin(self) -> str:
        plan, config = self._plan, self._plan.config
        tags = {
            names.ROLE: "experiment",
            names.FINGERPRINT: plan.fingerprint,
            names.PROCESS: process(),
            "data": config.data.title,
            **({"leaky": "true"} if plan.leaky else {}),
            **git(),
        }
        run = self.client.create_run(self._experiment_id, tags=tags, run_name=config.name)
        run_id = str(run.info.run_id)
        params = {
            "data.sha256": plan.data_digest,
            "data.rows": len(plan.loaded.table),
            "data.documents": plan.documents,
            "seeds": str(list(config.seeds)),
            "split.kind": config.split.kind,
            "split.clean.removed": json.dumps(dict(plan.removed), ensure_ascii=False),
            "overrides": " ".join(config.overrides),
            "python": platform.python_version(),
            "stancelab": stancelab.__version__,
        }
        self.client.log_batch(run_id, params=_params(params))
        self.client.log_dict(run_id, config.model_dump(mode="json"), names.CONFIG)
        self.client.log_dict(run_id, names.describe_plan(plan), names.PLAN)
        installed = sorted(f"{one.name}=={one.version}" for one in distributions())
        self.client.log_text(run_id, "\n".join(installed) + "\n", "environment.txt")
        if self.source:
            self.client.log_artifact(run_id, str(self.source))
        self._log_input(run_id, "experiment")
        return run_id

    def _find_parent(self) -> str | None:
        if self.fresh:
            return None
        parents = names.parents(self.client, self._experiment_id)
        same = [p for p in parents if p.data.tags.get(names.FINGERPRINT) == self._plan.fingerprint]
        return str(same[0].info.run_id) if same else None

    def _child(self, cell: Cell) -> str:
        tags = {
            "mlflow.parentRunId": self.parent_id,
            names.ROLE: cell.role,
            names.FINGERPRINT: cell.fingerprint,
            names.PROCESS: process(),
            "model.name": cell.model,
            "model.kind": cell.config.kind,
            **({names.SETTING: cell.setting} if cell.setting else {}),
            "seed": str(cell.seed),
            "fold": str(cell.fold),
            "data": self._plan.config.data.title,
            **({"leaky": "true"} if self._plan.leaky else {}),
        }
        fold = f" fold {cell.fold}" if self._plan.config.split.kind == "folds" else ""
        setting = f" on {cell.setting}" if cell.setting else ""
        name = f"{cell.model}{setting} seed {cell.seed}{fold}"
        run = self.client.create_run(self._experiment_id, tags=tags, run_name=name)
        run_id = str(run.info.run_id)
        config = _flat(cell.config.model_dump(mode="json"), "model.")
        config |= {"encoder.revision": cell.encoder} if cell.encoder else {}
        self.client.log_batch(run_id, params=_params({**config, "seed": cell.seed}))
        self._log_input(run_id, "train, validation and test")
        return run_id

    def _log_model(
        self,
        run_id: str,
        cell: Cell,
        predictor: Predictor,
        score: CellScore,
        scratch: Path,
    ) -> None:
        from stancelab.export.bundle import write_bundle
        from stancelab.export.mlflow_model import log_bundle

        about = {
            "model": {"name": cell.model, "config": cell.config.model_dump(mode="json")},
            "run": run_id,
            "seed": cell.seed,
            "setting": cell.setting,
            "metrics": {"macro_f1": self._measures.macro_f1(score)},
            "training_data": training_data(self._plan, self._plan.splits[cell.key].train),
        }
        write_bundle(scratch / "bundle", predictor, about)
        log_bundle(run_id, cell.model.replace("/", "-"), scratch / "bundle")

    def _log_input(self, run_id: str, context: str) -> None:
        from mlflow.entities import Dataset, DatasetInput, InputTag

        title = self._plan.config.data.title
        dataset = Dataset(
            name=title[:_NAME_LENGTH],
            digest=self._plan.data_digest[:_DIGEST_LENGTH],
            source_type="stancelab",
            source=json.dumps({"name": title, "sha256": self._plan.data_digest}),
            profile=json.dumps({"rows": len(self._plan.loaded.table)}),
        )
        tag = InputTag("mlflow.data.context", context)
        self.client.log_inputs(run_id, [DatasetInput(dataset, [tag])])

    def _close_dead_runs(self) -> None:
        """Mark runs as killed whose process on this machine is gone."""
        for run in names.running(self.client, self._experiment_id):
            if is_dead(run.data.tags.get(names.PROCESS, "")):
                self.client.set_terminated(run.info.run_id, "KILLED")


def _experiment_id(client: MlflowClient, name: str) -> str:
    found = client.get_experiment_by_name(name)
    if found is None:
        place = artifact_location(client.tracking_uri, name)
        return str(client.create_experiment(name, artifact_location=place))
    if found.lifecycle_stage != "active":
        client.restore_experiment(found.experiment_id)
    return str(found.experiment_id)


def _metrics(values: Mapping[str, float], step: int = 0) -> list[Any]:
    from time import time

    from mlflow.entities import Metric

    now = int(time() * 1000)
    return [Metric(key, value, now, step) for key, value in values.items() if value == value]


def _params(values: dict[str, Any]) -> list[Any]:
    from mlflow.entities import Param

    return [Param(key, str(value)[:6000]) for key, value in values.items()]


def _flat(values: dict[str, Any], prefix: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in values.items():
        found |= (
            _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
        )
    return found
