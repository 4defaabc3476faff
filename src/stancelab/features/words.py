"""The words of a statement as it is written, and how much each of them speaks for an answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_WORD = -1
"""The number of what stands between words."""

Span = tuple[int, int]
"""Characters of a text, end exclusive."""

_LETTERS = r"[\w\u0300-\u036f]+"  # accents that stand behind their letter belong to the word
_WORD = re.compile(rf"{_LETTERS}(?:['’‑-]{_LETTERS})*")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
"""Characters of Chinese and Japanese, which part words by no spaces."""


class WordWeights(NamedTuple):
    """How much the words of one text speak for an answer.

    Attributes
    ----------
    words : tuple of (str, float)
        Every word in the order of the text, with its weight; below 0 for one that speaks against.
    rest : float
        The weight of what no word stands for.
    """

    words: tuple[tuple[str, float], ...]
    rest: float


class WrittenWords:
    """The words of a text, in which the mention of the actor counts as one word.

    Parameters
    ----------
    text : str
        The statement.
    start, end : int
        Span of the mention; -1 and -1 where there is none.
    cuts : collection of int
        Where words begin in a script without spaces; without them it is cut at its signs alone.

    Examples
    --------
    >>> words = WrittenWords("The U.S. didn't reply.", 4, 8)
    >>> words.weigh([words.number(0, 3), words.number(9, 12), NO_WORD], [0.5, 2.0, 0.1])
    WordWeights(words=(('The', 0.5), ('U.S.', 0.0), ("didn't", 2.0), ('reply', 0.0)), rest=0.1)
    """

    def __init__(self, text: str, start: int, end: int, cuts: Collection[int] = ()) -> None:
        spans = list(_spans(text, start, end, cuts))
        self.texts = [text[low:high] for low, high in spans]
        self._numbers = [NO_WORD] * len(text)
        for number, (low, high) in enumerate(spans):
            self._numbers[low:high] = [number] * (high - low)

    def number(self, low: int, high: int) -> int:
        """Find the word that a span touches, the first of several; `NO_WORD` for none."""
        touched = (number for number in self._numbers[low:high] if number != NO_WORD)
        return next(touched, NO_WORD)

    def weigh(
        self, numbers: list[int] | NDArray[np.int64], weights: list[float] | NDArray[np.float64]
    ) -> WordWeights:
        """Add up weights by the number of the word that each belongs to."""
        places = np.asarray(numbers, dtype=np.int64) - NO_WORD
        rest, *own = np.bincount(places, weights, minlength=len(self.texts) + 1).tolist()
        return WordWeights(tuple(zip(self.texts, own, strict=True)), rest)


def _spans(text: str, start: int, end: int, cuts: Collection[int]) -> Iterator[Span]:
    """Find the words before the mention, the mention, and the words behind it."""
    named = start >= 0
    if named:
        yield from _between(text, 0, start, cuts)
        yield start, end
    yield from _between(text, end if named else 0, len(text), cuts)


def _between(text: str, low: int, high: int, cuts: Collection[int]) -> Iterator[Span]:
    """Find the words of a part of a text."""
    for found in _WORD.finditer(text, low, high):
        first, last = found.span()
        inner = sorted(at for at in cuts if first < at < last) if _UNSPACED.search(found[0]) else ()
        yield from pairwise([first, *inner, last])
