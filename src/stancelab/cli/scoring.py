"""``stancelab score`` and ``predict``."""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from stancelab.cli import display
from stancelab.cli.actors import CatalogueOption
from stancelab.cli.clusters import AddressOption, EngineOption, cluster_of
from stancelab.errors import BadRowsError, StancelabError
from stancelab.stopping import exit_status

if TYPE_CHECKING:
    from rich.console import Console

    from stancelab.scoring.bundle import Opening
    from stancelab.scoring.job import Job, Scored
    from stancelab.scoring.spans import Place

OnError = Literal["fail", "skip"]
OnRefused = Literal["refuse", "fail"]
Kind = Literal["csv", "tsv", "jsonl", "parquet"]
Runtime = Literal["auto", "openvino", "onnxruntime"]

_STANDARD = "-"
_PLAIN: dict[str, Any] = {"markup": False, "soft_wrap": True}

TextColumn = Annotated[str, typer.Option(help="Column of the file with the text.")]
ActorColumn = Annotated[str, typer.Option(help="Column with the actor.")]
RuntimeOption = Annotated[
    Runtime, typer.Option(help="What computes an encoder; auto is the fastest that is installed.")
]
HeadOption = Annotated[
    str,
    typer.Option(
        metavar="CORPUS",
        help="Answer by the head of a corpus, where the classifier learnt several; by the one "
        "that they share if nothing is said.",
    ),
]


def score(
    bundle: Annotated[Path, typer.Argument(help="The bundle's folder.")],
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="IN… OUT",
            help="CSV, TSV, JSONL or Parquet; a folder of Parquet files; a quoted pattern such as "
            "'news/*.csv'; or - for standard input and output.",
        ),
    ],
    text_column: TextColumn = "text",
    actor_column: ActorColumn = "actor",
    input_type: Annotated[
        Kind | None, typer.Option(help="What IN is, where its ending does not tell.")
    ] = None,
    output_type: Annotated[
        Kind | None, typer.Option(help="What OUT shall be, where its ending does not tell.")
    ] = None,
    on_error: Annotated[
        OnRefused,
        typer.Option(
            "--on-error", help="Whether rows that cannot be scored go to a side file or stop it."
        ),
    ] = "refuse",
    rejected: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The side file; OUT.refused.jsonl if nothing is said."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a run that was ended.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace OUT, or what such a run has left.")
    ] = False,
    processes: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="How many score; by default one for each core, up to 8, or for each that Ray has.",
        ),
    ] = None,
    part_rows: Annotated[
        int, typer.Option(metavar="N", min=1, help="Rows that are read and written at a time.")
    ] = 10_000,
    catalogue: CatalogueOption = None,
    runtime: RuntimeOption = "auto",
    head: HeadOption = "",
    engine: EngineOption = "local",
    address: AddressOption = None,
    gpus_per_actor: Annotated[
        float, typer.Option(metavar="F", min=0, help="GPUs of an actor of Ray, such as 0.5.")
    ] = 0,
    json: Annotated[bool, typer.Option("--json", help="Print an object for programs.")] = False,
) -> None:
    """Tag the rows of files of any size, in parts; a run that was ended goes on with --resume."""
    from stancelab.scoring.job import Job, RefusedRowsError
    from stancelab.scoring.target import Wishes

    *inputs, output = files
    if not inputs:
        raise StancelabError("expected what to score and where to: stancelab score BUNDLE IN… OUT")
    refuses = on_error == "refuse"
    job = Job(
        bundle=bundle,
        inputs=tuple(inputs),
        wishes=Wishes(
            output=output,
            output_type=output_type,
            side_file=refuses,
            rejected=rejected,
            resume=resume,
            replace=replace,
        ),
        refusal=None if refuses else RefusedRowsError,
        columns=_columns(text_column, actor_column),
        input_type=input_type,
        processes=processes,
        part_rows=part_rows,
        runtime=runtime,
        head=head,
        catalogue=catalogue,
        cluster=cluster_of(engine, address, gpus_per_actor),
    )
    started = perf_counter()
    try:
        done = _run(job, json)
    except KeyboardInterrupt:
        kept = "what is finished is kept, the same command with --resume continues"
        display.notes().print(f"stancelab: interrupted; {kept}", markup=False)
        sys.exit(exit_status())
    _print_scored(output, done, perf_counter() - started, json)


