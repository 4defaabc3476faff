"""Running an experiment into MLflow, exporting from it, and naming its champion."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import quote
from typing import Any

from stancelab.config import ExperimentConfig, read_experiment, restore_experiment
from stancelab.errors import DataError, StancelabError, StoreError
from stancelab.evaluation.abstention import Wanted
from stancelab.experiment import CellMonitor, Progress, Report, run
from stancelab.export.abstaining import abstention
from stancelab.export.bundle import CARD, check_place, read_bundle, write_bundle
from stancelab.export.card import model_card, training_data
from stancelab.export.mlflow_model import add_mlflow_files
from stancelab.export.verify import verify_in_fresh_process
from stancelab.monitor import Surroundings
from stancelab.parallel import is_first, processes
from stancelab.plan import Cell, Plan, make_plan
from stancelab.predictors.abstaining import AbstainingPredictor
from stancelab.schema import labels_of
from stancelab.tracking import names
from stancelab.tracking.reading import (
    Tracked,
    bundle_of,
    find_experiment,
    find_run,
    model_of,
    read_config,
)
from stancelab.tracking.recorder import MlflowRecorder
from stancelab.tracking.store import open_store, reporting, store_uri
from stancelab.tracking.together import TogetherRecorder
from stancelab.tracking.trials import check_sweep, swept

CHAMPION = "champion"


class Silent:
    """Shows no progress."""

    def step(self, what: str, done: int, total: int) -> None:
        """Do nothing."""


def run_experiment(
    path: str | Path,
    overrides: Sequence[str] = (),
    *,
    fresh: bool = False,
    on_error: str | None = None,
    unverified: bool = False,
    register: str | None = None,
    progress: Progress | None = None,
) -> Report:
    """Run an experiment file into MLflow, continuing it where it was interrupted.

    Parameters
    ----------
    path : str or Path
        The TOML file.
    overrides : sequence of str
        ``key=value`` each, as in ``model.C=0.5``; recorded in the run.
    fresh : bool
        Run finished cells again.
    on_error : {"fail", "skip"}, optional
        What to do with rows that cannot be used, instead of what the file says.
    unverified : bool
        Go on although a corpus' file is not the one whose SHA-256 is known.
    register : str, optional
        Name under which the best model is registered in MLflow.
    progress : Progress, optional
        Shows how far it is.

    Returns
    -------
    Report
        The leaderboard, and the cells that failed with their reasons.

    Raises
    ------
    StancelabError
        The file, the data or the store cannot be used.
    """
    chosen = [*overrides, f'data.on_error="{on_error}"'] if on_error else list(overrides)
    chosen += ["data.unverified=true"] if unverified else []
    progress = progress if progress and is_first() else Silent()
    progress.step("loading and parting the data", 0, 1)
    config = read_experiment(Path(path), chosen)
    if config.sweep:
        check_sweep(store_uri())
    planned = make_plan(config)
    if register and len(planned.settings) > 1:
        raise StoreError(
            f"{path} trains on several things, each with a best of its own; run it without "
            "--register, then export one: stancelab export "
            + quote(f"best:{planned.config.name}/{planned.settings[0]}")
            + " DIR"
        )
    if not is_first():
        return run(planned, TogetherRecorder(None), progress)
    recorder = MlflowRecorder(open_store(), Path(path), fresh)
    with swept(planned, recorder, progress) as (planned, found):
        report = replace(_run_recorded(planned, recorder, progress), swept=found)
    if register and report.best:
        register_best(recorder.parent_id, register)
    return report


def _run_recorded(planned: Plan, recorder: MlflowRecorder, progress: Progress) -> Report:
    try:
        return run(planned, recorder if processes() == 1 else TogetherRecorder(recorder), progress)
    except KeyboardInterrupt:
        recorder.interrupt()
        raise


def register_best(experiment: str, name: str) -> str:
    """Register the best model of an experiment, or of a parent run, and give the version."""
    import mlflow

    tracked = find_experiment(experiment)
    run_found = tracked.best_run()
    with reporting(tracked.client.tracking_uri):
        for version in _versions(tracked, run_found.info.run_id):
            if version.name == name:
                return str(version.version)
        model_id = model_of(run_found)
        version = mlflow.register_model(f"models:/{model_id}", name)
        tracked.client.set_tag(tracked.parent.info.run_id, "stancelab.registered", name)
        return str(version.version)


def name_champion(experiment: str) -> tuple[str, str]:
    """Give the alias ``champion`` to the best model of an experiment.

    Returns
    -------
    tuple of str
        The registered name and the version.

    Raises
    ------
    StoreError
        No model of the experiment was registered.
    """
    tracked = find_experiment(experiment)
    best = tracked.best_run()
    versions = _versions(tracked, best.info.run_id)
    name = tracked.parent.data.tags.get("stancelab.registered")
    if not versions and name is None:
        raise StoreError(
            f"no model of {experiment!r} is registered; register its best with: "
            f"stancelab run {experiment}.toml --register NAME"
        )
    if versions:
        name, number = str(versions[0].name), str(versions[0].version)
    else:
        number = register_best(experiment, str(name))
    with reporting(tracked.client.tracking_uri):
        tracked.client.set_registered_model_alias(str(name), CHAMPION, number)
    return str(name), number


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did: which model, from which run, and how well it answers its probes.

    Attributes
    ----------
    abstention : mapping, optional
        The threshold below which it answers ``"uncertain"``, and what that gives; as the manifest
        has it.
    """

    model: str
    run_id: str
    folder: Path
    difference: float
    refitted: bool
    size: int
    abstention: Mapping[str, Any] | None = None


