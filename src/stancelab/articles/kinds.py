"""What a file is, by its ending or by how it begins."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, TypeGuard, cast, get_args

from stancelab.articles.article import Markup
from stancelab.datasets.own.records import SUFFIXES, Kind, kind_of
from stancelab.errors import UnknownNameError

InputKind = Literal["plain", "html", "markdown", "csv", "tsv", "jsonl", "parquet"]
"""One article, as text or with markup, or a table with an article a row."""

_BY_SUFFIX: dict[str, Markup] = {
    ".txt": "plain",
    ".text": "plain",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".md": "markdown",
    ".markdown": "markdown",
}
_BEGINS_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html)\b", re.I
)
_PAGE_BEGINS_WITHIN = 2000

READABLE = (*_BY_SUFFIX, *SUFFIXES)
"""Endings of the files of a folder that are read."""


def is_table(kind: InputKind | None) -> TypeGuard[Kind]:
    """Say whether a kind has an article a row."""
    return kind in get_args(Kind)


def checked_kind(name: str | None) -> InputKind | None:
    """Give a kind that is known, or None.

    Raises
    ------
    UnknownNameError
        There is no such kind.
    """
    if name is not None and name not in get_args(InputKind):
        raise UnknownNameError("kind of input", name, get_args(InputKind))
    return cast("InputKind | None", name)


def kind_by_name(path: Path) -> InputKind | None:
    """Tell a kind by a file's ending; None for text in another file, which its beginning tells.

    Examples
    --------
    >>> kind_by_name(Path("a.HTM")), kind_by_name(Path("a.ndjson")), kind_by_name(Path("a.log"))
    ('html', 'jsonl', None)
    """
    suffix = path.suffix.lower()
    if suffix in SUFFIXES:
        return kind_of(path)
    found = _BY_SUFFIX.get(suffix)
    return None if found == "plain" else found


def markup_of(text: str) -> Markup:
    """Tell by its beginning whether a text is a page.

    Examples
    --------
    >>> markup_of("<!DOCTYPE html><p>A"), markup_of("Kyiv and Warsaw met.")
    ('html', 'plain')
    """
    return "html" if _BEGINS_PAGE.match(text[:_PAGE_BEGINS_WITHIN]) else "plain"
