"""Names in Ukrainian and Russian, in the case and number of the name that they replace.

A name takes the place of one of the same gender and number, because verbs and adjectives agree
with it. Where a form is that of several cases ("Росії"), only names fit whose forms for all of
them are equal ("Франції", and not "України" or "Україні"): nothing is guessed.
"""

from __future__ import annotations

import re

from stancelab.bias.grammar import cased
from stancelab.bias.inflection import Inflector, plain

_HYPHENS = tuple("-–‑")
_LAST_WORD = re.compile(r"(?:^|[\s(«\"“„])([^\W\d_]{1,3})\s+[«\"“„]?$")
_SOUNDS = {
    "uk": {"vowel": "[аеиіоу]", "v": "[вф]", "hissing": "[сзшщжчц][^аеиіоуєїюя]"},
    "ru": {"vowel": "[аиоуэ]", "v": "[вф][^аеёиоуыэюя]", "hissing": "[сзшщж][^аеёиоуыэюя]"},
}
"""Beginnings of words before which a short word is written in another way."""
_BEFORE = {
    "uk": {"в": "not v", "у": "not vowel", "з": "not hissing", "зі": "hissing", "й": "not vowel"},
    "ru": {
        "в": "not v",
        "во": "v",
        "с": "not hissing",
        "со": "hissing",
        "о": "not vowel",
        "об": "vowel",
    },
}
"""Before which of them each such word stands, or does not."""


class EastSlavicGrammar:
    """Puts names in the case and number of others.

    Parameters
    ----------
    language : {"uk", "ru"}
        Language of the texts.

    Raises
    ------
    MissingExtraError
        pymorphy3 or its dictionary is missing.

    Examples
    --------
    >>> grammar = EastSlavicGrammar("uk")
    >>> grammar.put("Китаєм", "Китай", "Іран", "name")
    'Іраном'
    >>> grammar.put("Росії", "Росія", "Україна", "name") is None
    True
    """

    def __init__(self, language: str) -> None:
        self._inflector = Inflector(language)
        self._language = language

    def knows(self, entry: str, how: str) -> bool:
        """Say whether the forms of a name are known, and its gender."""
        return self._inflector.paradigm(entry, how) is not None

    def is_form(self, word: str, entry: str, how: str) -> bool:
        """Say whether a word of a text is a form of a name."""
        own = self._inflector.paradigm(entry, how)
        return own is not None and bool(own.slots_of(plain(word)))

    def put(self, word: str, entry: str, other: str, how: str) -> str | None:
        """Give another name in the case and number of a word; None where none is sure."""
        own, new = self._inflector.paradigm(entry, how), self._inflector.paradigm(other, how)
        if own is None or new is None or own.gender != new.gender:
            return None
        slots = own.slots_of(plain(word))
        form = new.form_in(slots, word[-1].lower()) if slots else None
        return None if form is None else cased(word, entry, other, form)

    def keeps(self, text: str, start: int, end: int, other: str) -> bool:
        """Say whether a preposition before a name is written the same before another.

        Examples
        --------
        >>> grammar = EastSlavicGrammar("ru")
        >>> [grammar.keeps("в Польше", 2, 8, other) for other in ("Германии", "Франции")]
        [True, False]
        """
        if text[:start].endswith(_HYPHENS) or text[end:].startswith(_HYPHENS):
            return False
        last = _LAST_WORD.search(text[:start])
        rule = _BEFORE[self._language].get(last.group(1).lower()) if last else None
        if rule is None:
            return True
        sound = rule.removeprefix("not ")
        by_letters = other.isupper() and self._language == "ru" and sound != "vowel"  # "в ФРГ"
        begins = not by_letters and re.match(_SOUNDS[self._language][sound], other.lower())
        return bool(begins) != rule.startswith("not")
