"""An article: its text as it was found, and what it is made of."""

from __future__ import annotations

from datetime import date
from pathlib import PurePath
from typing import Literal, NamedTuple

from stancelab.articles.blocks import Block, Draft, arranged
from stancelab.articles.dates import date_of_file
from stancelab.articles.languages import languages_of
from stancelab.articles.markup.html_page import read_page
from stancelab.articles.markup.markdown import front_date, markdown_drafts
from stancelab.articles.markup.plain import plain_drafts
from stancelab.articles.problems import ArticleError

Markup = Literal["plain", "html", "markdown"]
"""What an article is written in."""


class Article(NamedTuple):
    """An article as it was found.

    Attributes
    ----------
    text : str
        All of it, decoded and otherwise unchanged, markup included; spans point into it. A byte
        order mark is no part of it.
    name : str
        What it is called: its file, or the id of its row.
    date : datetime.date or None
        The day it was published on, where that is known.
    blocks : tuple of Block
        Its paragraphs, headings and list items.
    source : str
        Who published it; "" where that is unknown.
    """

    text: str
    name: str
    date: date | None
    blocks: tuple[Block, ...]
    source: str = ""


def make_article(
    text: str,
    name: str,
    *,
    markup: Markup = "plain",
    language: str | None = None,
    day: date | None = None,
    source: str = "",
) -> Article:
    """Take a text apart.

    Parameters
    ----------
    text : str
        The article, decoded.
    name : str
        What it is called.
    markup : {"plain", "html", "markdown"}
        What it is written in.
    language : str, optional
        One of the ten languages; without it, each paragraph tells.
    day : datetime.date, optional
        When it was published; without it, what the page says, or the name.
    source : str
        Who published it.

    Raises
    ------
    ArticleError
        There is no letter in it.
    UnknownNameError
        The language is none of the ten.

    Examples
    --------
    >>> article = make_article("<p>Kyiv &amp; Warsaw agreed.", "2026-02-04-a.html", markup="html")
    >>> article.date, article.blocks[0].pieces.text, article.blocks[0].pieces.span(5, 6)
    (datetime.date(2026, 2, 4), 'Kyiv & Warsaw agreed.', (8, 13))
    """
    found, written = _read(text, markup)
    drafts = arranged(found)
    if not drafts:
        raise ArticleError(name, "holds no text", f"name one with text (it was read as {markup})")
    languages = languages_of([draft.pieces.text for draft in drafts], language)
    blocks = tuple(Block(*draft, of) for draft, of in zip(drafts, languages, strict=True))
    return Article(text, name, day or written or date_of_file(PurePath(name)), blocks, source)


def _read(text: str, markup: Markup) -> tuple[list[Draft], date | None]:
    if markup == "html":
        page = read_page(text)
        return page.drafts, page.date
    if markup == "markdown":
        return list(markdown_drafts(text)), front_date(text)
    return list(plain_drafts(text)), None
