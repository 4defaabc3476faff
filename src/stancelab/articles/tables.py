"""Articles in a table, one a row."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, cast

from stancelab.articles.article import Article, make_article
from stancelab.articles.dates import as_date
from stancelab.articles.decoding import encoding_of_file, known_encoding
from stancelab.articles.kinds import markup_of
from stancelab.articles.languages import LANGUAGES
from stancelab.articles.options import Options
from stancelab.articles.problems import ArticleError
from stancelab.datasets.own.records import Kind, Record, cut_rows, read_records, record_of
from stancelab.errors import BadRow, BadRowsError, StancelabError

_LONGEST_CELL = 2**31 - 1


def table_articles(path: Path | None, name: str, kind: Kind, options: Options) -> Iterator[Article]:
    """Read the articles of a table row by row.

    Parameters
    ----------
    path : Path or None
        The file; None for standard input.
    name : str
        How messages call it.
    kind : {"csv", "tsv", "jsonl", "parquet"}
        What it is.
    options : Options
        How articles are read.

    Raises
    ------
    ArticleError
        It has no rows, or no column of text.
    BadRowsError
        A row has no text, or a day or a language that is none, and nobody is told of such rows.
    """
    rows = 0
    for record in _records(path, name, kind, options):
        rows += 1
        try:
            yield _article(name, record, options)
        except BadRowsError as error:
            _refuse(error, options)
    if not rows:
        raise ArticleError(name, "holds no rows", "name a table with an article a row")


def _refuse(error: StancelabError, options: Options) -> None:
    if options.refused is None:
        raise error
    options.refused(error)


def _records(
    path: Path | None, name: str, kind: Kind, options: Options
) -> Iterator[Record | BadRow]:
    if kind == "parquet":
        if path is None:
            raise ArticleError(name, "cannot be Parquet", "name the file, or pipe JSON lines")
        yield from read_records(path)
        return
    with _long_cells(), _opened(path, kind, options) as file:
        header, rows = cut_rows(name, file, kind)
        for row in rows:
            yield row if isinstance(row, BadRow) else record_of(name, header, kind, row)


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let a cell of CSV hold a long article."""
    limit = csv.field_size_limit(_LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(limit)


@contextmanager
def _opened(path: Path | None, kind: Kind, options: Options) -> Iterator[TextIOWrapper[BinaryIO]]:
    """Open a table; bytes that have no meaning become lone surrogates, and their row is named."""
    newline = None if kind == "jsonl" else ""
    if path is None:
        given = known_encoding(options.encoding or "utf-8-sig")
        encoding = "utf-8-sig" if given == "utf-8" else given
        binary: BinaryIO = sys.stdin.buffer
    else:
        encoding = encoding_of_file(path, options.encoding)
        binary = cast(BinaryIO, path.open("rb"))
    file = TextIOWrapper(binary, encoding=encoding, errors="surrogateescape", newline=newline)
    try:
        yield file
    finally:
        file.detach()
        if path is not None:
            binary.close()


def _article(name: str, record: Record | BadRow, options: Options) -> Article:
    if isinstance(record, BadRow):
        raise BadRowsError([record], 1)
    cells = record.cells
    if options.text not in cells:
        raise _no_column(name, options.text, list(cells))
    text = cells[options.text]
    if not isinstance(text, str) or not text.strip():
        raise _bad(name, record, options.text, "empty text", "an article")
    day = as_date(cells["date"]) if _is_given(cells.get("date")) else None
    if day is None and _is_given(cells.get("date")):
        raise _bad(name, record, "date", "no day", "YYYY-MM-DD")
    markup = markup_of(text)
    called = _written(cells.get("id")) or f"{name}:{record.line}"
    language = options.language or _language(name, record)
    source = _written(cells.get("source"))
    try:
        return make_article(text, called, markup=markup, language=language, day=day, source=source)
    except ArticleError:
        raise _bad(name, record, options.text, "no letters", "an article") from None


def _language(name: str, record: Record) -> str | None:
    """Read a language such as ``uk`` or ``uk-UA``."""
    given = _written(record.cells.get("language"))
    code = given.replace("_", "-").partition("-")[0].lower()
    if code and code not in LANGUAGES:
        raise _bad(name, record, "language", "unknown language", ", ".join(LANGUAGES))
    return code or None


def _is_given(value: Any) -> bool:
    return value is not None and str(value).strip() != ""


def _written(value: Any) -> str:
    return str(value).strip() if _is_given(value) else ""


def _bad(name: str, record: Record, column: str, reason: str, expected: str) -> BadRowsError:
    value = _written(record.cells.get(column))
    return BadRowsError([BadRow(name, record.line, column, value, reason, expected)], 1)


def _no_column(name: str, column: str, found: list[str]) -> ArticleError:
    close = get_close_matches(column, found, n=1)
    hint = f" (did you mean {close[0]!r}?)" if close else ""
    listed = ", ".join(found) or "none"
    return ArticleError(
        name, f"has no column {column!r}{hint}; found {listed}", "name the column of the articles"
    )
