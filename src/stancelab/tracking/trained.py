"""What a run trained, and all that an export says of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from stancelab.evaluation.abstention import Wanted
from stancelab.experiment import CellMonitor, Progress
from stancelab.export.abstaining import abstention
from stancelab.export.bundle import read_bundle
from stancelab.export.card.bias import chosen_bias
from stancelab.export.card.figures import chosen_slices
from stancelab.export.encoder import encoders_of, shown_name, told_of, without_folders
from stancelab.export.licences import training_data, unlabelled_data, with_terms
from stancelab.monitor import Surroundings
from stancelab.predictors.abstaining import AbstainingPredictor
from stancelab.predictors.base import predictor_class
from stancelab.schema import SCHEMA, as_table, labels_of
from stancelab.tracking import names
from stancelab.tracking.known import read_bias
from stancelab.tracking.reading import Tracked, bundle_of, find_run
from stancelab.tracking.replanning import replan, training_rows

if TYPE_CHECKING:
    import pyarrow as pa
    from mlflow.entities import Run

    from stancelab.evaluation.report import Scoring
    from stancelab.export.onnx.wanted import Material, OnnxWanted
    from stancelab.predictors.base import Predictor

_KEPT = ("model", "run", "seed", "setting", "metrics", "training_data")
_OF_TEST = ("macro_f1", "macro_f1_low", "macro_f1_high", "accuracy", "ece")


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained model on its way out of the store.

    Attributes
    ----------
    tracked : Tracked
        The experiment.
    run : mlflow.entities.Run
        The run that trained it.
    predictor : Predictor
        What answers.
    about : dict
        What is said of it.
    learnt_from : pyarrow.Table, optional
        The rows of a training that was done again.
    """

    tracked: Tracked
    run: Run
    predictor: Predictor
    about: dict[str, Any]
    learnt_from: pa.Table | None = None

    @property
    def name(self) -> str:
        """Name the model as the experiment does."""
        return str(self.about["model"]["name"])

    @property
    def title(self) -> str:
        """Name it with its kind, as an experiment file has both."""
        return f"{self.name} ({self.about['model']['config']['kind']})"

    @cached_property
    def predictions(self) -> pa.Table:
        """What the run answered on its validation and test rows."""
        return names.read_cell(self.tracked.client, self.run).predictions

    def rows(self, part: str) -> pa.Table:
        """Give the rows of a part as a statement table with labels."""
        own = self.predictions.filter(pc.field("part") == part)
        return as_table(own.select([name for name in SCHEMA.names if name in own.column_names]))

    def material(self, wanted: OnnxWanted) -> Material:
        """Give the rows that a conversion works with.

        Those of training are loaded where it looks at them alone: for ranges and for tokens.
        """
        from stancelab.export.onnx.wanted import Material

        needs = wanted.precision != "fp32" or wanted.prunes
        training = self.learnt_from
        if training is None:
            training = SCHEMA.empty_table()
            if needs:
                training = training_rows(self.tracked, self.run, self.predictions)
        return Material(training, self.rows("validation"))

    def abstaining(self, wanted: Wanted) -> Trained:
        """Let it answer ``"uncertain"`` below a threshold chosen on the validation rows.

        Raises
        ------
        StancelabError
            What is wanted is not reached.
        """
        found = abstention(self.predictions, _scoring(self.tracked), wanted)
        predictor = AbstainingPredictor(self.predictor, found["threshold"])
        return replace(self, predictor=predictor, about={**self.about, "abstention": found})

    def retrained(self, progress: Progress) -> Trained:
        """Train the model again on all rows; no test figure belongs to it then."""
        planned, cell = replan(self.tracked, self.run)
        used = planned.refit_rows(cell.setting)
        table = planned.loaded.table.take(used)
        monitor = CellMonitor(lambda *_: None, progress, f"training {cell.title}")
        around = Surroundings(monitor=monitor, unlabelled=planned.unlabelled_for(cell))
        fitted = cell.build().fit(table, labels_of(table), around)
        made = fitted.predictor_
        # as a bundle makes it again: without the memory of its training
        predictor = predictor_class(made.kind).from_state(made.state())
        about = {**self.about, "metrics": {}, "setting": "", "refit": True}
        about["training_data"] = training_data(planned, used)
        about["unlabelled_data"] = unlabelled_data(planned, cell)
        return replace(self, predictor=predictor, about=about, learnt_from=table)


def read_trained(target: str) -> Trained:
    """Read a trained model from the store, with what its experiment found.

    Parameters
    ----------
    target : str
        As `find_run` takes it.

    Raises
    ------
    StancelabError
        There is no such run, or its model cannot be read.
    """
    run, tracked = find_run(target)
    contents = read_bundle(bundle_of(run, tracked.client))
    about = {key: contents.manifest[key] for key in _KEPT}
    about["unlabelled_data"] = contents.manifest.get("unlabelled_data", [])
    about["training_data"] = with_terms(about["training_data"])
    about |= {"experiment": tracked.name, "refit": False}
    about["metrics"] = finite({**about["metrics"], **_figures(tracked, run, about)})
    about |= told_of(encoders_of(contents.predictor))
    about["model"] = {**about["model"], "config": without_folders(about["model"]["config"])}
    return Trained(tracked, run, contents.predictor, about)


def _figures(tracked: Tracked, run: Run, about: Mapping[str, Any]) -> dict[str, Any]:
    """Give the leaderboard's rows of the model, and the figures of these very weights."""
    scoring = _scoring(tracked)
    title = about["setting"] or scoring.title
    rows = [row.as_dict() for row in tracked.rows() if row.model == about["model"]["name"]]
    tested = list(about["metrics"]["macro_f1"])
    figures = {}
    for name in tested:
        prefix = names.metric_name("test", name if len(tested) > 1 else "")
        found = {key: run.data.metrics.get(f"{prefix}/{key}") for key in _OF_TEST}
        figures[name] = {key: value for key, value in found.items() if value is not None}
    bias = read_bias(tracked.client, run)
    return {
        "experiment": [row | {"train": shown_name(title)} for row in rows if row["train"] == title],
        "tested": figures,
        "slices": _slices(tracked, run),
        **({"bias": chosen_bias(bias)} if bias else {}),
    }


def _slices(tracked: Tracked, run: Run) -> list[dict[str, Any]]:
    """Read the slices that a card shows, of each test set."""
    import mlflow

    path = mlflow.artifacts.download_artifacts(
        artifact_uri=f"{run.info.artifact_uri}/{names.SLICES}",
        tracking_uri=tracked.client.tracking_uri,
    )
    found = json.loads(Path(path).read_text(encoding="utf-8"))
    whole = [one for one in found if all(isfinite(one[key]) for key in ("macro_f1", "low", "high"))]
    sets = dict.fromkeys(one["test_set"] for one in whole)
    return [
        dict(one)
        for name in sets
        for one in chosen_slices([each for each in whole if each["test_set"] == name])
    ]


def finite(content: Any) -> Any:
    """Replace what JSON has no number for by None, at any depth.

    Examples
    --------
    >>> finite({"low": float("nan"), "rows": [1, 0.5]})
    {'low': None, 'rows': [1, 0.5]}
    """
    if isinstance(content, dict):
        return {key: finite(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [finite(value) for value in content]
    return None if isinstance(content, float) and not isfinite(content) else content


def _scoring(tracked: Tracked) -> Scoring:
    return names.restore_scoring(tracked.plan)
