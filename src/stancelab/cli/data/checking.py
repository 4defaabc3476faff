"""``stancelab data check`` and ``agreement``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from stancelab.cli import display

if TYPE_CHECKING:
    from stancelab.agreement.answers import AnswerColumns, Answers
    from stancelab.datasets.own.columns import Columns

OnError = Literal["fail", "skip"]

TextColumn = Annotated[str, typer.Option(help="Column of a file with the text.")]
ActorColumn = Annotated[str, typer.Option(help="Column with the actor.")]
LabelColumn = Annotated[str, typer.Option(help="Column with the label.")]
Skip = Annotated[
    OnError, typer.Option("--on-error", help="Whether bad rows stop it or are left out.")
]
Json = Annotated[bool, typer.Option("--json", help="Print an object for programs.")]

_LEAKS = 1
"""Exit status where texts stand in two parts and `--fail-on-leaks` was given."""


def check(
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME_OR_FILE...", help="Corpora, labelled files, or hub:OWNER/NAME."
        ),
    ],
    threshold: Annotated[
        float, typer.Option(min=0.5, max=1.0, help="Jaccard similarity of near copies.")
    ] = 0.8,
    examples: Annotated[int, typer.Option(min=0, help="Examples shown of each finding.")] = 5,
    label_errors: Annotated[
        bool, typer.Option("--label-errors", help="Look for likely label errors (slower).")
    ] = False,
    text_column: TextColumn = "text",
    actor_column: ActorColumn = "actor",
    label_column: LabelColumn = "label",
    label: Annotated[
        list[str] | None,
        typer.Option(metavar="WORD=LABEL", help="As in against=hostile; may be repeated."),
    ] = None,
    on_error: Skip = "fail",
    unverified: Annotated[
        bool, typer.Option("--unverified", help="Go on with files of another hash.")
    ] = False,
    fail_on_leaks: Annotated[
        bool, typer.Option("--fail-on-leaks", help="End with status 1 if a text is in two parts.")
    ] = False,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page as well.")] = None,
    json: Json = False,
) -> None:
    """Check labelled data: copies, near copies, conflicts, spans, balance, label errors."""
    from dataclasses import replace

    from stancelab.checks.page import page
    from stancelab.checks.report import check as check_table
    from stancelab.checks.sources import load_all
    from stancelab.checks.summary import sections
    from stancelab.cli.data.findings import print_sections
    from stancelab.cli.data.sources import label_words
    from stancelab.pages import check_place, write_page

    if html is not None:
        check_place(html)
    columns = _columns(text_column, actor_column, label_column)
    loaded = load_all(names, columns, label_words(label or []), on_error, unverified=unverified)
    with display.progress_bar() as bar:
        report = check_table(
            loaded.table,
            threshold=threshold,
            examples=examples,
            label_errors=label_errors,
            progress=bar.step,
        )
    report = replace(report, dropped=loaded.dropped, notes=loaded.notes)
    if html is not None:
        write_page(html, page(report, names, examples))
    if json:
        display.print_json({"checked": names, **report.as_dict()})
    else:
        print_sections(sections(report, examples))
    if fail_on_leaks and report.leaking:
        raise typer.Exit(_LEAKS)


def agreement(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="One file of all annotators, or a file of each."),
    ],
    annotator: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="Column of an annotator; may be repeated."),
    ] = None,
    id_column: Annotated[str, typer.Option(help="Column that names the item.")] = "id",
    text_column: TextColumn = "text",
    actor_column: ActorColumn = "actor",
    label_column: LabelColumn = "label",
    examples: Annotated[int, typer.Option(min=0, help="Items in dispute that are shown.")] = 10,
    on_error: Skip = "fail",
    json: Json = False,
) -> None:
    """Measure how far annotators agree: Krippendorff's alpha, Cohen's kappa, disputed items."""
    from stancelab.agreement.answers import AnswerColumns
    from stancelab.agreement.report import agree
    from stancelab.cli.data.findings import print_agreement

    columns = AnswerColumns(id_column, text_column, actor_column, label_column)
    report = agree(_answers(files, annotator or [], columns, on_error))
    if json:
        display.print_json({"files": [str(file) for file in files], **report.as_dict()})
    else:
        print_agreement(report, examples)


def _answers(
    files: list[Path], annotators: list[str], columns: AnswerColumns, on_error: OnError
) -> Answers:
    from stancelab.agreement.columns import read_columns
    from stancelab.agreement.files import read_files
    from stancelab.errors import StancelabError

    if len(files) == 1:
        return read_columns(files[0], annotators, columns, on_error)
    if annotators:
        raise StancelabError("--annotator names columns of one file; with several, each is one")
    return read_files(files, columns, on_error)


def _columns(text: str, actor: str, label: str) -> Columns:
    from stancelab.datasets.own.columns import Columns

    # Only what differs: a column that is named must be there.
    given = {"text": text, "actor": actor, "label": label}
    return Columns.model_validate({name: one for name, one in given.items() if name != one})
