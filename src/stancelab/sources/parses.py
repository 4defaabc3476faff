"""What one parse of a Ukrainian or Russian word says, as bits and flags."""

from __future__ import annotations

from typing import Any, NamedTuple

from stancelab.sources.wordlists import WordLists
from stancelab.sources.words import PLURAL

_CASES = {"nomn": 0, "gent": 1, "datv": 2, "accs": 3, "ablt": 4, "loct": 5}
_CASES |= {"gen2": 1, "gen1": 1, "acc2": 3, "loc2": 5, "loc1": 5}
_GENDERS = {"masc": 1, "femn": 2, "neut": 4, "ms-f": 3}
_SINGULAR = 7
_IMPERSONAL = frozenset({"Impe", "Impx", "impr", "infn"})
_OF_PERSONS = frozenset({"Name", "Surn", "Patr"})
_KINDS = {
    "VERB": "verb", "PRED": "verb", "ADJS": "verb", "PRTS": "verb", "NOUN": "noun",
    "ADJF": "adjective", "PRTF": "adjective", "NUMR": "number", "NPRO": "adjective",
    "GRND": "gerund", "ADVB": "adverb",
}  # fmt: skip
_LISTS = {
    "verb": ("says", "acts", "ready", "happens"),
    "noun": ("bodies", "classifiers", "times", "titles"),
    "adjective": ("ready", "relatives"),
}
_NOUN_FLAGS = {"animate": "anim", "fixed": "Fixd"}
_SHORTEST = 5
"""Letters of a word that also ends compounds: "авіакомпанія"."""


class Parse(NamedTuple):
    """One of the words that a form can be.

    Attributes
    ----------
    kind : str
        ``"verb"``, ``"noun"``, ``"adjective"``, ``"number"``, ``"gerund"``, ``"adverb"`` or ``""``.
    bits : int
        For a noun or an adjective its cases, numbers and genders; for a verb those of its subject.
    flags : frozenset of str
        Lists that its dictionary form is on, and what else is known of it.
    nominative : bool
        Whether it is a noun in the nominative.
    short : bool
        Whether it is an adjective's short form, which is an adverb's form as well.
    """

    kind: str
    bits: int
    flags: frozenset[str]
    nominative: bool
    short: bool


def read_parse(parse: Any, lists: WordLists) -> Parse:
    """Read what the analyzer says of a word."""
    tag, lemma = parse.tag, parse.normal_form
    part = str(tag.POS)
    kind = _KINDS.get(part, "")
    flags = {name for name in _LISTS.get(kind, ()) if lemma in lists.words[name]}
    bits = 0
    if kind == "verb":
        bits = _subject(tag, part)
        flags |= {"passive"} if part == "PRTS" else set()
    elif kind == "noun":
        flags |= {flag for flag, grammeme in _NOUN_FLAGS.items() if grammeme in tag}
        flags |= {"bodies"} if _is_body(lemma, lists) else set()
        bits = case_bits(tag)
    elif kind == "adjective" and not (part == "NPRO" and "relatives" in flags):
        bits = case_bits(tag)
    elif kind in ("number", "gerund"):
        flags.add(kind)
    nominative = kind == "noun" and tag.case in ("nomn", None)
    return Parse(kind, bits, frozenset(flags), nominative, part == "ADJS")


def is_of_person(parse: Any) -> bool:
    """Say whether a parse takes a word for a first name or surname."""
    return not _OF_PERSONS.isdisjoint(parse.tag.grammemes)


def _is_body(lemma: str, lists: WordLists) -> bool:
    """Say whether a noun ends like one of the bodies: "авіакомпанія"."""
    bodies = lists.words["bodies"]
    last = len(lemma) - _SHORTEST + 1
    return any(lemma[at:] in bodies for at in range(1, last))


def case_bits(tag: Any) -> int:
    """Turn case, number and gender of a word into bits."""
    genders = PLURAL if tag.number == "plur" else _GENDERS.get(str(tag.gender), _SINGULAR)
    if "Fixd" in tag and genders != PLURAL:
        genders = _SINGULAR  # the press gives them the gender of "місто", of "країна" or their own
    case = str(tag.case or "nomn")  # the Ukrainian dictionary leaves some nominatives unmarked
    return genders << 4 * _CASES[case] if case in _CASES else 0


def _subject(tag: Any, part: str) -> int:
    """Turn number and gender that a verb asks of its subject into bits; 0 where it takes none."""
    infinitive = part == "VERB" and tag.tense is None
    if part == "PRED" or infinitive or tag.person in ("1per", "2per"):
        return 0
    if not _IMPERSONAL.isdisjoint(tag.grammemes):
        return 0
    return PLURAL if tag.number == "plur" else _GENDERS.get(str(tag.gender), _SINGULAR)
