"""What a word can be, in a form that is quick to compare.

Case, number and gender are bits of one integer, so that agreement is ``a & b``: four bits (m, f,
n, plural) for each of six cases, the nominative first. English nouns only have nominatives here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

PLURAL = 8
NOMINATIVE, GENITIVE, ACCUSATIVE, LOCATIVE = 0xF, 0xF0, 0xF000, 0xF00000
ANY = 0xFFFFFF


@dataclass(frozen=True, slots=True)
class Word:
    """What a word can be.

    Attributes
    ----------
    text : str
        In lower case.
    noun, adjective : int
        Cases, numbers and genders that it can have as such; 0 where it is none.
    verb : int
        Numbers and genders of the subject that it takes as a finite verb or predicate.
    flags : frozenset of str
        The lists of the language's file that it is on, and what else is known of it: ``capital``,
        ``abbreviation``, ``animate``, ``known`` (to a dictionary), ``number``, ``mark``.
    says : bool
        Whether it is a verb that may stand beside the words of another.
    actor : bool
        Whether it means a person, or what else can speak or act.
    """

    text: str
    noun: int = 0
    adjective: int = 0
    verb: int = 0
    flags: frozenset[str] = frozenset()
    says: bool = False
    actor: bool = False


MARK = frozenset({"mark"})
QUOTE = Word("«»", flags=frozenset({"quote"}))
"""Stands for what is quoted."""
NAME = Word("«»", ANY, flags=frozenset({"name", "capital"}))
"""Stands for a name in quotation marks."""
PRONOUNS = {"he": 1, "she": 2, "it": 4, "they": PLURAL}
"""The lists of pronouns of the third person, and what agrees with them."""
THIRD_PERSON = frozenset({"he", "she", "they"})
"""Of these, those that can stand for who spoke before."""


def begins(words: Sequence[Word], at: int) -> bool:
    """Say whether a word begins a sentence, so that its capital says nothing."""
    if at == 0:
        return True
    before = words[at - 1]
    return "mark" in before.flags and before.text not in ",—–-"


def cases_of(bits: int) -> int:
    """Give the cases alone, one bit each."""
    return sum(1 << case for case in range(6) if bits >> case * 4 & NOMINATIVE)


def genders_of(bits: int) -> int:
    """Give the genders and numbers alone, whatever the case."""
    found = 0
    for case in range(6):
        found |= bits >> case * 4
    return found & NOMINATIVE
