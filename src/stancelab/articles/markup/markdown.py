"""Markdown: paragraphs, headings and items, their markers left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from stancelab.articles.blocks import BlockKind, Draft
from stancelab.articles.dates import as_date
from stancelab.articles.markup.inline import without_marks
from stancelab.articles.markup.plain import with_ends
from stancelab.articles.traced import gathered

Line = tuple[int, int]

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_FRONT = re.compile(
    r"\s*---[ \t]*\r?\n(.{0,20000}?)\r?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL
)
_FRONT_DATE = re.compile(r"^(?:date|published|pubdate)\s*:\s*[\"']?([^\s\"']+)", re.M | re.I)
_QUOTE = re.compile(r"[ \t]{0,3}>[ \t]?")
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_HEADING = re.compile(r"[ \t]{0,3}#{1,6}(?:[ \t]+|$)")
_HEADING_END = re.compile(r"[ \t]+#+[ \t]*$")
_UNDERLINE = re.compile(r"[ \t]{0,3}(?:=+|-{2,})[ \t]*$")
_RULE = re.compile(r"[ \t]{0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$")
_ITEM = re.compile(r"[ \t]*(?:[-*+•–—]|\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(?=\S)")
_NUMBER = re.compile(r"[ \t]*(\d+)")
_DEFINITION = re.compile(r"[ \t]{0,3}\[[^\]^][^\]]{0,200}\]:[ \t]*\S")
_NOTE = re.compile(r"[ \t]{0,3}\[\^[^\]]{1,100}\]:[ \t]*")
_TABLE = re.compile(r"[ \t]*\|.*\|[ \t]*$")
_TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)*$")
_CELL = re.compile(r"(?:[^|\\]|\\.)+")


def markdown_drafts(text: str) -> Iterator[Draft]:
    r"""Cut a Markdown text into paragraphs, headings and items.

    Code in fences, pictures, comments, link targets and front matter are no part of the article.

    Parameters
    ----------
    text : str
        The article.

    Examples
    --------
    >>> found = markdown_drafts("# War\n\nSee [the **plan**](http://x).\n\n- Kyiv\n- Minsk")
    >>> [(draft.kind, draft.pieces.text) for draft in found]
    [('heading', 'War'), ('paragraph', 'See the plan.'), ('item', 'Kyiv'), ('item', 'Minsk')]
    """
    for kind, lines in _Reader(text).read():
        yield Draft(kind, without_marks(gathered(text, with_ends(text, lines))))


def front_date(text: str) -> date | None:
    r"""Read the day that front matter gives.

    Examples
    --------
    >>> front_date("---\ntitle: War\ndate: 2026-02-04\n---\nText")
    datetime.date(2026, 2, 4)
    """
    front = _FRONT.match(text)
    found = _FRONT_DATE.search(front[1]) if front else None
    return as_date(found[1]) if found else None


class _Reader:
    """Reads line by line, and keeps the lines of the paragraph that is open."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._kind: BlockKind = "paragraph"
        self._lines: list[Line] = []
        self._fence = ""
        self._in_comment = False

    def read(self) -> Iterator[tuple[BlockKind, list[Line]]]:
        """Give the kind of each paragraph, and its lines."""
        front = _FRONT.match(self._text)
        at = front.end() if front else 0
        while at < len(self._text):
            found = _LINE.match(self._text, at)
            end = found.end() if found else len(self._text)
            yield from self._read_line(at, at + len(self._text[at:end].rstrip("\r\n")))
            at = end
        yield from self._flush()

    def _read_line(self, start: int, end: int) -> Iterator[tuple[BlockKind, list[Line]]]:
        for low, high in self._without_comments(start, end):
            while quote := _QUOTE.match(self._text, low, high):
                low = quote.end()
            yield from self._take(low, high)

    def _take(self, start: int, end: int) -> Iterator[tuple[BlockKind, list[Line]]]:
        line = self._text[start:end]
        if self._skip_code(line):
            yield from self._flush()
        elif self._lines and self._kind == "paragraph" and _UNDERLINE.match(line):
            self._kind = "heading"
            yield from self._flush()
        elif not line.strip() or _RULE.match(line) or _DEFINITION.match(line):
            yield from self._flush()
        elif heading := _HEADING.match(line):
            yield from self._flush()
            tail = _HEADING_END.search(line, heading.end())
            low, high = start + heading.end(), start + tail.start() if tail else end
            yield "heading", [(low, high)]
        elif _TABLE.match(line) or (_TABLE_RULE.match(line) and "|" in line):
            yield from self._flush()
            yield from self._cells(start, line)
        else:
            yield from self._add(start, end, line)

    def _add(self, start: int, end: int, line: str) -> Iterator[tuple[BlockKind, list[Line]]]:
        marker = _ITEM.match(line)
        if marker and self._may_begin(marker[0]):
            yield from self._flush()
            self._kind = "item"
            start += marker.end()
        elif note := _NOTE.match(line):
            yield from self._flush()
            start += note.end()
        self._lines.append((start, end))

    def _may_begin(self, marker: str) -> bool:
        """Say whether a marker begins an item: inside a paragraph, no number but 1 does."""
        number = _NUMBER.match(marker)
        return not number or not self._lines or self._kind == "item" or int(number[1]) == 1

    def _cells(self, start: int, line: str) -> Iterator[tuple[BlockKind, list[Line]]]:
        if not _TABLE_RULE.match(line):
            for cell in _CELL.finditer(line):
                yield "item", [(start + cell.start(), start + cell.end())]

    def _skip_code(self, line: str) -> bool:
        fence = _FENCE.match(line)
        if self._fence:
            if fence and fence[1].startswith(self._fence) and not line[fence.end() :].strip():
                self._fence = ""
            return True
        self._fence = fence[1] if fence else ""
        return bool(fence)

    def _without_comments(self, start: int, end: int) -> Iterator[Line]:
        """Give what of a line is in no comment; comments may go over several lines."""
        if self._fence or (not self._in_comment and "<!--" not in self._text[start:end]):
            yield start, end
            return
        while start < end:
            mark = "-->" if self._in_comment else "<!--"
            found = self._text.find(mark, start, end)
            stop = end if found < 0 else found
            if not self._in_comment and start < stop:
                yield start, stop
            if found < 0:
                return
            start = found + len(mark)
            self._in_comment = not self._in_comment

    def _flush(self) -> Iterator[tuple[BlockKind, list[Line]]]:
        lines, kind = self._lines, self._kind
        self._lines, self._kind = [], "paragraph"
        if lines:
            yield kind, lines
