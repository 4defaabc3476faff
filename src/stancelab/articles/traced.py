"""A text whose every character knows where it came from.

Tags, entities, markers and invisible characters are taken out of an article step by step; what is
left always points into the unchanged text.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import NamedTuple

Edit = tuple[int, int, str]
"""A stretch of a text, end exclusive, and what stands there instead."""


class Traced(NamedTuple):
    """A text and the place in the original of each of its characters.

    Attributes
    ----------
    text : str
        The clean text.
    starts : sequence of int
        Where the original of each character begins.
    ends : sequence of int
        Where it ends, exclusive; an entity such as ``&amp;`` is longer than its character.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give the original span of a stretch that is not empty.

        Examples
        --------
        >>> found = whole("A &amp; B", 0, 9).rewritten([(2, 7, "&")])
        >>> found.text, found.span(2, 3)
        ('A & B', (2, 7))
        """
        return self.starts[start], self.ends[end - 1]

    def cut(self, start: int, end: int) -> Traced:
        """Give a stretch of it."""
        return Traced(self.text[start:end], self.starts[start:end], self.ends[start:end])

    def rewritten(self, edits: Iterable[Edit]) -> Traced:
        """Replace stretches.

        Parameters
        ----------
        edits : iterable of Edit
            In order, without overlaps; each character of a replacement stands for the whole
            stretch.
        """
        given = list(edits)
        if not given:
            return self
        text = _replaced(self.text, given)
        if all(end - start == 1 == len(new) for start, end, new in given):
            return Traced(text, self.starts, self.ends)
        starts, ends = array("I"), array("I")
        at = 0
        for start, end, new in given:
            _extend(starts, self.starts[at:start])
            _extend(ends, self.ends[at:start])
            if new:
                starts.extend([self.starts[start]] * len(new))
                ends.extend([self.ends[end - 1]] * len(new))
            at = end
        _extend(starts, self.starts[at:])
        _extend(ends, self.ends[at:])
        return Traced(text, starts, ends)


def whole(source: str, start: int, end: int) -> Traced:
    """Take a stretch of the original as it is."""
    return Traced(source[start:end], range(start, end), range(start + 1, end + 1))


def gathered(source: str, regions: Sequence[tuple[int, int]]) -> Traced:
    """Put stretches of the original behind one another.

    Examples
    --------
    >>> gathered("Mos<b>cow</b>", [(0, 3), (6, 9)]).text
    'Moscow'
    """
    return joined([whole(source, start, end) for start, end in regions])


def joined(parts: Sequence[Traced]) -> Traced:
    """Put traced texts behind one another."""
    if len(parts) == 1:
        return parts[0]
    starts, ends = array("I"), array("I")
    for part in parts:
        _extend(starts, part.starts)
        _extend(ends, part.ends)
    return Traced("".join(part.text for part in parts), starts, ends)


def inserted(text: str, place: int) -> Traced:
    """Make a text that the original does not have, at a place of it; its spans are empty."""
    return Traced(text, [place] * len(text), [place] * len(text))


def _replaced(text: str, edits: Sequence[Edit]) -> str:
    parts, at = [], 0
    for start, end, new in edits:
        parts += [text[at:start], new]
        at = end
    return "".join([*parts, text[at:]])


def _extend(target: array[int], values: Sequence[int]) -> None:
    target.extend(values if isinstance(values, array) else array("I", values))
