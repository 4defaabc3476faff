"""Looking for the forms of names in texts whose words are written apart."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import NamedTuple

from stancelab.actors.forms import Form
from stancelab.actors.lookalikes import TO_CYRILLIC
from stancelab.actors.records import HOW
from stancelab.actors.words import (
    ABBREVIATION,
    CYRILLIC,
    LEMMATISED,
    Token,
    WordKeys,
    tokens_of,
)

_COMPOUND = HOW["prefixes"]
_HYPHENS = "-–"
_GAP = re.compile(r" ?[-–'./&]? ?|[ \t]*\n?[ \t]*")
_RARE = (",", "—")
_SHORT = 3
_NEAR = 2
_SPELT_AS_NAME = 4
"""Abbreviations from this length on are also written like names: Nato, Юнеско."""

_LATIN_ALIKE = re.compile("[ABCEHIKMOPTXY]{3,}")
"""An abbreviation that may be Cyrillic, and typed in Latin letters: HATO."""

_MAX_CACHED = 300_000
_BEGINNING = 2
"""Words that begin unlike all names are not lemmatised: lemmas keep their first letters."""


class Hit(NamedTuple):
    """A stretch of words that is the name of somebody.

    Attributes
    ----------
    first, last : int
        The words, by number; the last is exclusive.
    start, end : int
        The place in the clean text.
    forms : tuple of Form
        What it can be, the closest first.
    doubtful : bool
        Whether it counts only if the text names the actor in another way, too.
    """

    first: int
    last: int
    start: int
    end: int
    forms: tuple[Form, ...]
    doubtful: bool = False


class Scan(NamedTuple):
    """A clean text, its words and what was found among them."""

    text: str
    tokens: Sequence[Token]
    hits: list[Hit]


class _Candidates(NamedTuple):
    """The names that begin with a word: that alone, and longer ones by the keys of the second."""

    alone: tuple[Form, ...]
    longer: Mapping[str, Sequence[Form]]


_NONE = _Candidates((), {})


class WordMatcher:
    """Finds the longest names, by the keys of their words.

    Parameters
    ----------
    language : str
        Language of the texts.
    keys : WordKeys
        The keys of its words.
    forms : sequence of Form
        What to look for.
    """

    def __init__(self, language: str, keys: WordKeys, forms: Sequence[Form]) -> None:
        self._language = language
        self._keys = keys
        self._index: dict[str, list[Form]] = {}
        for form in forms:
            for key in form.keys[0]:
                self._index.setdefault(key, []).append(form)
        self._beginnings = {key[:_BEGINNING] for key in self._index}
        self._candidates: dict[str, _Candidates] = {}
        self._keys_of: dict[str, frozenset[str]] = {}
        self._lock = Lock()

    def scan(self, text: str) -> Scan:
        """Find all names in a clean text; none overlaps another."""
        tokens = list(tokens_of(text, self._language))
        hits = []
        known = self._candidates
        number, count = 0, len(tokens)
        while number < count:
            word = tokens[number].word
            candidates = known.get(word)
            if candidates is None:
                candidates = self._remember(word)
            found = None
            if candidates is not _NONE or word.isupper():
                found = self._at(text, tokens, number, candidates)
            if found is None:
                number += 1
            else:
                hits.append(found)
                number = found.last
        return Scan(text, tokens, hits)

    def _at(
        self, text: str, tokens: Sequence[Token], number: int, candidates: _Candidates
    ) -> Hit | None:
        """Give the longest name that begins with a word."""
        if candidates is _NONE and _shouted(tokens, number):
            candidates = self._remember(tokens[number].word.capitalize())
        best = self._longer(text, tokens, number, candidates) or [
            form
            for form in candidates.alone
            if form.how != _COMPOUND or joined(text, tokens, number)
        ]
        if not best:
            return None
        last = number + len(best[0].words)
        end = tokens[last - 1].end
        if best[0].text.endswith(".") and text[end : end + 1] == ".":
            end += 1
        front = self._keys.joined_in_front(tokens[number].word, best[0].keys[0])
        return Hit(number, last, tokens[number].start + front, end, tuple(best))

    def _longer(
        self, text: str, tokens: Sequence[Token], number: int, candidates: _Candidates
    ) -> list[Form]:
        """Give the longest names of several words that begin with a word."""
        if not candidates.longer or number + 1 >= len(tokens):
            return []
        following = self._keys_within(tokens[number + 1].word)
        forms = {form for key in following for form in candidates.longer.get(key, ())}
        best: list[Form] = []
        for form in sorted(forms, key=lambda form: (-len(form.words), form.number)):
            if best and len(form.words) < len(best[0].words):
                break
            if self._continues(form, text, tokens, number):
                best.append(form)
        return best

    def _continues(self, form: Form, text: str, tokens: Sequence[Token], number: int) -> bool:
        """Say whether the words of a form after its first one follow."""
        last = number + len(form.words)
        if last > len(tokens) or (form.how == _COMPOUND and not joined(text, tokens, last - 1)):
            return False
        for place in range(1, len(form.words)):
            before, token = tokens[number + place - 1 : number + place + 1]
            if not _is_gap(text, before, token, form.text):
                return False
            if self._keys_within(token.word).isdisjoint(form.keys[place]):
                return False
            if self._language not in LEMMATISED and not fits(form.words[place], token.word):
                return False
        return True

    def _keys_within(self, word: str) -> frozenset[str]:
        """Give the keys of a word of a longer name, which may be shouted: ЗБРОЙНИХ СИЛ."""
        keys = self.keys_of(word)
        if self._language in LEMMATISED and 1 < len(word) <= ABBREVIATION and word.isupper():
            return keys | self.keys_of(word.capitalize())
        return keys

    def keys_of(self, word: str) -> frozenset[str]:
        """Give the keys of a word of a text."""
        found = self._keys_of.get(word)
        if found is None:
            with self._lock:
                if len(self._keys_of) >= _MAX_CACHED:
                    self._keys_of.clear()
                found = self._keys_of[word] = frozenset(self._keys.of_text(word))
        return found

    def _remember(self, word: str) -> _Candidates:
        """Look a word up that was not seen before."""
        with self._lock:
            if len(self._candidates) >= _MAX_CACHED:
                self._candidates.clear()
            found = self._candidates[word] = self._looked_up(word)
        return found

    def _looked_up(self, word: str) -> _Candidates:
        forms = self._by_keys(word)
        if not forms and self._language in CYRILLIC and _LATIN_ALIKE.fullmatch(word):
            forms = self._by_keys(word.translate(TO_CYRILLIC))
        if not forms:
            return _NONE
        longer: dict[str, list[Form]] = {}
        for form in forms:
            for key in form.keys[1] if len(form.words) > 1 else ():
                longer.setdefault(key, []).append(form)
        return _Candidates(tuple(form for form in forms if len(form.words) == 1), longer)

    def _by_keys(self, word: str) -> Sequence[Form]:
        own = self._keys.fold(word)
        if self._language in LEMMATISED and own[:_BEGINNING] not in self._beginnings:
            return ()
        forms = {
            form.number: form
            for key in self._keys.of_text(word)
            for form in self._index.get(key, ())
            if fits(form.words[0], word)
        }
        return tuple(forms.values())


def _is_gap(text: str, before: Token, after: Token, name: str) -> bool:
    """Say whether what stands between two words may stand between those of a name."""
    gap = text[before.end : after.start]
    if gap == " ":
        return True
    if "." in gap and len(before.word) > _SHORT:
        return False
    return _GAP.fullmatch(gap) is not None or (gap.strip() in _RARE and gap.strip() in name)


def fits(name: str, word: str) -> bool:
    """Say whether a word of a text may be one of a name, as to capital letters.

    Examples
    --------
    >>> fits("Turkey", "turkey"), fits("Turkey", "TURKEY"), fits("turkish", "Turkish")
    (False, True, True)
    >>> fits("NATO", "Nato"), fits("US", "Us"), fits("ХАМАС", "ХАМАСу")
    (True, False, True)
    """
    if not name[0].isupper():
        return True
    if len(name) == 1 or name.isupper():
        return word.startswith(name) or (len(name) >= _SPELT_AS_NAME and word[0].isupper())
    return word[0].isupper()


def joined(text: str, tokens: Sequence[Token], number: int) -> bool:
    """Say whether a hyphen joins a word to the next one."""
    if number + 1 >= len(tokens):
        return False
    end = tokens[number].end
    return text[end : end + 1] in _HYPHENS and tokens[number + 1].start == end + 1


def _shouted(tokens: Sequence[Token], number: int) -> bool:
    """Say whether an all-capital word stands beside another one that is no abbreviation."""
    word = tokens[number].word
    if not word.isupper() or not 1 < len(word) <= ABBREVIATION:
        return False
    near = [*tokens[max(0, number - _NEAR) : number], *tokens[number + 1 : number + 1 + _NEAR]]
    return any(one.word.isupper() and len(one.word) > 1 for one in near)
