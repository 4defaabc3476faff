"""A sentence by its words, the actors that it names, and the names of persons in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from stancelab.sources.namesakes import Name, name_word
from stancelab.sources.owning import Named
from stancelab.sources.tokens import Token, tokenise
from stancelab.sources.wordlists import WordLists

_LONGEST = 5
"""Words of a person's name."""
_ABBREVIATED = 2
"""Letters of an English name in capitals, as in "JD Vance"; longer ones are no names."""
_BEFORE = 3


class NamedInRole(Named, Protocol):
    """An actor named in a text, and by what, as the mention finder gives it."""

    @property
    def how(self) -> str:
        """Say what it is named by; ``"role"`` where it is named for who speaks for it."""

    @property
    def ambiguous(self) -> bool:
        """Say whether the name also means something else."""


class Place(NamedTuple):
    """The words of an actor's name, last exclusive."""

    first: int
    last: int


class Titled:
    """Finds its way around the titles and names of a sentence.

    Parameters
    ----------
    text : str
        The sentence.
    mentions : sequence of NamedInRole
        The actors that it names.
    language : str
        One of `supported_languages`.
    """

    def __init__(self, text: str, mentions: Sequence[NamedInRole], language: str) -> None:
        self.text, self.language = text, language
        self.lists = WordLists.of(language)
        self.tokens: list[Token] = tokenise(text)
        self.taken = {at for one in mentions for at in self._over(one.start, one.end)}

    def place(self, mention: NamedInRole) -> Place | None:
        """Say which words name an actor; None where a part of a word does."""
        over = self._over(mention.start, mention.end)
        if not over or self.tokens[over[0]].start < mention.start:
            return None
        rest = self.text[mention.end : self.tokens[over[-1]].end]
        return None if rest.strip("'’ʼs") else Place(over[0], over[-1] + 1)

    def word(self, at: int) -> str:
        """Give a word in lower case."""
        return self.tokens[at].text.lower().replace("’", "'").replace("ʼ", "'")

    def goes_on(self, at: int) -> bool:
        """Say whether a word stands right after the one before it."""
        if not 0 < at < len(self.tokens):
            return False
        before, here = self.tokens[at - 1], self.tokens[at]
        apart = self.text[before.end : here.start]
        return here.text[0].isalnum() and before.text[0].isalnum() and apart.isspace()

    def is_former(self, at: int) -> bool:
        """Say whether a word makes a title a former one."""
        return self.word(at).startswith(tuple(self.lists.words["former"]))

    def was_former(self, at: int) -> bool:
        """Say whether such a word stands shortly before one, or begins it."""
        return any(self.is_former(each) for each in range(max(0, at - _BEFORE), at + 1))

    def name(self, at: int) -> tuple[Name, int]:
        """Read the name of a person that begins with a word, and say where it ends.

        Nothing is read where no name begins.
        """
        words: list[Token] = []
        while len(words) < _LONGEST and self._is_of_name(at, bool(words)):
            words.append(self.tokens[at])
            at += 1
        own = [word.text for word in words if not word.text.endswith(".")]
        return tuple(name_word(text, self.language) for text in own), at

    def _is_of_name(self, at: int, inside: bool) -> bool:
        if at >= len(self.tokens) or at in self.taken or (inside and not self.goes_on(at)):
            return False
        if self.word(at) in self.lists.words["inside_names"]:
            return self._is_of_name(at + 1, True)
        return self._looks_like_name(at)

    def _looks_like_name(self, at: int) -> bool:
        text = self.tokens[at].text
        shouted = len(text.strip(".")) > 1 and text.isupper()
        short = self.language == "en" and len(text) <= _ABBREVIATED
        foreign = self.language != "en" and text[0].isascii()
        capital = text[0].isupper() or text.rpartition("-")[2][:1].isupper()  # "al-Assad"
        named = capital and not foreign and (not shouted or short)
        return named and self.word(at) not in self.lists.words["times"]

    def _over(self, start: int, end: int) -> list[int]:
        return [at for at, one in enumerate(self.tokens) if one.start < end and start < one.end]
