"""What a Ukrainian or Russian word can be, as the dictionary says."""

from __future__ import annotations

import re
from functools import cache

from stancelab.morphology import analyzer
from stancelab.sources.parses import Parse, is_of_person, read_parse
from stancelab.sources.wordlists import WordLists
from stancelab.sources.words import ACCUSATIVE, ANY, GENITIVE, MARK, NOMINATIVE, PRONOUNS, Word

_SMALL = ("prepositions", "subordinators", "joins", "contrasts", "particles")
_LISTED = (*_SMALL, "possessives", "said_in", "first_person", *PRONOUNS)
_READABLE = re.compile(r"[a-z\u00df-\u024f\u0400-\u052f0-9'.‑-]+")
_ARABIC = re.compile(r"[аеэ][лдрснзш]ь?-[А-ЯІЇЄҐ]")
"""Names such as "аль-Хайя", whose capital stands after the article."""
_NAME = 0x777777
"""All cases of the singular: what a name that the dictionary lacks can always be."""


class Readings(dict[str, Word]):
    """The words of a language, each analysed when it is first asked for.

    Examples
    --------
    >>> word = Readings.of("uk")["заявила"]
    >>> word.says, word.noun, word.verb == 2
    (True, 0, True)
    """

    LIMIT = 100_000
    """How many words are kept; then all are forgotten, for bounded memory."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.lists = WordLists.of(language)
        self._analyzer = analyzer(language)

    @classmethod
    @cache
    def of(cls, language: str) -> Readings:
        """Give the words of a language; they are shared."""
        return cls(language)

    def __missing__(self, text: str) -> Word:
        if len(self) >= self.LIMIT:
            self.clear()
        found = self[text] = self._analyse(text)
        return found

    def _analyse(self, text: str) -> Word:
        lower = text.lower().replace("’", "'").replace("ʼ", "'")
        if not text[0].isalnum():
            return Word(lower, flags=MARK)
        flags = {name for name in _LISTED if lower in self.lists.words[name]}
        if text[0].isupper() or _ARABIC.match(text):
            flags.add("capital")
        for pronoun, nominative in PRONOUNS.items():
            if pronoun in flags:
                return Word(lower, nominative, flags=frozenset(flags))
        if text[0].isdigit():
            return Word(lower, flags=frozenset(flags | {"number"}))
        if not flags.isdisjoint(_SMALL):
            return Word(lower, flags=frozenset(flags))
        if len(text) > 1 and text.isupper():
            return Word(lower, ANY, flags=frozenset(flags | {"abbreviation"}), actor=True)
        if not _READABLE.fullmatch(lower):  # the analyzer may fail on other scripts
            return Word(lower, ANY, flags=frozenset(flags))
        return self._parsed(lower, flags)

    def _parsed(self, lower: str, flags: set[str]) -> Word:
        """Read what the dictionary says; a capitalised word that it lacks is a name."""
        capital, known = "capital" in flags, self._analyzer.word_is_known(lower)
        parses = self._parses(lower, capital)
        bits = dict.fromkeys(("noun", "adjective", "verb"), 0)
        for parse in parses:
            flags |= parse.flags
            if parse.kind in bits:
                bits[parse.kind] |= parse.bits
        if not bits["adjective"] & NOMINATIVE:  # "цього" goes with no "дім", accusative as well
            bits["adjective"] &= ~ACCUSATIVE if bits["adjective"] & GENITIVE else ANY
        if known:
            flags.add("known")
        elif capital and not bits["adjective"]:
            bits["noun"], bits["verb"] = (bits["noun"] | _NAME if bits["noun"] else ANY), 0
        adverb = any(parse.kind == "adverb" for parse in parses)
        if adverb and not capital and flags.isdisjoint(("animate", "bodies")):
            bits["noun"] = 0
        actor = (_is_person(parses) or "bodies" in flags) and "times" not in flags
        noun, adjective, verb = bits.values()
        return Word(lower, noun, adjective, verb, frozenset(flags), "says" in flags, actor)

    def _parses(self, lower: str, capital: bool) -> list[Parse]:
        """Give the parses of a word but those that only its spelling allows."""
        found = [
            read_parse(parse, self.lists)
            for parse in self._analyzer.parse(lower)
            if capital or not is_of_person(parse)  # "ніколи" is no form of a first name
        ]
        if any(parse.kind == "adverb" for parse in found):
            return [parse for parse in found if not parse.short]  # "сухо" is hardly a predicate
        return found


def _is_person(parses: list[Parse]) -> bool:
    """Say whether a word means a person; "енергетика" only does as a genitive, so it does not."""
    nominative = any(parse.nominative for parse in parses)
    return any(
        "animate" in parse.flags and (parse.nominative or not nominative) for parse in parses
    )
