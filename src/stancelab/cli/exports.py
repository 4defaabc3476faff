"""``stancelab export``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from stancelab.cli import display
from stancelab.errors import StancelabError

if TYPE_CHECKING:
    from stancelab.evaluation.abstention import Wanted

Format = Literal["bundle", "onnx", "huggingface", "mlflow"]
Precision = Literal["fp32", "int8"]


def export(
    target: Annotated[
        str | None, typer.Argument(help="Run ID, best:EXPERIMENT or models:/NAME@ALIAS.")
    ] = None,
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="Where it goes.")] = None,
    export_format: Annotated[
        Format,
        typer.Option(
            "--format",
            help="A bundle; one whose encoder is ONNX in any case; a directory of transformers; "
            "or an MLflow model that carries its code.",
        ),
    ] = "bundle",
    precision: Annotated[
        Precision | None, typer.Option(help="Of the encoder as ONNX; fp32 if nothing is said.")
    ] = None,
    languages: Annotated[
        str | None,
        typer.Option(metavar="uk,en,…", help="Keep only the tokens that these languages need."),
    ] = None,
    keep_tokens_of: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Keep the tokens of this text file; may be repeated."),
    ] = None,
    register: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Register it in MLflow (with --format mlflow)."),
    ] = None,
    alias: Annotated[
        str | None, typer.Option(help="Alias of the registered version, such as champion.")
    ] = None,
    refit: Annotated[bool, typer.Option("--refit", help="Train on all rows first.")] = False,
    abstain: Annotated[
        str | None,
        typer.Option(
            metavar="precision=SHARE | coverage=SHARE",
            help="Answer 'uncertain' below a threshold that reaches this on validation rows.",
        ),
    ] = None,
    verify: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Only ask an export its probe statements.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print an object for programs.")] = False,
) -> None:
    """Write a trained model for use elsewhere, and verify it in a fresh process."""
    if verify is not None:
        given = (target, abstain, precision, languages, keep_tokens_of, register, alias)
        if any(one is not None for one in given) or refit or export_format != "bundle":
            raise StancelabError("--verify DIR takes no other argument")
        _verify(verify, json)
        return
    if target is None or folder is None:
        raise StancelabError("expected what to export and where: stancelab export TARGET DIR")
    wanted = _wanted(abstain)
    from stancelab.cli.exported import conversion_of, print_exported, registration_of
    from stancelab.tracking.exporting import export as export_run

    conversion = conversion_of(precision, languages, keep_tokens_of)
    registration = registration_of(register, alias)
    with display.progress_bar() as bar:
        done = export_run(
            target,
            folder,
            export_format=export_format,
            conversion=conversion,
            refit=refit,
            abstain=wanted,
            register=registration,
            progress=bar,
        )
    print_exported(done, json)


def _wanted(text: str | None) -> Wanted | None:
    """Read what a threshold is to be chosen for."""
    if text is None:
        return None
    name, _, value = text.partition("=")
    try:
        share = float(value)
    except ValueError:
        share = 0.0
    if name not in ("precision", "coverage") or not 0 < share <= 1:
        raise StancelabError(
            f"--abstain {text!r}: expected precision=SHARE or coverage=SHARE with a share above 0 "
            "and up to 1, such as precision=0.9"
        )
    return cast("Wanted", (name, share))


def _verify(folder: Path, json: bool) -> None:
    from stancelab.export.formats import verify_folder
    from stancelab.export.huggingface.folder import is_huggingface
    from stancelab.export.verify import note_on

    difference = verify_folder(folder)
    note = "" if is_huggingface(folder) else note_on(folder, difference)
    if json:
        display.print_json({"folder": str(folder), "difference": difference, "note": note})
        return
    display.console().print(
        f"{folder}: verified in a fresh process (largest difference {difference:.1g})",
        markup=False,
    )
    if note:
        display.notes().print(f"note: {note}", markup=False)
