"""The last step of reading a paragraph: clean characters, single spaces."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator

from stancelab.actors.normalising import Aligned, normalise
from stancelab.articles.traced import Edit, Traced

_SPACES = re.compile(r"\s{2,}|[^\S ]|\A | \Z")
_WITHOUT_SPACES = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
"""Characters of Chinese, between which the end of a line is no space."""


_PART = 2**16
"""Characters whose places are held as numbers of Python at a time."""


def clean(pieces: Traced) -> Traced:
    r"""Take out what is invisible, and make every run of spaces and line ends one space.

    Parameters
    ----------
    pieces : Traced
        A paragraph without its markup.

    Examples
    --------
    >>> from stancelab.articles.traced import whole
    >>> cleaned = clean(whole(" Ро\u00adсія\n\u00a0і  Китай", 0, 18))
    >>> cleaned.text, cleaned.span(0, 5)
    ('Росія і Китай', (1, 7))
    """
    normal = composed(pieces, normalise(pieces.text))
    return normal.rewritten(_to_single_spaces(normal.text))


def composed(pieces: Traced, cleaned: Aligned) -> Traced:
    """Follow a text that was made from a traced text back to the original.

    Parameters
    ----------
    pieces : Traced
        The traced text.
    cleaned : Aligned
        What was made of its characters.
    """
    text, offsets = cleaned.text, cleaned.offsets
    if isinstance(offsets, range):
        return pieces if text == pieces.text else pieces._replace(text=text)
    starts, ends = array("I"), array("I")
    for low in range(0, len(text), _PART):
        places = offsets[low : min(low + _PART, len(text))]
        starts.extend([pieces.starts[place] for place in places])
        ends.extend([pieces.ends[place] for place in places])
    for at, end in cleaned.ends.items():
        ends[at] = pieces.ends[end - 1]
    return Traced(text, starts, ends)


def _to_single_spaces(text: str) -> Iterator[Edit]:
    for found in _SPACES.finditer(text):
        start, end = found.span()
        if not (_is_outer(text, start, end) or _is_chinese(text, start, end)):
            if text[start] != " ":
                yield start, start + 1, " "
            start += 1
        if start < end:
            yield start, end, ""


def _is_outer(text: str, start: int, end: int) -> bool:
    return start == 0 or end == len(text)


def _is_chinese(text: str, start: int, end: int) -> bool:
    if "\n" not in text[start:end] and "\r" not in text[start:end]:
        return False
    before, after = _WITHOUT_SPACES.match(text[start - 1]), _WITHOUT_SPACES.match(text[end])
    return bool(before and after)