def predict(
    bundle: Annotated[Path, typer.Argument(help="The bundle's folder.")],
    file: Annotated[Path | None, typer.Argument(help="CSV, TSV, JSONL or Parquet to tag.")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Where it goes.")] = None,
    text: Annotated[str | None, typer.Option(help="One statement to tag.")] = None,
    actor: Annotated[
        list[str] | None, typer.Option(help="The actor asked for; may be repeated.")
    ] = None,
    text_column: TextColumn = "text",
    actor_column: ActorColumn = "actor",
    on_error: Annotated[
        OnError, typer.Option("--on-error", help="Whether bad rows stop it or are left out.")
    ] = "fail",
    catalogue: CatalogueOption = None,
    runtime: RuntimeOption = "auto",
    head: HeadOption = "",
    json: Annotated[bool, typer.Option("--json", help="Print objects for programs.")] = False,
) -> None:
    """Tag one statement, or every row of a small file, with label and three probabilities."""
    if (text is None) == (file is None):
        raise StancelabError("expected either a FILE, or --text with --actor")
    from stancelab.scoring.bundle import Opening

    if text is not None:
        _predict_one(Opening(bundle, runtime, head), text, actor or [], catalogue, json)
        return
    if output is None or file is None:
        raise StancelabError("expected -o OUTPUT beside the file to tag")
    if actor:
        raise StancelabError("--actor goes with --text; in a file the actor is a column")
    from stancelab.scoring.job import Job
    from stancelab.scoring.target import Wishes

    job = Job(
        bundle=bundle,
        inputs=(str(file),),
        wishes=Wishes(output=str(output), side_file=False, replace=True),
        refusal=BadRowsError if on_error == "fail" else None,
        columns=_columns(text_column, actor_column),
        processes=1,
        runtime=runtime,
        head=head,
        catalogue=catalogue,
        keeps_parts=False,
    )
    done = _run(job, json)
    counts = {**done.answers, "skipped": done.refused}
    if json:
        display.print_json({"output": str(output), **counts})
    else:
        _console(str(output)).print(f"{output}: {_listed(counts)}", **_PLAIN)


def _columns(text: str, actor: str) -> Any:
    from stancelab.datasets.own.columns import Columns

    return Columns.model_validate({"text": text, "actor": actor})


def _run(job: Job, json: bool) -> Scored:
    from stancelab.scoring.files import score_files

    if json and job.wishes.output == _STANDARD:
        raise StancelabError("--json prints on standard output too; give a file for the rows")
    with display.progress_bar() as bar:
        return score_files(job, bar.step)


def _predict_one(
    opening: Opening,
    text: str,
    actors: list[str],
    catalogue: Path | None,
    json: bool,
) -> None:
    if not text.strip():
        raise StancelabError("--text is empty; expected a statement")
    if not actors or not all(actor.strip() for actor in actors):
        raise StancelabError("expected --actor NAME beside --text, the actor the tag is about")
    from stancelab.scoring import load_bundle
    from stancelab.scoring.spans import span_finder

    rows = [{"text": text, "actor": actor} for actor in actors]
    finder = span_finder(catalogue)
    opened = load_bundle(*opening)
    places = [finder.find(text, actor) for actor in actors]
    tags = opened.tag(
        [
            {**row, "mention_start": place.start, "mention_end": place.end}
            for row, place in zip(rows, places, strict=True)
        ]
    ).to_pylist()
    if opened.runtime:
        display.notes().print(f"computed with {opened.runtime}", markup=False)
    for actor, place in zip(actors, places, strict=True):
        _print_note(text, actor, place)
    tagged: list[dict[str, Any]] = [{**row, **tag} for row, tag in zip(rows, tags, strict=True)]
    if json:
        display.print_json(tagged)
    else:
        display.print_tags(tagged)


def _print_note(text: str, actor: str, place: Place) -> None:
    """Say where an actor has another name in a text, or none."""
    if place.renamed:
        note = f"{actor!r} is named as {text[place.start : place.end]!r}"
    elif place.start < 0:
        other = "; install 'stancelab[articles]' to look for other names of it"
        note = f"{actor!r} is not named in the text{other if place.unsearched else ''}"
    else:
        return
    display.notes().print(f"note: {note}", markup=False)


def _print_scored(output: str, done: Scored, seconds: float, json: bool) -> None:
    """Print what became of the rows."""
    scored = done.rows - done.refused
    if json:
        found = {
            "output": output,
            "rows": done.rows,
            "scored": scored,
            "refused": done.refused,
            "rejected": done.rejected and str(done.rejected),
            "answers": done.answers,
            "seconds": seconds,
            "processes": done.processes,
            "runtime": done.runtime,
        }
        display.print_json(found)
        return
    console = _console(output)
    computed = f" with {done.runtime}" if done.runtime else ""
    console.print(
        f"{output}: {done.rows:,} rows, {scored:,} scored ({_listed(done.answers)}), "
        f"{done.refused:,} refused; {done.rows / seconds:,.0f} rows a second{computed}",
        **_PLAIN,
    )
    if done.rejected:
        console.print(f"{done.rejected}: the rows that were refused, and why", **_PLAIN)


def _console(output: str) -> Console:
    """Give the console for the counts: beside the rows, where those go to standard output."""
    return display.notes() if output == _STANDARD else display.console()


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
