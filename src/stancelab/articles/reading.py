"""Reading articles: a file, a folder, a table with an article a row, or standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from stancelab.articles.article import Article, make_article
from stancelab.articles.decoding import decode
from stancelab.articles.kinds import (
    READABLE,
    InputKind,
    checked_kind,
    is_table,
    kind_by_name,
    markup_of,
)
from stancelab.articles.languages import checked_language
from stancelab.articles.options import Options
from stancelab.articles.problems import ArticleError
from stancelab.articles.tables import table_articles
from stancelab.errors import StancelabError

STANDARD = "-"
"""Names standard input."""

_STDIN = "standard input"


def read_articles(path: Path | str, options: Options | None = None) -> Iterator[Article]:
    """Read one article or many, one at a time.

    Parameters
    ----------
    path : Path or str
        A file with one article (text, HTML, Markdown), a table with an article a row (CSV, TSV,
        JSONL, Parquet: ``text``, and ``date``, ``id`` and ``source`` where there are such
        columns), a folder of these, or ``"-"`` for standard input. A folder's files are read in
        the order of their names, those of folders in it too; files with another ending and hidden
        ones are left alone.
    options : Options, optional
        How they are read.

    Yields
    ------
    Article
        The next article.

    Raises
    ------
    ArticleError
        A file is missing, empty or binary, or a folder has no file that can be read.
    BadRowsError
        A row of a table has no text, or a day in no ISO form.
    UnknownNameError
        The kind or the language is not known.
    """
    options = options or Options()
    checked_kind(options.kind)
    if options.language is not None:
        checked_language(options.language)
    if str(path) == STANDARD:
        return _articles(None, _STDIN, options)
    found = Path(path)
    if found.is_dir():
        return _of_folder(found, options)
    if not found.is_file():
        raise ArticleError(path, "no such file", "name a file, a folder, or - for standard input")
    return _articles(found, str(path), options)


def _of_folder(folder: Path, options: Options) -> Iterator[Article]:
    files = sorted(path for path in folder.rglob("*") if _is_readable(path, folder))
    if not files:
        raise ArticleError(
            folder, "holds no article", f"expected files that end in {', '.join(READABLE)}"
        )
    for path in files:
        name = path.relative_to(folder).as_posix()
        yield from _articles(path, name, options)


def _is_readable(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return not hidden and path.suffix.lower() in READABLE and path.is_file()


def _articles(path: Path | None, name: str, options: Options) -> Iterator[Article]:
    kind = options.kind or (kind_by_name(path) if path else None)
    try:
        if is_table(kind):
            yield from table_articles(path, name, kind, options)
        else:
            yield _single(path, name, kind, options)
    except StancelabError as error:
        if options.refused is None:
            raise
        options.refused(error)


def _single(path: Path | None, name: str, kind: InputKind | None, options: Options) -> Article:
    text = decode(_bytes_of(path, name), name, options.encoding).text
    markup = kind if kind in ("html", "markdown", "plain") else markup_of(text)
    return make_article(text, name, markup=markup, language=options.language)


def _bytes_of(path: Path | None, name: str) -> bytes:
    try:
        return path.read_bytes() if path else sys.stdin.buffer.read()
    except OSError as error:
        problem = f"cannot be read ({error.strerror or error})"
        raise ArticleError(name, problem, "mend that, or name another") from None
