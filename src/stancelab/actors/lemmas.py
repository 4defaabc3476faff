"""Dictionary forms of words: Ukrainian and Russian by pymorphy3, Polish by simplemma."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Protocol

from stancelab.errors import MissingExtraError
from stancelab.morphology import analyzer

LEMMA = "|"
"""Ends the key of a dictionary form, which is not that of the same letters in a text."""

PLURAL = "|plural"
"""Ends the key of a word in the plural: "Штати" is not any "штат"."""


_PLACES_THAT_KEEP = {"Fixd", "inan"}
"""Marks of nouns such as Mali, whose letters are also the form of another word."""


class Lemmatiser(Protocol):
    """What tells which words are forms of one another, by keys that they share."""

    def of_text(self, word: str) -> Iterator[str]:
        """Give the keys of the dictionary forms that a word of a text can belong to."""

    def of_name(self, word: str, alone: bool) -> Iterator[str]:
        """Give those of a word of a name, or of a name alone: none for one that keeps its form."""

    def cases(self, word: str, kind: str) -> frozenset[str]:
        """Give the grammatical cases of a word, in its readings of a kind if one is given."""


@cache
def lemmatiser(language: str) -> Lemmatiser:
    """Load the dictionary of a language, once.

    Examples
    --------
    >>> sorted(set(lemmatiser("uk").of_text("Пекіном")))
    ['пекін|']
    """
    return _Polish() if language == "pl" else _EastSlavic(language)


class _EastSlavic:
    """All dictionary forms of all readings of a word, by pymorphy3."""

    def __init__(self, language: str) -> None:
        self._analyzer = analyzer(language)

    def of_text(self, word: str) -> Iterator[str]:
        for reading in self._analyzer.parse(word):
            yield reading.normal_form + LEMMA
            if "plur" in reading.tag:
                yield reading.normal_form + PLURAL

    def of_name(self, word: str, alone: bool) -> Iterator[str]:
        readings = self._analyzer.parse(word)
        own = [reading for reading in readings if reading.normal_form == word.lower()]
        if own:
            if not any(reading.tag.grammemes >= _PLACES_THAT_KEEP for reading in own):
                yield own[0].normal_form + LEMMA
            return
        for reading in readings:
            if "nomn" in reading.tag or not alone:
                yield reading.normal_form + (PLURAL if "plur" in reading.tag else LEMMA)

    def cases(self, word: str, kind: str) -> frozenset[str]:
        readings = [reading.tag for reading in self._analyzer.parse(word)]
        return frozenset(str(tag.case) for tag in readings if not kind or kind in tag.grammemes)


class _Polish:
    """The dictionary form that simplemma gives."""

    def __init__(self) -> None:
        try:
            from simplemma import lemmatize
        except ImportError:
            raise MissingExtraError("simplemma", "articles") from None
        self._lemma = lemmatize

    def of_text(self, word: str) -> Iterator[str]:
        yield self._lemma(word, lang="pl") + LEMMA
        if word[:1].isupper():
            yield self._lemma(word.lower(), lang="pl") + LEMMA

    def of_name(self, word: str, alone: bool) -> Iterator[str]:
        yield self._lemma(word, lang="pl") + LEMMA

    def cases(self, word: str, kind: str) -> frozenset[str]:
        return frozenset()
