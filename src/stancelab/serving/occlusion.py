"""How much each word speaks for an answer, by leaving it out: for any kind of classifier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stancelab.features.words import Span, WrittenWords
from stancelab.schema import NO_SPAN

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST = 1e-6
"""Probabilities below this count as this much, so that logits stay finite."""


@dataclass(frozen=True, slots=True)
class Without:
    """A statement without one of its words.

    Attributes
    ----------
    word : str
        What is left out.
    text : str
        What is left.
    start, end : int
        Where the actor is named in that; -1 and -1 where it is not.
    """

    word: str
    text: str
    start: int
    end: int

    def row(self, actor: str) -> dict[str, Any]:
        """Give the row to ask a classifier about."""
        span = {"mention_start": self.start, "mention_end": self.end}
        return {"text": self.text, "actor": actor, **span}


def left_out(text: str, start: int, end: int, most: int) -> list[Without]:
    """Leave out each word of a statement in turn, but for the actor's name.

    Parameters
    ----------
    text : str
        The statement.
    start, end : int
        Where it names the actor; -1 and -1 where it does not.
    most : int
        How many words to leave out at most; of more, those next to the name, or the first.

    Examples
    --------
    >>> [one.text for one in left_out("Kyiv thanked Warsaw.", 13, 19, most=9)]
    ['thanked Warsaw.', 'Kyiv Warsaw.']
    """
    found = [span for span in _places(text, start, end) if span != (start, end)]
    near = sorted(found, key=lambda span: abs(span[0] - max(start, 0)))[:most]
    return [_without(text, span, start, end) for span in sorted(near)]


def _places(text: str, start: int, end: int) -> Iterator[Span]:
    at = 0
    for word in WrittenWords(text, start, end).texts:
        at = text.index(word, at)
        yield at, at + len(word)
        at += len(word)


def _without(text: str, span: Span, start: int, end: int) -> Without:
    low, high = span
    after = high + 1 if text[high : high + 1] == " " else high
    shift = after - low if start > low else 0
    moved = (start - shift, end - shift) if start != NO_SPAN else (NO_SPAN, NO_SPAN)
    return Without(text[low:high], text[:low] + text[after:], *moved)


def lost(
    whole: NDArray[np.float64], parts: NDArray[np.float64], words: Sequence[str]
) -> list[tuple[str, float]]:
    """Say how much of the answer's lead over the next label goes with each word.

    Parameters
    ----------
    whole : numpy.ndarray, shape (3,)
        Probabilities for the statement.
    parts : numpy.ndarray, shape (n_words, 3)
        Those for it without each word.
    words : sequence of str
        The words.

    Returns
    -------
    list of (str, float)
        Each word with its weight in logits; below 0 for one that speaks against the answer.

    Examples
    --------
    >>> found = lost(np.array([0.8, 0.15, 0.05]), np.array([[0.4, 0.4, 0.2]]), ["accused"])
    >>> [(word, round(weight, 2)) for word, weight in found]
    [('accused', 1.67)]
    """
    *_, second, first = np.argsort(whole, kind="stable").tolist()
    scores = np.log(np.maximum(np.vstack([whole, *parts]), _LEAST))
    leads = scores[:, first] - scores[:, second]
    return list(zip(words, (leads[0] - leads[1:]).tolist(), strict=True))
