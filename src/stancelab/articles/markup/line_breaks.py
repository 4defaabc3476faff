"""What a ``<br>`` means: a new paragraph, a new line of a list, or no more than a space."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stancelab.articles.traced import Traced

_BREAK = re.compile(r"(?:</?br\b[^>]*>\s*)+", re.IGNORECASE)
_EMPTY_LINE = re.compile(r"(?:\r?\n[ \t]*){2,}")
_ENDS = re.compile(r"[.!?…。！？؟;:»”\"]\s*$")
_LIST_LINE = re.compile(r"[-–—•*·]\s")
_BEFORE = 8


def lines(pieces: Traced, *, in_pre: bool = False) -> Iterator[Traced]:
    """Part a paragraph at its line breaks.

    Two breaks part paragraphs. One does so behind the end of a sentence and in front of a bullet;
    elsewhere it is a space.

    Parameters
    ----------
    pieces : Traced
        The paragraph, of whose markup only the breaks are left.
    in_pre : bool
        Whether empty lines part paragraphs too.

    Examples
    --------
    >>> from stancelab.articles.traced import whole
    >>> [line.text for line in lines(whole("One<br>and<br><br/>two.<br>Three", 0, 32))]
    ['One and', 'two.', 'Three']
    """
    start = 0
    spaces: list[tuple[int, int, str]] = []
    for found in (_EMPTY_LINE if in_pre else _BREAK).finditer(pieces.text):
        if in_pre or _parts(pieces.text, found):
            yield _line(pieces, start, found.start(), spaces)
            start, spaces = found.end(), []
        else:
            tag_end = pieces.text.index(">", found.start()) + 1
            spaces.append((found.start() - start, tag_end - start, " "))
    yield _line(pieces, start, len(pieces.text), spaces)


def _line(pieces: Traced, start: int, end: int, spaces: list[tuple[int, int, str]]) -> Traced:
    line = pieces if (start, end) == (0, len(pieces.text)) else pieces.cut(start, end)
    return line.rewritten(spaces)


def _parts(text: str, found: re.Match[str]) -> bool:
    if found[0].count("<") > 1:
        return True
    before = text[max(0, found.start() - _BEFORE) : found.start()]
    return bool(_ENDS.search(before) or _LIST_LINE.match(text, found.end()))
