"""What the run of a finished cell holds: metrics, predictions, slices, errors, figures, a model."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from stancelab.cells import Cell
from stancelab.evaluation.answers import answers
from stancelab.evaluation.mistakes import as_table, mistakes
from stancelab.evaluation.plots import answers_figure, save_svg
from stancelab.evaluation.report import CellScore
from stancelab.evaluation.slices import SliceScore
from stancelab.export.bundle import write_bundle
from stancelab.export.licences import training_data, unlabelled_data
from stancelab.plan import Plan
from stancelab.predictors.holding import services_in
from stancelab.tracking import names
from stancelab.tracking.entities import metrics_of, tags_of
from stancelab.tracking.measures import Measures
from stancelab.tracking.provenance import device
from stancelab.tracking.slice_names import described, slice_metrics

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

    from stancelab.export.mlflow_folder import Extend
    from stancelab.predictors.base import Predictor

_MISTAKES, _BYTES = 100, 1e6
_OF_MODEL = ("/macro_f1", "/accuracy", "/actor_swap", "/ece")
"""Endings of the metrics that MLflow also shows beside the logged model."""
_FIGURES = 2
"""Test sets up to which each gets figures; with more it is a matrix of them."""


class CellRecords:
    """Writes the runs of an experiment's finished cells.

    Parameters
    ----------
    client : mlflow.MlflowClient
        The open store.
    plan : Plan
        What the experiment is going to do.
    """

    def __init__(self, client: MlflowClient, plan: Plan) -> None:
        self._client, self._plan = client, plan
        self._measures = Measures(plan.scoring)

    def write(self, run: Run, cell: Cell, score: CellScore, predictor: Predictor) -> None:
        """Write all that is known of a cell to its run; of a learning curve, scores alone."""
        run_id = run.info.run_id
        metrics, slices, model_id = self._measures.of(score), self._measures.slices(score), None
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            pq.write_table(score.predictions, folder / names.PREDICTIONS, compression="zstd")
            if cell.share == 1:
                self._write_files(folder, cell, score, predictor, slices)
            self._client.log_artifacts(run_id, str(folder))
        tags = {names.DEVICE: device()}
        if services := services_in(predictor):
            tags[names.SERVICE] = ", ".join(sorted({one.kind for one in services}))
        elif cell.share == 1:
            model_id, size = self._log_model(run, cell, score, predictor)
            metrics |= {names.MEGABYTES: size / _BYTES}
        of_model = {key: metrics.pop(key) for key in list(metrics) if key.endswith(_OF_MODEL)}
        entities = metrics_of(of_model, model_id=model_id)
        entities += metrics_of(metrics | slice_metrics(slices))
        self._client.log_batch(run_id, metrics=entities, tags=tags_of(tags))

    def _write_files(
        self,
        folder: Path,
        cell: Cell,
        score: CellScore,
        predictor: Predictor,
        slices: Mapping[str, Sequence[SliceScore]],
    ) -> None:
        table = json.dumps(described(slices), ensure_ascii=False, indent=1)
        (folder / names.SLICES).write_text(table + "\n", encoding="utf-8")
        if score.bias is not None:
            content = json.dumps(score.bias.as_dict(), ensure_ascii=False, indent=1)
            (folder / names.BIAS).write_text(content + "\n", encoding="utf-8")
        self._write_mistakes(folder, score, predictor)
        self._draw(folder, cell, score)

    def _write_mistakes(self, folder: Path, score: CellScore, predictor: Predictor) -> None:
        """Write the errors that the model is surest of, of each test set."""
        tested = self._measures.tested(score)
        tables = []
        for test_set, rows in tested:
            found = as_table(mistakes(rows, predictor, test_set, _MISTAKES // len(tested)))
            tables.append(found.append_column(names.TEST_SET, pa.repeat(test_set.name, len(found))))
        pq.write_table(pa.concat_tables(tables), folder / names.MISTAKES, compression="zstd")

    def _draw(self, folder: Path, cell: Cell, score: CellScore) -> None:
        """Draw what the cell answered, where that is a figure or two and no matrix of them."""
        tested = self._measures.tested(score)
        if len(tested) > _FIGURES:
            return
        for test_set, rows in tested:
            place = folder / test_set.name if len(tested) > 1 else folder
            place.mkdir(parents=True, exist_ok=True)
            save_svg(answers_figure(answers(rows, test_set), cell.title), place / names.FIGURE)

    def _log_model(
        self, run: Run, cell: Cell, score: CellScore, predictor: Predictor
    ) -> tuple[str, int]:
        """Log the bundle as the run's model, and give its ID and size in bytes."""
        from stancelab.export.mlflow_folder import log_bundle

        about = {
            "model": {"name": cell.model, "config": cell.config.model_dump(mode="json")},
            "run": run.info.run_id,
            "seed": cell.seed,
            "setting": cell.setting,
            "metrics": {"macro_f1": self._measures.macro_f1(score)},
            "training_data": training_data(self._plan, self._plan.split_of(cell).train),
            "unlabelled_data": unlabelled_data(self._plan, cell),
        }
        sizes: list[int] = []

        def write(folder: Path, extend: Extend) -> None:
            write_bundle(folder, predictor, about, extend)
            sizes.append(sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()))

        name = cell.model.replace("/", "-")
        return log_bundle(self._client, run, name, write), sizes[0]
