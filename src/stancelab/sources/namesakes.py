"""Names of persons in any case: whether two can be the same, and which cases one can be in."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from stancelab.morphology import analyzer
from stancelab.sources.parses import case_bits

_SEXES = {"masc": "m", "femn": "f", "ms-f": "mf"}
_BARE = tuple("бвгґджзклнпрстфцчшщь")
"""What no other case of an unknown man's name ends in."""
_SHORT = 3
"""Letters of a first word that is a surname: "Сі", "Kim"."""


class NameWord(NamedTuple):
    """A word of a name.

    Attributes
    ----------
    keys : frozenset of str
        Dictionary forms, each with a gender: "Зеленська" is no form of "Зеленський".
    cases : int
        Cases, numbers and genders that it can have, as in `Word.noun`; 0 where that is not known.
    length : int
        How many letters it has.
    """

    keys: frozenset[str]
    cases: int
    length: int

    def meets(self, other: NameWord) -> bool:
        """Say whether both can be forms of one name."""
        return not self.keys.isdisjoint(other.keys)


Name = tuple[NameWord, ...]


@lru_cache(maxsize=20_000)
def name_word(text: str, language: str) -> NameWord:
    """Read a word of a name.

    Examples
    --------
    >>> name_word("Лавровим", "uk").meets(name_word("Лавров", "uk"))
    True
    >>> name_word("Зеленська", "uk").meets(name_word("Зеленський", "uk"))
    False
    """
    lower = text.lower().replace("’", "'").replace("ʼ", "'")
    if language == "en":
        lower = lower.removesuffix("'s").removesuffix("'")
        plain = lower if text[0].isupper() else lower.rpartition("-")[2]  # "al-Assad"
        return NameWord(frozenset({lower, plain}), 0, len(lower))
    keys, cases = {lower}, 0
    words = analyzer(language)
    if lower.endswith(_BARE) and not words.word_is_known(lower):
        keys, cases = {lower, f"{lower}/m"}, 1  # "Вадефуль": no case but the nominative is likely
    for parse in words.parse(lower):
        if str(parse.tag.POS) in ("NOUN", "ADJF"):
            cases |= case_bits(parse.tag)
            keys |= _keys(parse)
    return NameWord(frozenset(keys), cases, len(lower))


def _keys(parse: Any) -> set[str]:
    tag = parse.tag
    if tag.number == "plur":
        return set()
    return {f"{parse.normal_form}/{sex}" for sex in _SEXES.get(str(tag.gender), "")}


def is_called(person: Name, source: Name) -> bool:
    """Say whether a source's name can be a person's: by all of its words, or the surname alone.

    Examples
    --------
    >>> def name(text):
    ...     return tuple(name_word(word, "en") for word in text.split())
    >>> [is_called(name("Donald Trump"), name(text)) for text in ("Trump", "Donald", "Eric Trump")]
    [True, False, False]
    """
    if len(source) == 1:
        surnames = [person[-1], *(person[:1] if person[0].length <= _SHORT else ())]
        return any(source[0].meets(word) for word in surnames)
    return all(any(word.meets(own) for own in person) for word in source)
