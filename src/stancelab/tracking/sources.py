"""Finding what is to be compared: an experiment, a run of it, or the run of a bundle."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stancelab.errors import StoreError
from stancelab.evaluation.report import CellScore, Scoring
from stancelab.export.manifest import read_manifest
from stancelab.tracking import names
from stancelab.tracking.reading import BEST, Tracked, find_experiment, find_run

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One thing that was asked for: an experiment, or one run of it.

    Attributes
    ----------
    name : str
        As it is shown beside a model whose name alone would not tell.
    tracked : Tracked
        The experiment.
    runs : tuple of Run
        Its cells that are compared.
    scores : tuple of CellScore
        What each of them found.
    """

    name: str
    tracked: Tracked
    runs: tuple[Run, ...]
    scores: tuple[CellScore, ...]

    @property
    def scoring(self) -> Scoring:
        """What the plan of the experiment says of its cells."""
        return names.restore_scoring(self.tracked.plan)


def find_source(target: str, client: MlflowClient) -> Source:
    """Find an experiment, a run, or the run of a bundle.

    Raises
    ------
    UnknownNameError, StoreError, BundleError
        There is no such experiment, run or bundle.
    """
    if is_folder(target):
        return _run_source(_run_of_bundle(Path(target)))
    if is_experiment(target, client):
        tracked = find_experiment(target, client)
        if not tracked.whole:
            raise StoreError(
                f"no cell of {target!r} is finished, so there is nothing to compare; run it first"
            )
        scores = tuple(names.read_cell(client, run) for run in tracked.cells)
        return Source(tracked.title, tracked, tracked.cells, scores)
    return _run_source(target)


def is_folder(target: str) -> bool:
    """Say whether a name means the folder of a bundle, be it there or not."""
    is_path = "/" in target and not target.startswith((BEST, "models:/"))
    return is_path or Path(target).is_dir()


def is_experiment(target: str, client: MlflowClient) -> bool:
    """Say whether a name is that of an experiment, or the ID of its parent run."""
    from mlflow.exceptions import MlflowException

    if client.get_experiment_by_name(target) is not None:
        return True
    try:
        run = client.get_run(target)
    except MlflowException:
        return ":" not in target and "/" not in target  # its error names the closest
    return run.data.tags.get(names.ROLE) == "experiment"


def _run_source(target: str) -> Source:
    run, tracked = find_run(target)
    score = names.read_cell(tracked.client, run)
    return Source(f"run {run.info.run_id[:8]}", tracked, (run,), (score,))


def _run_of_bundle(folder: Path) -> str:
    """Find the run that a bundle was exported from.

    Raises
    ------
    StoreError
        It was trained on all rows after its run, so no tested rows belong to it.
    """
    manifest = read_manifest(folder)
    if manifest.get("refit"):
        raise StoreError(
            f"{folder}: was trained on all rows of its data (--refit), so none is left to test it "
            "on; compare it on other rows: --data NAME or FILE"
        )
    return str(manifest["run"])
