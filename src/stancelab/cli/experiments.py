"""``stancelab run`` and ``ui``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from stancelab.cli import display
from stancelab.cli.clusters import AddressOption, EngineOption, cluster_of
from stancelab.cli.leaderboard import print_leaderboard
from stancelab.parallel import is_first

if TYPE_CHECKING:
    from stancelab.experiment import Report
    from stancelab.sweeping.search import Swept

_MODE = "/#/?workflowType=machine_learning"
"""MLflow opens on language models otherwise, where an experiment's runs are not to be seen."""
_SMALL = {"MLFLOW_WORKERS": "1", "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
"""One user needs one worker and no job runner: half a gigabyte and 7 seconds for 2.6 and 24."""

Json = Annotated[bool, typer.Option("--json", help="Print objects for programs.")]


def run(
    experiment: Annotated[Path, typer.Argument(help="The experiment file (TOML).")],
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Override a key, as in model.C=0.5."),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Run finished cells and sweeps again.")
    ] = False,
    on_error: Annotated[
        str | None, typer.Option("--on-error", metavar="fail|skip", help="What bad rows do.")
    ] = None,
    unverified: Annotated[
        bool, typer.Option("--unverified", help="Go on with corpus files of another hash.")
    ] = False,
    register: Annotated[
        str | None, typer.Option(metavar="NAME", help="Register the best model in MLflow.")
    ] = None,
    engine: EngineOption = "local",
    address: AddressOption = None,
    gpus_per_cell: Annotated[
        float, typer.Option(metavar="F", min=0, help="GPUs of a cell on Ray, such as 0.5.")
    ] = 0,
    cpus_per_cell: Annotated[
        float, typer.Option(metavar="N", min=0, help="Cores of a cell on Ray.")
    ] = 1,
    json: Json = False,
) -> int:
    """Train models × seeds of an experiment file and compare them; continues where it was."""
    from stancelab.tracking.flow import run_experiment

    cluster = cluster_of(engine, address, gpus_per_cell, cpus_per_cell)
    with display.progress_bar() as bar:
        report = run_experiment(
            experiment,
            set_ or (),
            fresh=fresh,
            on_error=on_error,
            unverified=unverified,
            register=register,
            progress=bar,
            cluster=cluster,
        )
    if is_first():
        _print_report(report, json)
    return 1 if report.failures else 0


def ui(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 5000,
) -> None:
    """Open MLflow's pages on the store, for this machine only."""
    from stancelab.tracking.store import open_store

    uri = open_store().tracking_uri
    if uri.startswith(("http://", "https://")):
        display.console().print(f"the store is a server with pages of its own: {uri}")
        return
    display.notes().print(f"MLflow on http://127.0.0.1:{port}{_MODE} (Ctrl-C ends it)")
    for name, value in _SMALL.items():
        os.environ.setdefault(name, value)
    words = [sys.executable, "-m", "mlflow", "ui", "--backend-store-uri", uri]
    os.execv(sys.executable, [*words, "--host", "127.0.0.1", "--port", str(port)])


def _print_report(report: Report, json: bool) -> None:
    notes = display.notes()
    if report.dropped:
        counts = ", ".join(f"{count} × {reason}" for reason, count in report.dropped.items())
        notes.print(f"left out {sum(report.dropped.values())} rows: {counts}")
    for setting, count in report.removed.items():
        if count == 0:
            continue
        place = f" of {setting}" if setting else ""
        notes.print(
            f"removed {count} rows{place} from training and validation that stand in a later part "
            "too"
        )
    if report.swept:
        _print_sweep(report.swept)
    if json:
        display.print_json([row.as_dict() for row in report.rows])
    else:
        print_leaderboard(report.rows, report.name)
        if len(report.settings) > 1 and report.exportable:
            target = quote(f"best:{report.name}/{report.exportable[0]}")
            display.console().print(
                f"Export the best of one of them: stancelab export {target} DIR", soft_wrap=True
            )
        if report.best:
            then = f"Export it: stancelab export best:{report.name} DIR"
            if not report.exportable:
                then = "It asks a service, so there is nothing to export."
            display.console().print(
                f"Best on validation: {report.best.model} "
                f"(macro-F1 {report.best.validation_macro_f1:.3f}). {then}"
            )
    for failure in report.failures:
        cell = failure.cell
        notes.print(f"failed: {cell.title}: {failure.reason}", markup=False)


def _print_sweep(swept: Swept) -> None:
    parameters = ", ".join(f"{name} = {value}" for name, value in swept.parameters.items())
    display.notes().print(
        f"sweep of {swept.model}: {swept.trials} trials ({swept.pruned} ended early, "
        f"{swept.failed} failed); best is trial {swept.best}, validation macro-F1 "
        f"{swept.macro_f1:.3f}: {parameters}",
        markup=False,
    )
