"""``stancelab tag``: an article, or many, and what it says toward whom."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from stancelab.cli import display
from stancelab.cli.actors import CatalogueOption
from stancelab.cli.scoring import HeadOption, RuntimeOption
from stancelab.errors import StancelabError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stancelab.articles.article import Article
    from stancelab.articles.options import Options
    from stancelab.tagging.tagger import Tagger
    from stancelab.tagging.tags import Tag

    Tagged = tuple[Article, list[Tag]]

InputType = Literal["plain", "html", "markdown", "csv", "tsv", "jsonl", "parquet"]


def tag(
    articles: Annotated[
        list[str],
        typer.Argument(
            metavar="ARTICLE…",
            help="Text, HTML or Markdown; CSV, TSV, JSONL or Parquet with an article a row "
            "('text', and 'date'); a folder of these; or - for standard input.",
        ),
    ],
    model: Annotated[Path, typer.Option(metavar="BUNDLE", help="The exported classifier.")],
    actor: Annotated[
        list[str] | None,
        typer.Option(help="Only toward this actor, in any language; may be repeated."),
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="Of the articles; each paragraph tells if nothing is said.")
    ] = None,
    catalogue: CatalogueOption = None,
    ambiguous: Annotated[
        bool,
        typer.Option(
            "--ambiguous/--no-ambiguous", help="Whether names count that mean other things too."
        ),
    ] = True,
    context: Annotated[
        bool | None,
        typer.Option(
            "--context/--no-context",
            help="Whether the classifier reads the sentence before too; as it was trained if "
            "nothing is said.",
        ),
    ] = None,
    input_type: Annotated[
        InputType | None, typer.Option(help="What the input is, where its ending does not tell.")
    ] = None,
    text_column: Annotated[str, typer.Option(help="Column of a table with the text.")] = "text",
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page to look at.")
    ] = None,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the tags as CSV.")] = None,
    runtime: RuntimeOption = "auto",
    head: HeadOption = "",
    json: Annotated[bool, typer.Option("--json", help="Print each tag as a line of JSON.")] = False,
) -> None:
    """Tag the statements of articles toward the actors that they name."""
    from stancelab.articles.options import Options
    from stancelab.pages import check_place
    from stancelab.tagging.opening import open_tagger

    for place in (html, csv):
        if place is not None:
            check_place(place)
    refused: list[StancelabError] = []
    options = Options(
        kind=input_type,
        language=language,
        text=text_column,
        refused=refused.append if _are_many(articles) else None,
    )
    tagger = open_tagger(
        model,
        actors=actor or [],
        catalogue=catalogue,
        ambiguous=ambiguous,
        context=context,
        runtime=runtime,
        head=head,
    )
    found: list[Tagged] = []
    for article, tags in _tagged(tagger, articles, options):
        if json:
            _print_lines(tags)
        found.append((article if html else article._replace(text="", blocks=()), tags))
    for error in refused:
        display.notes().print(f"left out: {error}", markup=False)
    if not found:
        raise StancelabError(f"{', '.join(articles)}: no article could be read")
    if tagger.runtime:
        display.notes().print(f"computed with {tagger.runtime}", markup=False)
    _print(found, csv, json)
    if html:
        _write_page(found, html, model)


def _are_many(articles: list[str]) -> bool:
    return len(articles) > 1 or Path(articles[0]).is_dir()


def _tagged(tagger: Tagger, articles: Sequence[str], options: Options) -> Iterator[Tagged]:
    from stancelab.articles.reading import read_articles

    with display.progress_bar() as bar:
        done = 0
        for path in articles:
            for article in read_articles(path, options):
                bar.step("tagging articles", done, None)
                yield article, tagger.tag(article)
                done += 1


def _print_lines(tags: Sequence[Tag]) -> None:
    from stancelab.tagging.writing import json_lines

    sys.stdout.writelines(json_lines(tags))


def _print(found: Sequence[Tagged], csv: Path | None, json: bool) -> None:
    """Print the tables, and write the CSV."""
    from stancelab.cli.tagged import print_tagged

    tags = [tag for _, own in found for tag in own]
    if not json:
        print_tagged(tags, len(found))
    if csv:
        from stancelab.datasets.writing.target import writable
        from stancelab.tagging.writing import write_csv

        with writable(csv):
            write_csv(csv, tags)
        display.notes().print(f"{csv}: written, {len(tags)} tags", markup=False)


def _write_page(found: Sequence[Tagged], html: Path, model: Path) -> None:
    from stancelab.datasets.writing.target import writable
    from stancelab.pages import write_page
    from stancelab.tagging.page import page

    first = found[0][0].name
    title = Path(first).name if len(found) == 1 else f"{len(found)} articles"
    text = page(found, title, {"classifier": model.name})
    with writable(html):
        write_page(html, text)
    display.notes().print(f"{html}: written; open it in a browser", markup=False)
