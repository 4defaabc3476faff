"""The text of a statement around its actor: finding, marking and windowing the mention."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

ABSENT = -1
_WORD = re.compile(r"\w+")
_SPACE = re.compile(r"\s")
_APOSTROPHES = "'’ʼ`"


class Mention(NamedTuple):
    """Where an actor is named in a text.

    Attributes
    ----------
    start, end : int
        Character span, end exclusive; -1 and -1 where the name does not occur.
    occurrences : int
        How often the name occurs; more than 1 is ambiguous, and the first is taken.
    """

    start: int
    end: int
    occurrences: int


def find_mention(text: str, name: str) -> Mention:
    """Find the first occurrence of a name on word boundaries.

    Scripts that write words together (Chinese), and those that join particles to them (Arabic),
    have names without a boundary: where no occurrence has one, the first of all is taken.

    Examples
    --------
    >>> find_mention("Romania and Oman met; Oman agreed.", "Oman")
    Mention(start=12, end=16, occurrences=2)
    >>> find_mention("Nobody was named.", "Oman")
    Mention(start=-1, end=-1, occurrences=0)
    """
    if not name:
        return Mention(ABSENT, ABSENT, 0)
    starts = list(_bounded(text, name))
    first = starts[0] if starts else text.find(name)
    if first < 0:
        return Mention(ABSENT, ABSENT, 0)
    return Mention(first, first + len(name), len(starts) or text.count(name))


def _bounded(text: str, name: str) -> Iterator[int]:
    """Find where a name stands on word boundaries; no pattern, as each name would need its own."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        cut = (start > 0 and _in_word(text[start - 1])) or _in_word(text[end : end + 1])
        if not cut:
            yield start
        start = text.find(name, start + 1 if cut else end)


def is_cut(text: str, start: int, end: int) -> bool:
    """Say whether a span is a piece of a word.

    Only in scripts with upper and lower case: others write words together or join particles to
    them.

    Examples
    --------
    >>> is_cut("погрози Мінська", 8, 14), is_cut("Мінську", 0, 7), is_cut("中国外交部", 0, 2)
    (True, False, False)
    """
    beside = text[max(start - 1, 0) : start] + text[end : end + 1]
    return any(char.lower() != char.upper() for char in beside)


def _in_word(char: str) -> bool:
    """Say whether a character is of a word, as patterns have it."""
    return char.isalnum() or char == "_"


def around(text: str, start: int, end: int, characters: int) -> tuple[str, str, str]:
    """Cut a window of whole words around a span.

    Parameters
    ----------
    text : str
        The statement.
    start, end : int
        Span of the mention; -1 and -1 where there is none.
    characters : int
        How many characters to keep at most on each side.

    Returns
    -------
    tuple of str
        Left of the mention, the mention, right of it; without a span, the whole text and two
        empty strings.

    Examples
    --------
    >>> around("Today Kyiv thanked Warsaw for its help.", 19, 25, 8)
    ('thanked ', 'Warsaw', ' for its')
    """
    if start < 0:
        return text, "", ""
    low, high = max(0, start - characters), min(len(text), end + characters)
    if _cuts_word(text, low) and (space := _SPACE.search(text, low, start)):
        low = space.end()
    if _cuts_word(text, high):
        spaces = [found.start() for found in _SPACE.finditer(text, end, high)]
        high = spaces[-1] if spaces else high
    return text[low:start], text[start:end], text[end:high]


def _cuts_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and not text[at - 1].isspace() and not text[at].isspace()


def fold(text: str) -> str:
    """Normalise a text so that copies of it are equal: case, spaces, punctuation, diacritics.

    Examples
    --------
    >>> fold("  Präsident:  «Hi!» ") == fold("PRASIDENT hi")
    True
    """
    compatible = unicodedata.normalize("NFKD", text).casefold()
    decomposed = unicodedata.normalize("NFKD", compatible)
    plain = "".join(
        char for char in decomposed if not unicodedata.combining(char) and char not in _APOSTROPHES
    )
    return " ".join(_WORD.findall(plain))
