"""HTML: the paragraphs of a page's article, and its day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from stancelab.articles.blocks import BlockKind, Draft
from stancelab.articles.markup.elements import (
    HEADINGS,
    ITEMS,
    PARTS,
    VOID,
    body_kind,
    is_closed,
    is_skipped,
)
from stancelab.articles.markup.entities import without_entities
from stancelab.articles.markup.line_breaks import lines
from stancelab.articles.markup.page_body import Found, article_of
from stancelab.articles.markup.page_dates import PageDates
from stancelab.articles.markup.tags import Tag, tags
from stancelab.articles.traced import Traced, gathered

_LONGEST_CELL = 300
"""Characters beyond which a cell is a paragraph, as of pages laid out by tables."""

_DECIDING = ITEMS | {"p"}


class Page(NamedTuple):
    """What was read from a page: its article, and the day that it gives."""

    drafts: list[Draft]
    date: date | None


def read_page(text: str) -> Page:
    """Read the article of a page.

    Where there is an ``<article>`` or ``<main>`` with the most of the text, the rest is left out;
    so are scripts, styles, navigation, asides, footers and what is hidden.

    Parameters
    ----------
    text : str
        The page.

    Examples
    --------
    >>> page = read_page("<nav>Home</nav><h1>War &amp; peace</h1><p>Kyiv won.")
    >>> [(draft.kind, draft.pieces.text) for draft in page.drafts]
    [('heading', 'War & peace'), ('paragraph', 'Kyiv won.')]
    """
    dates = PageDates(text)
    reader = _Reader(text)
    found: list[Found] = []
    for tag in tags(text):
        dates.see(tag)
        found += reader.take(tag)
    found += reader.flush()
    return Page(article_of(found), dates.best())


class _Element(NamedTuple):
    """An element that has begun."""

    name: str
    is_skipped: bool
    body: str


class _Reader:
    """Follows the tags of a page, and gives a paragraph when one is whole."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[_Element] = []
        self._names: Counter[str] = Counter()
        self._deciding: list[str] = []
        self._bodies: Counter[str] = Counter()
        self._skipping = self._articles = 0
        self._regions: list[tuple[int, int]] = []

    def take(self, tag: Tag) -> Iterator[Found]:
        """Take the next tag."""
        if tag.kind == "text" or tag.name == "br":
            if not self._skipping:
                self._regions.append((tag.start, tag.end))
            return
        if tag.name in PARTS:
            yield from self.flush()
        if tag.kind == "start":
            self._begin(tag)
        else:
            self._end(tag.name)

    def flush(self) -> Iterator[Found]:
        """Give the paragraph that has come to its end, or its lines."""
        regions, self._regions = self._regions, []
        if not any(not self._text[start:end].isspace() for start, end in regions):
            return
        article = self._articles if self._bodies["article"] else 0
        in_main = bool(self._bodies["main"])
        for line in lines(gathered(self._text, regions), in_pre=self._names["pre"] > 0):
            pieces = without_entities(line)
            draft = Draft(self._kind(pieces), pieces)
            yield Found(draft, article, in_main, self._names["h1"] > 0)

    def _kind(self, pieces: Traced) -> BlockKind:
        if any(self._names[name] for name in HEADINGS):
            return "heading"
        inner = self._deciding[-1] if self._deciding else ""
        if inner in ("td", "th"):
            return "item" if len(pieces.text) <= _LONGEST_CELL else "paragraph"
        in_list = inner in ITEMS or (inner == "p" and self._names["li"] > 0)
        return "item" if in_list else "paragraph"

    def _begin(self, tag: Tag) -> None:
        if self._open and is_closed(self._open[-1].name, tag.name):
            self._pop()
        if tag.name in VOID:
            return
        written = self._text[tag.start : tag.end]
        body = body_kind(tag.name, written)
        if body == "article" and not self._bodies["article"]:
            self._articles += 1
        element = _Element(tag.name, is_skipped(tag.name, written), body)
        self._open.append(element)
        self._names[tag.name] += 1
        self._skipping += element.is_skipped
        self._bodies[body] += 1
        if tag.name in _DECIDING:
            self._deciding.append(tag.name)

    def _end(self, name: str) -> None:
        if self._names[name]:
            while self._pop() != name:
                pass

    def _pop(self) -> str:
        element = self._open.pop()
        self._names[element.name] -= 1
        self._skipping -= element.is_skipped
        self._bodies[element.body] -= 1
        if element.name in _DECIDING:
            self._deciding.pop()
        return element.name
