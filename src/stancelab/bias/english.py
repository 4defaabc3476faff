"""English names: they keep their form, but not every one fits behind every word."""

from __future__ import annotations

import re

from stancelab.bias.grammar import cased

_ARTICLES = """netherlands philippines bahamas maldives seychelles comoros taliban houthis
commonwealth francophonie quad west"""
_WITH_ARTICLE = frozenset(_ARTICLES.split())
"""Names that take "the"; so does every abbreviation that is read by its letters."""
_WORDS = """NATO UNESCO UNICEF ASEAN OPEC AUKUS BRICS ECOWAS SADC IGAD CARICOM CELAC SAARC APEC
PACE UNIFIL OCHA FIFA UEFA WADA NABU ISIS ISIL FARC"""
_READ_AS_WORDS = frozenset(_WORDS.split())
_RARE = {"RF", "KSA", "FYROM", "ROK", "ROC", "RSA", "CAR", "IBRD"}
"""Abbreviations that news hardly uses, and that are not put in."""
_LIKE_PLURALS = ("ese", "sh", "ch", "ss")
"""Adjectives that, as nouns, mean many: "the Chinese"; others mean one: "the Russian"."""
_ARTICLE = re.compile(r"\b(an?)\s+[\"“‘]?$", re.IGNORECASE)
_BARE_APOSTROPHE = re.compile(r"['’](?!\w)")
_CONSONANTS = ("eu", "uk", "ug", "ur", "us", "un", "ut")
"""Beginnings with a vowel that is spoken with a consonant before it: European, Ukrainian."""
_NOT_SO = ("uzb",)


class EnglishGrammar:
    """Puts English names in the place of others of the same kind of word.

    Examples
    --------
    >>> grammar = EnglishGrammar()
    >>> grammar.put("Russia", "Russia", "Ukraine", "name")
    'Ukraine'
    >>> grammar.put("US", "US", "Ukraine", "name") is None  # the US, but no article with Ukraine
    True
    >>> grammar.keeps("an Iranian envoy", 3, 10, "Russian")
    False
    """

    def knows(self, entry: str, how: str) -> bool:
        """Say whether a name can be put in: it is one word, and no rare abbreviation."""
        bare = entry.replace(".", "")
        return bare.isalpha() and not (how == "name" and bare in _RARE)

    def is_form(self, word: str, entry: str, how: str) -> bool:
        """Say whether a word of a text is a name."""
        if word == entry:
            return True
        return word.casefold() == entry.casefold() and not entry.isupper()

    def put(self, word: str, entry: str, other: str, how: str) -> str | None:
        """Give another name, where it is used as the first one is."""
        same = _use(entry, how) == _use(other, how)
        return cased(word, entry, other, other.lower()) if same and other else None

    def keeps(self, text: str, start: int, end: int, other: str) -> bool:
        """Say whether "a" or "an" before a name, and an apostrophe after it, stay right."""
        if _BARE_APOSTROPHE.match(text, end) and not other.endswith("s"):
            return False
        found = _ARTICLE.search(text[:start])
        if found is None:
            return True
        if other.isupper():  # read by letters, or as a word
            return False
        return _begins_with_vowel(other) == (found.group(1).lower() == "an")


def _use(entry: str, how: str) -> tuple[bool, ...]:
    """Say how a name is used: with an article, and in the plural."""
    if how == "people":
        return (entry.endswith("s") and not entry.endswith(_LIKE_PLURALS),)
    if how == "adjective":
        return (entry.endswith(_LIKE_PLURALS),)
    bare = entry.replace(".", "")
    by_letters = bare.isupper() and bare not in _READ_AS_WORDS
    return (by_letters or bare.lower() in _WITH_ARTICLE,)


def _begins_with_vowel(word: str) -> bool:
    start = word.lower()
    if start.startswith(_NOT_SO):
        return True
    return start[0] in "aeiou" and not start.startswith(_CONSONANTS)
