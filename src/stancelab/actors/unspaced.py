"""Looking for the forms of names in texts that write words together: Chinese."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from stancelab.actors.forms import Form
from stancelab.actors.matching import Hit, Scan
from stancelab.actors.records import HOW
from stancelab.actors.words import Token

_SHORT = HOW["prefixes"]


class UnspacedMatcher:
    """Finds the longest names among characters.

    A character that abbreviates a state counts only beside another one, or where one of the
    listed endings follows: 中俄, 美方.

    Parameters
    ----------
    forms : sequence of Form
        What to look for.
    endings : sequence of str
        What may follow an abbreviation.
    """

    def __init__(self, forms: Sequence[Form], endings: Sequence[str]) -> None:
        self._names: dict[str, list[Form]] = {}
        self._short: dict[str, tuple[Form, ...]] = {}
        self._endings = tuple(endings)
        for form in forms:
            if form.how == _SHORT:
                self._short[form.words[0]] = (*self._short.get(form.words[0], ()), form)
            else:
                self._names.setdefault(form.words[0][0], []).append(form)
        for found in self._names.values():
            found.sort(key=lambda form: -len(form.words[0]))

    def scan(self, text: str) -> Scan:
        """Find all names in a clean text; each character counts as a word."""
        hits: list[Hit] = []
        names, short = self._names, self._short
        place, count = 0, len(text)
        while place < count:
            char = text[place]
            forms = self._at(text, place, names[char]) if char in names else ()
            if not forms and char in short:
                forms = self._abbreviation(text, place, _is_short_before(hits, place))
            if forms:
                end = place + len(forms[0].words[0])
                hits.append(Hit(place, end, place, end, forms))
                place = end
            else:
                place += 1
        return Scan(text, _Characters(text), hits)

    @staticmethod
    def _at(text: str, place: int, forms: Sequence[Form]) -> tuple[Form, ...]:
        best: list[Form] = []
        for form in forms:
            word = form.words[0]
            if best and len(word) < len(best[0].words[0]):
                break
            if text.startswith(word, place):
                best.append(form)
        return tuple(best)

    def _abbreviation(self, text: str, place: int, follows: bool) -> tuple[Form, ...]:
        """Take an abbreviation beside another one or before an ending."""
        after = place + 1
        if text.startswith(self._endings, after):
            return self._short[text[place]]
        beside = text[after : after + 1] in self._short and not self._names_begin(text, after)
        return self._short[text[place]] if beside or follows else ()

    def _names_begin(self, text: str, place: int) -> bool:
        return bool(self._at(text, place, self._names.get(text[place], ())))


def _is_short_before(hits: Sequence[Hit], place: int) -> bool:
    """Say whether an abbreviation stands right before; a whole name does not make one."""
    return bool(hits) and hits[-1].end == place and hits[-1].forms[0].how == _SHORT


class _Characters(Sequence[Token]):
    """The characters of a text as words."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __len__(self) -> int:
        return len(self._text)

    @overload
    def __getitem__(self, index: int) -> Token: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Token]: ...
    def __getitem__(self, index: int | slice) -> Token | Sequence[Token]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        return Token(self._text[index], index, index + 1)
