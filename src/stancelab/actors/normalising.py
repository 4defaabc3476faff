"""Texts as names are looked for in them, with the place of each character in the original."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple, overload

from stancelab.actors.lookalikes import unify_scripts

_SAME_LENGTH = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u1680\u202f\u205f\u3000", " "),
        **{chr(code): " " for code in range(0x2000, 0x200B)},
        **dict.fromkeys("\u0085\u2028\u2029", "\n"),
        **dict.fromkeys("`´ʹʻʼˈ‘’‛′", "'"),
        **dict.fromkeys("\u2010\u2011\ufe63", "-"),
        **dict(zip("ѐЀѝЍ", "еЕиИ", strict=True)),
    }
)
_INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u0640\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef"
)
_VOWEL_SIGNS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
_MARKS = f"\u0300-\u034e\u0350-\u036f\u0483-\u0487{_VOWEL_SIGNS}\u1dc0-\u1dff\u20d0-\u20f0"
_COMPATIBLE = "\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefc\uff01-\uffdc"
_ODD = re.compile(f"[^\n{_MARKS}{_INVISIBLE}]?[{_MARKS}]+|[{_INVISIBLE}]+|[{_COMPATIBLE}]")
_UNWANTED = re.compile(f"[{_INVISIBLE}{_VOWEL_SIGNS}]|(?<=[\u0400-\u052f])[\u0300\u0301]")
_ASCII_ODD = re.compile("[`\x00-\x08\x0e-\x1f\x7f]")


class Offsets(Sequence[int]):
    """Where each character came from: a rising sequence that holds only where it jumps.

    Parameters
    ----------
    length : int
        How many characters the clean text has; the sequence has one more.
    starts, shifts : sequences of int
        From which character on what is to be added to its index.
    """

    def __init__(self, length: int, starts: Sequence[int], shifts: Sequence[int]) -> None:
        self._length = length + 1
        self._starts = starts
        self._shifts = shifts

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...
    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        """Give the place in the original of the character at an index."""
        if isinstance(index, slice):
            return [self._at(one) for one in range(*index.indices(self._length))]
        place = index + self._length if index < 0 else index
        if not 0 <= place < self._length:
            raise IndexError(index)
        return self._at(place)

    def _at(self, index: int) -> int:
        return index + self._shifts[bisect_right(self._starts, index) - 1]


class Aligned(NamedTuple):
    """A clean text and where its characters stood in the original.

    Attributes
    ----------
    text : str
        The clean text.
    offsets : sequence of int
        One more than characters: where each began in the original, and where the original ends.
    ends : mapping of int to int
        Where those characters ended that took another room than one character.
    """

    text: str
    offsets: Sequence[int]
    ends: Mapping[int, int] = MappingProxyType({})

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give the place in the original of a stretch of the clean text.

        Examples
        --------
        >>> normalise("Ук\u00adраїна").span(0, 7)
        (0, 8)
        """
        if end <= start:
            return self.offsets[start], self.offsets[start]
        return self.offsets[start], self.ends.get(end - 1, self.offsets[end - 1] + 1)


def normalise(text: str) -> Aligned:
    """Clean a text for looking for names, and keep the places of its characters.

    Soft hyphens, zero-width and control characters, stress marks and Arabic vowel signs are left
    out; spaces, apostrophes and hyphens of all kinds become the plain ones; letters that are
    written as two characters become one, ligatures and wide letters the usual ones; look-alike
    letters of another script become those of the word's script.

    Examples
    --------
    >>> normalise("В’єтнам, Rосі\u0301я").text
    "В'єтнам, Росія"
    """
    if text.isascii() and not _ASCII_ODD.search(text):
        return Aligned(text, range(len(text) + 1))
    plain = text.translate(_SAME_LENGTH)
    found = _without_odd(plain) if _ODD.search(plain) else Aligned(plain, range(len(plain) + 1))
    return found._replace(text=unify_scripts(found.text))


def _without_odd(text: str) -> Aligned:
    """Replace what takes another room in clean text, and note where."""
    kept: list[str] = []
    starts, shifts = [0], [0]
    ends: dict[int, int] = {}
    length = last = 0
    for found in _ODD.finditer(text):
        start, end = found.span()
        written = _usual(found.group())
        length += start - last
        kept += text[last:start], written
        last = end
        if len(written) != end - start:
            for _ in written:
                starts.append(length)
                shifts.append(start - length)
                ends[length] = end
                length += 1
            starts.append(length)
            shifts.append(end - length)
        else:
            length += len(written)
    kept.append(text[last:])
    length += len(text) - last
    return Aligned("".join(kept), Offsets(length, starts, shifts), ends)


def _usual(piece: str) -> str:
    """Compose letter and marks, and spell out what stands for other characters."""
    spelt = "".join(
        unicodedata.normalize("NFKC", char) if char > "\ufaff" else char for char in piece
    )
    composed = unicodedata.normalize("NFC", spelt)
    return _UNWANTED.sub("", composed).translate(_SAME_LENGTH)
