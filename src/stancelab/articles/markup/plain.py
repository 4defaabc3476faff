"""Plain text: paragraphs between empty lines, or one a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from stancelab.articles.blocks import Draft
from stancelab.articles.traced import gathered

Line = tuple[int, int]

_LINE = re.compile(r"[^\r\n\f\v\x1c-\x1e\x85\u2028\u2029]+")
_END = re.compile(r"\r\n|[\r\n\f\v\x1c-\x1e\x85\u2028\u2029]")
_PAGE = re.compile(r"[\f\x1c-\x1e\u2029]")
_LIST_LINE = re.compile(r"(?:[-–—•*·▪●◦‣►▶✓✔➢]|\(?\d{1,3}[.)]|\(?[^\W\d_]\))\s")
_FIRST_WORD = re.compile(r"\s*\S+")
_CLOSES = re.compile(r"[,;:)\]»”]")
"""How no paragraph begins: a link within a sentence was given a line of its own."""

_ENDED = re.compile(r"[.!?…:;,。！？]['\"»”)\]]*\s*$")
_NARROWEST, _WIDEST = 40, 120
"""Between how many characters wide a text is that somebody has wrapped."""


def plain_drafts(text: str) -> Iterator[Draft]:
    r"""Cut a plain text into paragraphs.

    Empty lines part them. Lines that were wrapped at a width belong together; where lines were not
    wrapped, each is a paragraph, but for those that go on with a comma or the like.

    Parameters
    ----------
    text : str
        The article.

    Examples
    --------
    >>> [draft.pieces.text for draft in plain_drafts("One.\n\nTwo.\nThree\n, and four.")]
    ['One.', 'Two.', 'Three, and four.']
    """
    for chunk in _chunks(text):
        for lines in _parts(text, chunk):
            joint = [lines] if _is_wrapped(text, lines) else list(_continued(text, lines))
            for regions in joint:
                yield Draft("paragraph", gathered(text, with_ends(text, regions)))


def with_ends(text: str, lines: Sequence[Line]) -> list[Line]:
    """Let each line but the last reach over the line end behind it, which parts two words.

    It parts nothing before a comma or a closing mark.
    """
    ended = [
        (start, end + (bool(_END.match(text, end)) and not _CLOSES.match(text, after)))
        for (start, end), (after, _) in pairwise(lines)
    ]
    return [*ended, lines[-1]]


def _chunks(text: str) -> Iterator[list[Line]]:
    """Give the lines between empty ones."""
    chunk: list[Line] = []
    last = 0
    for found in _LINE.finditer(text):
        if found[0].isspace():
            continue
        if chunk and _ends_in(text[last : found.start()]) > 1:
            yield chunk
            chunk = []
        chunk.append(found.span())
        last = found.end()
    if chunk:
        yield chunk


def _ends_in(gap: str) -> int:
    """Count line ends; a new page parts paragraphs like two of them."""
    return len(_END.findall(gap)) + len(_PAGE.findall(gap))


def _parts(text: str, chunk: list[Line]) -> Iterator[list[Line]]:
    """Part lines before each that begins with a bullet or a number."""
    part: list[Line] = []
    for start, end in chunk:
        if part and _LIST_LINE.match(text[start:end].lstrip()):
            yield part
            part = []
        part.append((start, end))
    yield part


def _continued(text: str, lines: list[Line]) -> Iterator[list[Line]]:
    """Join a line that goes on with the one before, and that with what it goes on from itself."""
    joint: list[list[Line]] = []
    for line in lines:
        if not (joint and _CLOSES.match(text[slice(*line)].lstrip())):
            joint.append([line])
            continue
        start, end = joint[-1][0]
        inner = text[start:end].lstrip()[:1].islower()
        if inner and len(joint) > 1 and not _ENDED.search(text, *joint[-2][-1]):
            itself = joint.pop()
            joint[-1] += itself
        joint[-1].append(line)
    yield from joint


def _is_wrapped(text: str, lines: list[Line]) -> bool:
    """Say whether no line had room for the first word of the next one.

    Headlines of one width might look so; they do not go on in small letters.
    """
    if len(lines) == 1:
        return False
    written = [text[start:end].strip() for start, end in lines]
    width = max(map(len, written))
    if not _NARROWEST <= width <= _WIDEST:
        return False
    pairs = list(pairwise(written))
    if any(len(line) + 1 + len(_first_word(after)) <= width for line, after in pairs):
        return False
    capitals = sum(after[0].isupper() for _, after in pairs)
    return 2 * capitals <= len(pairs)


def _first_word(text: str) -> str:
    found = _FIRST_WORD.match(text)
    return found[0] if found else ""
