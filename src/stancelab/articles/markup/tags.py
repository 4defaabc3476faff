"""Cutting HTML into tags and text, each with its place in the page.

`html.parser` gives no plain offsets, and its time grows with the square of a page that breaks off
inside a tag: 120 kB of those took 21 s with Python 3.11.7. This takes every page in one pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Literal, NamedTuple

_OPENS = re.compile(r"<(?:!--|[!?]|/?[A-Za-z])")
_NAME = re.compile(r"</?([A-Za-z][^\s/>\"'=<]*)")
_STOP = re.compile(r"=\s*[\"']|>")
_ATTRIBUTE = re.compile(
    r"""([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?"""  # name, and its value
)
_LONGEST_WITH_ATTRIBUTES = 10_000

RAW = frozenset({"script", "style", "title", "textarea", "iframe", "xmp", "noembed", "noframes"})
"""Elements in which nothing but their own end is a tag."""


class Tag(NamedTuple):
    """A stretch of a page: text, or the tag that begins or ends an element.

    Attributes
    ----------
    kind : {"text", "start", "end"}
        What it is; comments and declarations do not come.
    start, end : int
        Where it stands in the page.
    name : str
        The element, in small letters; "" for text.
    """

    kind: Literal["text", "start", "end"]
    start: int
    end: int
    name: str = ""


def tags(page: str) -> Iterator[Tag]:
    """Cut a page, broken or not, into text and tags.

    Parameters
    ----------
    page : str
        The page.

    Examples
    --------
    >>> [(tag.kind, tag.name or "<b>A</b>"[tag.start : tag.end]) for tag in tags("<b>A</b>")]
    [('start', 'b'), ('text', 'A'), ('end', 'b')]
    """
    ends = _Ends(page)
    at = text = 0
    while found := _OPENS.search(page, at):
        start = found.start()
        end = ends.of(start, found[0])
        if end is None:
            at = found.end()
            continue
        if text < start:
            yield Tag("text", text, start)
        at = text = end
        if not found[0][-1].isalpha():
            continue
        name = _name(page, start)
        yield Tag("end" if page[start + 1] == "/" else "start", start, end, name)
        if name in RAW and page[start + 1] != "/":
            at = text = _end_of_raw(page, end, name)
            if end < at:
                yield Tag("text", end, at)
    if text < len(page):
        yield Tag("text", text, len(page))


def attributes(page: str, tag: Tag) -> Mapping[str, str]:
    """Read the attributes of a tag, their names in small letters.

    Examples
    --------
    >>> attributes('<time datetime="2026-02-04">', Tag("start", 0, 28, "time"))
    {'datetime': '2026-02-04'}
    """
    if tag.end - tag.start > _LONGEST_WITH_ATTRIBUTES:
        return {}
    written = page[tag.start + 1 + len(tag.name) : tag.end - 1]
    found: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(written):
        found.setdefault(name.lower(), unescape("".join(values)))
    return found


class _Ends:
    """Finds where tags and comments end, in time that grows with the page alone.

    What is looked for in vain once is not looked for again.
    """

    def __init__(self, page: str) -> None:
        self._page = page
        self._last = page.rfind(">")
        self._quotes = {quote: page.rfind(quote) for quote in "\"'"}

    def of(self, start: int, opening: str) -> int | None:
        """Give the end; None where the tag is none, as nothing closes it."""
        if opening == "<!--":
            return self._of_comment(start)
        if start > self._last:
            return None
        if not opening[-1].isalpha():
            return self._page.find(">", start) + 1
        return self._of_tag(start)

    def _of_comment(self, start: int) -> int:
        """End a comment where it says so; one that never does takes the rest, as in browsers."""
        end = self._page.find("-->", start + 2)
        return len(self._page) if end < 0 else end + 3

    def _of_tag(self, start: int) -> int:
        """Skip quoted values, but for the quote that nothing closes."""
        at = start
        while found := _STOP.search(self._page, at):
            mark = found[0][-1]
            if mark == ">":
                return found.end()
            at = found.end()
            if at <= self._quotes[mark]:
                at = self._page.find(mark, at) + 1
        # Only a quote in front of every later ">" leads here: from now on quotes mean nothing.
        self._quotes = dict.fromkeys(self._quotes, -1)
        return self._page.find(">", start) + 1


def _name(page: str, start: int) -> str:
    found = _NAME.match(page, start)
    return found[1].lower() if found else ""


def _end_of_raw(page: str, start: int, name: str) -> int:
    found = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(page, start)
    return found.start() if found else len(page)
