"""Persons whose names hold that of a place: Джордж Вашингтон, Софія Федина, князь Київський."""

from __future__ import annotations

from stancelab.actors.matching import Hit, Scan
from stancelab.actors.rules import Rules
from stancelab.actors.sentences import opens
from stancelab.actors.words import LEMMATISED, WordKeys

_PLACES = ("capital", "seat")


class Persons:
    """Says where a name is that of a person, in one language.

    Parameters
    ----------
    language : str
        The language.
    rules : Rules
        Its rules.
    keys : WordKeys
        What is known of its words.
    """

    def __init__(self, language: str, rules: Rules, keys: WordKeys) -> None:
        self._lemmatised = language in LEMMATISED
        self._titles = rules.titles
        self._keys = keys

    def has(self, scan: Scan, hit: Hit, taken: set[int]) -> bool:
        """Say whether what stands beside a word makes it the name of a person.

        Parameters
        ----------
        scan : Scan
            The text.
        hit : Hit
            What may be a name of an actor.
        taken : set of int
            The words, by number, that belong to such names.
        """
        if hit.last - hit.first > 1:
            return False
        return self._is_surname(scan, hit, taken) or self._goes_on(scan, hit, taken)

    def _is_surname(self, scan: Scan, hit: Hit, taken: set[int]) -> bool:
        """Say whether an initial, a given name or a title stands before it."""
        if hit.first < 1 or hit.first - 1 in taken:
            return False
        word, before = scan.tokens[hit.first].word, scan.tokens[hit.first - 1]
        between = scan.text[before.end : hit.start]
        if len(before.word) == 1:
            return before.word.isupper() and between == "."
        if not self._lemmatised or between != " ":
            return False
        how = hit.forms[0].how
        if how == "adjective":
            return self._keys.fold(before.word) in self._titles
        if not (word.istitle() and before.word.istitle()):
            return False
        if how == "people":
            return not opens(scan.text, before.start)
        return _may_be_a_person(hit) and self._agree(before.word, "Name", word)

    def _goes_on(self, scan: Scan, hit: Hit, taken: set[int]) -> bool:
        """Say whether a surname or a title stands after what is not of a state alone."""
        form = hit.forms[0]
        if not self._lemmatised or not form.ambiguous or hit.last >= len(scan.tokens):
            return False
        word, after = scan.tokens[hit.first].word, scan.tokens[hit.last]
        if hit.last in taken or scan.text[hit.end : after.start] != " ":
            return False
        if form.how == "adjective":
            return self._keys.fold(after.word) in self._titles
        named = form.how == "capital" and word.istitle() and after.word.istitle()
        return named and self._agree(after.word, "Surn", word)

    def _agree(self, name: str, kind: str, word: str) -> bool:
        """Say whether one word is a name of a kind, in a case that the other one can have."""
        return not self._keys.cases(name, kind).isdisjoint(self._keys.cases(word))


def _may_be_a_person(hit: Hit) -> bool:
    return any(form.ambiguous or form.how in _PLACES for form in hit.forms)