def export(
    target: str,
    folder: Path,
    *,
    refit: bool = False,
    abstain: Wanted | None = None,
    progress: Progress | None = None,
) -> Exported:
    """Export a tracked model as a bundle and verify it in a fresh process.

    Parameters
    ----------
    target : str
        A run ID, ``best:EXPERIMENT``, ``best:EXPERIMENT/SETTING`` or ``models:/NAME@ALIAS``.
    folder : Path
        Where the bundle goes; a bundle that is there is replaced.
    refit : bool
        Train the model on all rows first; no test figure then belongs to the weights. One that
        stops early by its validation rows has none then, and trains all its epochs; one that is
        calibrated holds out a fifth of the documents for that.
    abstain : ("precision" or "coverage", float), optional
        Let it answer ``"uncertain"`` below a threshold that is chosen for this share of right
        answers, or of answered rows, on the run's validation rows; not with `refit`, which trains
        on them.
    progress : Progress, optional
        Shows how far that training is.

    Raises
    ------
    StancelabError
        There is no such run, something else is at the place, what is wanted of `abstain` is not
        reached, or verification fails.
    """
    if refit and abstain:
        raise StancelabError(
            "--abstain chooses its threshold on the validation rows, and --refit trains on them; "
            "leave out one of the two"
        )
    check_place(folder)
    found, tracked = find_run(target)
    fetched = bundle_of(found, tracked.client)
    contents = read_bundle(fetched)
    kept = ("model", "run", "seed", "setting", "metrics", "training_data")
    scoring = names.restore_scoring(tracked.plan)
    about = {**{key: contents.manifest[key] for key in kept}, "refit": refit}
    predictor, rows = contents.predictor, None
    if refit:
        planned, cell = _replan(tracked, found.data.tags[names.FINGERPRINT])
        used = planned.refit_rows(cell.setting)
        table = planned.loaded.table.take(used)
        monitor = CellMonitor(lambda *_: None, progress or Silent(), f"training {cell.title}")
        around = Surroundings(monitor=monitor)
        predictor = cell.build().fit(table, labels_of(table), around).predictor_
        about |= {"metrics": {}, "setting": "", "training_data": training_data(planned, used)}
    else:
        title = about["setting"] or scoring.title
        own = [one for one in tracked.rows() if one.model == about["model"]["name"]]
        rows = [one.as_dict() for one in own if one.train == title]
        about["metrics"] = {**about["metrics"], "experiment": rows}
    if abstain:
        predictions = names.read_cell(tracked.client, found).predictions
        about["abstention"] = abstention(predictions, scoring, abstain)
        predictor = AbstainingPredictor(predictor, about["abstention"]["threshold"])

    def complete(building: Path) -> None:
        manifest = json.loads((building / "manifest.json").read_text(encoding="utf-8"))
        (building / CARD).write_text(model_card(manifest, rows), encoding="utf-8")
        add_mlflow_files(building)

    difference = _write_verified(folder, predictor, about, complete)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    name, chosen = about["model"]["name"], about.get("abstention")
    return Exported(name, found.info.run_id, folder, difference, refit, size, chosen)


def _write_verified(folder: Path, predictor: Any, about: dict[str, Any], complete: Any) -> float:
    """Write next to the place, verify there, and only then take the place."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        write_bundle(scratch / "bundle", predictor, about, complete)
        difference = verify_in_fresh_process(scratch / "bundle")
        if folder.exists():
            shutil.rmtree(folder)
        (scratch / "bundle").rename(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return difference


def _replan(tracked: Tracked, fingerprint: str) -> tuple[Plan, Cell]:
    """Load the data of a tracked experiment again and find the cell of a run."""
    config: ExperimentConfig = restore_experiment(read_config(tracked))
    planned = make_plan(config)
    recorded = tracked.parent.data.params["data.sha256"]
    if planned.data_digest != recorded:
        raise DataError(
            f"{config.data.title}: the data has changed since the run (SHA-256 "
            f"{planned.data_digest[:12]}…, recorded {recorded[:12]}…); run the experiment again"
        )
    for cell in planned.cells:
        if cell.fingerprint == fingerprint:
            return planned, cell
    raise StoreError(
        "the code of the model has changed since the run; run the experiment again, then refit"
    )


def _versions(tracked: Tracked, run_id: str) -> list[Any]:
    return list(tracked.client.search_model_versions(f"run_id = '{run_id}'"))
