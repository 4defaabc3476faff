"""Markdown within a paragraph: emphasis, links, code, tags and entities."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from stancelab.articles.markup.entities import without_entities
from stancelab.articles.traced import Edit, Traced

_TOKEN = re.compile(
    r"(?P<escaped>\\[!-/:-@\[-`{-~])"
    r"|(?P<code>`+)"
    r"|(?P<picture>!\[)"
    r"|(?P<note>\[\^[^\]\s]{1,100}\])"
    r"|(?P<opens>\[)"
    r"|(?P<target>\](?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|\[[^\[\]\n]{0,200}\]))"
    r"|(?P<closes>\])"
    r"|(?P<address><(?=https?://[^<>\s]+>|[^<>\s@]+@[^<>\s@]+>))"
    r"|(?P<tag></?[A-Za-z][^<>\n]{0,1000}>)"
    r"|(?P<mark>\*+|_+|~~+)"
)
_IS_BREAK = re.compile(r"<br\b", re.IGNORECASE)
_LONGEST_RUN = 3


def without_marks(pieces: Traced) -> Traced:
    r"""Take the marks out of a paragraph of Markdown.

    Parameters
    ----------
    pieces : Traced
        The paragraph as it was written.

    Examples
    --------
    >>> from stancelab.articles.traced import whole
    >>> text = r"**Китай** і [РФ](https://x.ua/a_(b)) \* 2 * 3 _так_ ![p](p.png)"
    >>> without_marks(whole(text, 0, len(text))).text
    'Китай і РФ * 2 * 3 так '
    """
    edits = sorted(_Marks(pieces.text).edits())
    return without_entities(pieces.rewritten(edits))


class _Marks:
    """Goes over the marks of a paragraph once, and pairs those that belong together."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._edits: list[Edit] = []
        self._brackets: list[tuple[int, bool]] = []
        self._runs: dict[str, list[int]] = {}
        self._pictures: list[tuple[int, int]] = []

    def edits(self) -> Iterator[Edit]:
        """Give what is to be left out."""
        for found in _TOKEN.finditer(self._text):
            getattr(self, f"_take_{found.lastgroup}")(found)
        yield from self._outside_pictures()

    def _take_escaped(self, found: re.Match[str]) -> None:
        self._drop(found.start(), found.start() + 1)

    def _take_code(self, found: re.Match[str]) -> None:
        self._drop(*found.span())

    _take_note = _take_code

    def _take_picture(self, found: re.Match[str]) -> None:
        self._brackets.append((found.start(), True))

    def _take_opens(self, found: re.Match[str]) -> None:
        self._brackets.append((found.start(), False))

    def _take_target(self, found: re.Match[str]) -> None:
        if not self._brackets:
            return
        start, is_picture = self._brackets.pop()
        if is_picture:
            self._pictures.append((start, found.end()))
        else:
            self._drop(start, start + 1)
            self._drop(*found.span())

    def _take_closes(self, found: re.Match[str]) -> None:
        if self._brackets:
            self._brackets.pop()

    def _take_address(self, found: re.Match[str]) -> None:
        self._drop(*found.span())
        end = self._text.index(">", found.end())
        self._drop(end, end + 1)

    def _take_tag(self, found: re.Match[str]) -> None:
        new = " " if _IS_BREAK.match(found[0]) else ""
        self._edits.append((*found.span(), new))

    def _take_mark(self, found: re.Match[str]) -> None:
        """Pair a run of marks with the last one like it that could begin an emphasis."""
        start, end = found.span()
        before, after = self._text[start - 1 : start], self._text[end : end + 1]
        inside = found[0][0] == "_" and before.isalnum() and after.isalnum()
        if inside or len(found[0]) > _LONGEST_RUN:
            return
        begun = self._runs.setdefault(found[0], [])
        if begun and before and not before.isspace():
            opening = begun.pop()
            self._drop(opening, opening + end - start)
            self._drop(start, end)
        elif after and not after.isspace():
            begun.append(start)

    def _drop(self, start: int, end: int) -> None:
        self._edits.append((start, end, ""))

    def _outside_pictures(self) -> Iterator[Edit]:
        """Leave out pictures as wholes, with all that is in them."""
        outer: list[tuple[int, int]] = []
        for start, end in sorted(self._pictures):
            if not outer or start >= outer[-1][1]:
                outer.append((start, end))
        starts = [start for start, _ in outer]
        for edit in self._edits:
            at = bisect_right(starts, edit[0]) - 1
            if at < 0 or edit[0] >= outer[at][1]:
                yield edit
        yield from ((start, end, "") for start, end in outer)
