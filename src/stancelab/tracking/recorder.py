"""Writing an experiment to MLflow: a parent run, and a child run for each finished cell."""

from __future__ import annotations

import gc
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING

import stancelab
from stancelab.cells import Cell
from stancelab.comparison.building import build_comparison
from stancelab.comparison.page import page
from stancelab.evaluation.report import CellScore, Row
from stancelab.experiment import Failure, Measure, Report
from stancelab.plan import Plan
from stancelab.stopping import unbroken
from stancelab.tracking import names
from stancelab.tracking.cell_record import CellRecords
from stancelab.tracking.entities import flat, metrics_of, params_of, parts_of, whole_data
from stancelab.tracking.inputs import log_inputs
from stancelab.tracking.known import about_experiments, known_of, speaking_runs
from stancelab.tracking.provenance import git, git_diff, is_dead, process, source
from stancelab.tracking.reading import find_experiment
from stancelab.tracking.store import reporting
from stancelab.tracking.system import SystemWatch

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

    from stancelab.predictors.base import Predictor

_ON_PARENT = ("macro_f1", "macro_f1_low", "macro_f1_high", "accuracy", "actor_swap")
_TAG_LENGTH = 1000


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
        self._children: dict[str, Run] = {}
        self._watch = SystemWatch(client.tracking_uri)
        self._process = process()

    def start(self, plan: Plan) -> None:
        """Find the parent run of this very experiment and its finished cells, or begin one."""
        self._plan, self._records = plan, CellRecords(self.client, plan)
        with unbroken(), reporting(self.client.tracking_uri):
            self._experiment_id = names.experiment_id(self.client, plan.config.name)
            self._close_dead_runs()
            if not self.fresh:
                self._known = names.finished_cells(self.client, self._experiment_id)
            self.parent_id = self._find_parent() or self._begin()
            self._remove_twins()
            self.client.set_tag(self.parent_id, "mlflow.note.content", plan.config.question)
            self.client.set_tag(self.parent_id, names.PROCESS, process())
            self.client.update_run(self.parent_id, status="RUNNING")
            self._watch.start(self.parent_id, resumed=True)
        gc.collect()
        gc.freeze()  # else every collection while a run is logged looks at all of MLflow again

    def finished(self, cell: Cell) -> CellScore | None:
        """Read back the score of a cell that was finished before."""
        run = self._known.get(cell.fingerprint)
        return None if run is None else names.read_cell(self.client, run)

    def begin(self, cell: Cell) -> Measure:
        """Begin a child run; its figures are written while the cell is trained."""
        with unbroken(), reporting(self.client.tracking_uri):
            run = self._children[cell.fingerprint] = self._child(cell)
            run_id = run.info.run_id
            self._watch.start_later(run_id)

        def measure(values: Mapping[str, float], step: int) -> None:
            with reporting(self.client.tracking_uri):
                self.client.log_batch(run_id, metrics=metrics_of(values, step))

        return measure

    def record(self, cell: Cell, score: CellScore, predictor: Predictor) -> None:
        """Write what a finished cell found to its run, and end it."""
        run = self._children.pop(cell.fingerprint)
        with unbroken(), reporting(self.client.tracking_uri):
            self._records.write(run, cell, score, predictor)
            self._watch.stop(run.info.run_id)
            self.client.set_terminated(run.info.run_id, "FINISHED")

    def fail(self, failure: Failure) -> None:
        """End a child run as failed, with the reason."""
        run_id = self._children.pop(failure.cell.fingerprint).info.run_id
        with unbroken(), reporting(self.client.tracking_uri):
            self._watch.stop(run_id)
            self.client.set_tag(run_id, "stancelab.failure", failure.reason)
            self.client.set_terminated(run_id, "FAILED")

    def finish(self, report: Report) -> None:
        """Write the leaderboard and the page, and end the parent run."""
        metrics = {}
        for row in report.rows:
            values = row.as_dict()
            for key in _ON_PARENT:
                if values[key] is not None:
                    name = names.metric_name(*self._place(row), row.model, key)
                    metrics[name] = values[key]
        found = {
            "rows": [row.as_dict() for row in report.rows],
            "differences": [one.as_dict() for board in report.boards for one in board.differences],
            "learning": [asdict(point) for point in report.learning],
        }
        with unbroken(), reporting(self.client.tracking_uri):
            self.client.log_batch(self.parent_id, metrics=metrics_of(metrics))
            self.client.log_dict(self.parent_id, found, "leaderboard.json")
            self._write_page(report)
            self._watch.stop(self.parent_id)
            self._remove_twins()
            self.client.set_terminated(self.parent_id, "FAILED" if report.failures else "FINISHED")

    def _write_page(self, report: Report) -> None:
        """Draw the comparison as a page, which MLflow shows among the parent's artifacts."""
        if not report.boards:
            return
        tracked = find_experiment(self.parent_id, self.client)
        comparison = build_comparison(
            tracked.title,
            self._plan.config.question,
            report.boards,
            known_of(self.client, speaking_runs(tracked.whole)),
            learning=report.learning,
            about=about_experiments([tracked]),
        )
        text = page(comparison).encode("utf-8", "replace").decode()
        self.client.log_text(self.parent_id, text, names.PAGE)

    def _place(self, row: Row) -> tuple[str, ...]:
        """Name what a row was trained and tested on, as far as the experiment has several."""
        train = row.train if len(self._plan.settings) > 1 else ""
        return train, row.test if len(self._plan.scoring.test_sets) > 1 else ""

    def interrupt(self) -> None:
        """Mark what is unfinished as killed; finished cells stay."""
        self._watch.stop_all()
        with reporting(self.client.tracking_uri):
            for run in names.running(self.client, self._experiment_id):
                if run.data.tags.get(names.PROCESS) == self._process:
                    self.client.set_terminated(run.info.run_id, "KILLED")

    def _begin(self) -> str:
        config = self._plan.config
        tags = {
            names.ROLE: "experiment",
            names.FINGERPRINT: self._plan.fingerprint,
            names.PROCESS: process(),
            **self._common_tags(),
            **git(),
        }
        run = self.client.create_run(self._experiment_id, tags=tags, run_name=config.name)
        self._describe(run)
        return str(run.info.run_id)

    def _describe(self, run: Run) -> None:
        """Write what the experiment is; all of it may be there already, in part or whole."""
        plan, config, run_id = self._plan, self._plan.config, run.info.run_id
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
        missing = {name: params[name] for name in params if name not in run.data.params}
        self.client.log_batch(run_id, params=params_of(missing))
        self.client.log_dict(run_id, config.model_dump(mode="json"), names.CONFIG)
        self.client.log_dict(run_id, names.describe_plan(plan), names.PLAN)
        installed = sorted(f"{one.name}=={one.version}" for one in distributions())
        self.client.log_text(run_id, "\n".join(installed) + "\n", "environment.txt")
        if changes := git_diff():
            self.client.log_text(run_id, changes, "changes.diff")
        if self.source:
            self.client.log_artifact(run_id, str(self.source))
        log_inputs(self.client, run_id, [whole_data(plan)])

    def _common_tags(self) -> dict[str, str]:
        """Name the file and the data in tags that MLflow shows, and that its search takes."""
        tested = ", ".join(one.name for one in self._plan.scoring.test_sets)
        return {
            **source(self.source),
            "data": self._plan.config.data.title,
            "data.test": tested[:_TAG_LENGTH],
            "leaky": json.dumps(bool(self._plan.leaky)),
        }

    def _find_parent(self) -> str | None:
        if self.fresh:
            return None
        parents = names.parents(self.client, self._experiment_id)
        same = [p for p in parents if p.data.tags.get(names.FINGERPRINT) == self._plan.fingerprint]
        if not same:
            return None
        if not names.is_begun(same[0]):  # a process was killed before it had written all
            self._describe(same[0])
        return str(same[0].info.run_id)

    def _child(self, cell: Cell) -> Run:
        tags = {
            "mlflow.parentRunId": self.parent_id,
            names.ROLE: cell.role,
            names.FINGERPRINT: cell.fingerprint,
            names.PROCESS: self._process,
            "model.name": cell.model,
            "model.kind": cell.config.kind,
            **({names.SETTING: cell.setting} if cell.setting else {}),
            "seed": str(cell.seed),
            "fold": str(cell.fold),
            **({names.SHARE: str(cell.share)} if cell.share < 1 else {}),
            **self._common_tags(),
        }
        fold = f" fold {cell.fold}" if self._plan.config.split.kind == "folds" else ""
        setting = f" on {cell.setting}" if cell.setting else ""
        share = f" on {cell.share:.0%}" if cell.share < 1 else ""
        name = f"{cell.model}{setting}{share} seed {cell.seed}{fold}"
        run = self.client.create_run(self._experiment_id, tags=tags, run_name=name)
        run_id = str(run.info.run_id)
        config = flat(cell.config.model_dump(mode="json"), "model.")
        config |= {"encoder.revision": cell.encoder} if cell.encoder else {}
        self.client.log_batch(run_id, params=params_of({**config, "seed": cell.seed}))
        log_inputs(self.client, run_id, list(parts_of(self._plan, cell)))
        return run

    def _remove_twins(self) -> None:
        open_runs = {self.parent_id, *(run.info.run_id for run in self._children.values())}
        names.remove_twins(self.client, self._experiment_id, open_runs)

    def _close_dead_runs(self) -> None:
        """Mark runs as killed whose process on this machine is gone."""
        for run in names.running(self.client, self._experiment_id):
            if is_dead(run.data.tags.get(names.PROCESS, "")):
                self.client.set_terminated(run.info.run_id, "KILLED")
