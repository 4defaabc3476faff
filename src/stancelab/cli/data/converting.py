"""``stancelab data convert``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from stancelab.cli import display
from stancelab.cli.data.sources import OnError, Opened, Words, open_source

if TYPE_CHECKING:
    from stancelab.datasets.writing.tables import Written

Layout = Literal["disk", "hub"]

_KILOBYTE = 1e3


def _column(what: str) -> Any:
    return typer.Option(metavar="NAME", help=f"Column with the {what}.")


def convert(
    source: Annotated[
        str, typer.Argument(help="A corpus, a CSV, TSV, JSONL or Parquet file, or hub:OWNER/NAME.")
    ],
    out: Annotated[Path, typer.Argument(help="A .jsonl or .parquet file, or a folder.")],
    text_column: Annotated[str | None, _column("text")] = None,
    actor_column: Annotated[str | None, _column("actor")] = None,
    label_column: Annotated[str | None, _column("label")] = None,
    mention_column: Annotated[str | None, _column("actor as it stands in the text")] = None,
    mention_start_column: Annotated[str | None, _column("first character of the actor")] = None,
    mention_end_column: Annotated[str | None, _column("character after the actor")] = None,
    id_column: Annotated[str | None, _column("row's own key")] = None,
    document_column: Annotated[str | None, _column("article or event")] = None,
    source_column: Annotated[str | None, _column("source, who speaks or acts")] = None,
    language_column: Annotated[str | None, _column("language")] = None,
    split_column: Annotated[str | None, _column("split")] = None,
    label: Annotated[
        list[str] | None,
        typer.Option(metavar="WORD=LABEL", help="As in against=hostile; may be repeated."),
    ] = None,
    subset: Annotated[str | None, typer.Option(help="Subset of a hub data set.")] = None,
    revision: Annotated[str | None, typer.Option(help="Its branch, tag or commit.")] = None,
    split: Annotated[
        list[str] | None, typer.Option(help="One of its splits; may be repeated.")
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Option of a corpus; may be repeated.")
    ] = None,
    unverified: Annotated[
        bool, typer.Option("--unverified", help="Take a corpus' files though they have changed.")
    ] = False,
    on_error: Annotated[
        OnError, typer.Option("--on-error", help="Whether bad rows stop it or are left out.")
    ] = "fail",
    layout: Annotated[
        Layout | None,
        typer.Option(help="Of a folder: for load_from_disk (the default) or as on the hub."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace what an earlier conversion wrote there.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print an object for programs.")] = False,
) -> None:
    """Write labelled data of any kind as a statement table that loads again everywhere."""
    columns = {
        "text": text_column,
        "actor": actor_column,
        "label": label_column,
        "mention": mention_column,
        "mention_start": mention_start_column,
        "mention_end": mention_end_column,
        "id": id_column,
        "document": document_column,
        "source": source_column,
        "language": language_column,
        "split": split_column,
    }
    words = Words(columns, label or [], subset, revision, split, option or [], unverified)
    _check_place(out, layout, replace)
    opened = open_source(source, words, on_error)
    written = _write(opened, out, layout, replace)
    _print(opened, written, json)
    if opened.note:
        display.notes().print(f"note: {opened.note}", markup=False)


def _check_place(out: Path, layout: Layout | None, replace: bool) -> None:
    """Refuse the place before a source is opened that may take long."""
    from stancelab.datasets.writing.target import check_place, format_of

    check_place(out, format_of(out, layout), replace=replace)


def _write(opened: Opened, out: Path, layout: Layout | None, replace: bool) -> Written:
    from stancelab.datasets.writing.tables import write_tables

    with display.progress_bar() as bar:
        return write_tables(
            opened.tables,
            out,
            layout,
            replace=replace,
            progress=lambda rows: bar.step("converting", rows, max(rows, opened.total)),
        )


def _print(opened: Opened, written: Written, json: bool) -> None:
    dropped = dict(opened.dropped)
    if json:
        found: dict[str, Any] = {"path": str(written.path), "rows": written.rows}
        found |= {"bytes": written.size, "labels": written.labels, "splits": written.splits}
        display.print_json({**found, "dropped": dropped, "notes": dict(opened.notes)})
        return
    if dropped:
        counts = ", ".join(f"{count} × {reason}" for reason, count in dropped.items())
        total = sum(dropped.values())
        display.notes().print(f"left out {total} rows: {counts}", markup=False)
    labels = ", ".join(f"{count} {name}" for name, count in written.labels.items() if count)
    display.console().print(
        f"{written.path}: {written.rows:,} rows ({labels}), {written.size / _KILOBYTE:,.0f} kB",
        markup=False,
        soft_wrap=True,
    )
