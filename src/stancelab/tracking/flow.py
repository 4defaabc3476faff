"""Running an experiment into MLflow."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from shlex import quote

from stancelab.cluster.connecting import Cluster
from stancelab.config import read_experiment
from stancelab.errors import StancelabError, StoreError
from stancelab.experiment import Progress, Report, Silent, run
from stancelab.parallel import is_first, processes
from stancelab.plan import Plan, make_plan
from stancelab.tracking.recorder import MlflowRecorder
from stancelab.tracking.registering import register_best
from stancelab.tracking.store import open_store, store_uri
from stancelab.tracking.together import TogetherRecorder
from stancelab.tracking.trials import check_sweep, swept


def run_experiment(
    path: str | Path,
    overrides: Sequence[str] = (),
    *,
    fresh: bool = False,
    on_error: str | None = None,
    unverified: bool = False,
    register: str | None = None,
    progress: Progress | None = None,
    cluster: Cluster | None = None,
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
    cluster : Cluster, optional
        Where the cells are trained; without it, in this process.

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
    if cluster and processes() > 1:
        raise StancelabError("--engine ray starts processes of its own; use no 'accelerate launch'")
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
        report = replace(_run_recorded(planned, recorder, progress, cluster), swept=found)
    if register and report.best:
        register_best(recorder.parent_id, register)
    return report


def _run_recorded(
    planned: Plan, recorder: MlflowRecorder, progress: Progress, cluster: Cluster | None
) -> Report:
    try:
        if cluster:
            from stancelab.cluster.cells import OnRay

            return run(planned, recorder, progress, OnRay(cluster))
        return run(planned, recorder if processes() == 1 else TogetherRecorder(recorder), progress)
    except KeyboardInterrupt:
        with suppress(StoreError):  # the next run closes what a store that is gone kept open
            recorder.interrupt()
        raise
