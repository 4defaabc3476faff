"""The plain names of actors: those that a text can exchange without saying more than whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stancelab.actors.catalogue import Catalogue
from stancelab.actors.notation import is_listed
from stancelab.actors.records import Columns
from stancelab.bias.english import EnglishGrammar
from stancelab.bias.grammar import HOWS, Grammar
from stancelab.bias.slavic import EastSlavicGrammar

LANGUAGES = ("uk", "ru", "en")
"""Languages in which names can be exchanged."""

_STEM = 2
"""Letters in which plain names begin as the usual one does: Белоруссия as Беларусь, not Рашка."""
_JOINTS = re.compile("['’ʼ.]")


class Called(NamedTuple):
    """What a word of a text calls an actor: how, and by which entry of the catalogue."""

    how: str
    entry: str


class NameBook:
    """The plain names of all actors in one language.

    Nicknames, words of abuse, seats ("the Kremlin"), names of several words, and names that
    several actors share are left out.

    Parameters
    ----------
    catalogue : Catalogue
        The actors and their names.
    language : str
        One of `LANGUAGES`.

    Raises
    ------
    MissingExtraError
        A package is missing that the language needs.
    """

    def __init__(self, catalogue: Catalogue, language: str) -> None:
        self._catalogue, self._language = catalogue, language
        is_english = language == "en"
        self.grammar: Grammar = EnglishGrammar() if is_english else EastSlavicGrammar(language)
        self._owners: dict[str, set[str]] = {}
        for actor, columns in catalogue.language(language).names.items():
            for column in HOWS.values():
                for entry in columns.get(column, ()):
                    self._owners.setdefault(entry.casefold(), set()).add(actor)
        self._put: dict[tuple[str, str], tuple[str, ...]] = {}

    def called(self, actor: str, word: str) -> Called | None:
        """Say what a word calls an actor; None where it is no form of a plain name of it."""
        columns = self._catalogue.names(actor, self._language)
        for how in HOWS:
            for entry in _plain(columns, how):
                if self.grammar.is_form(word, entry, how):
                    return Called(how, entry)
        return None

    def other_names(self, actor: str, how: str) -> tuple[str, ...]:
        """Give the names that can be put in for an actor, the usual one first."""
        key = actor, how
        if key not in self._put:
            columns = self._catalogue.names(actor, self._language)
            own = [one for one in _plain(columns, how) if len(self._owners[one.casefold()]) == 1]
            if how in ("capital", "adjective"):
                own = own[:1]
            elif how == "name":
                own = self._usual(actor, own, columns["names"][0])
            self._put[key] = tuple(one for one in own if self.grammar.knows(one, how))
        return self._put[key]

    def _usual(self, actor: str, plain: Sequence[str], first: str) -> list[str]:
        """Leave out what is written small on purpose, and other names of what is no state."""
        kept = [one for one in plain if not one.islower()]
        if self._catalogue.actors[actor].kind == "state":
            return kept
        short = [one for one in kept if is_short(one)]
        return [one for one in kept if one == first or one in short[:1]]

    def owner(self, name: str) -> str | None:
        """Give the one actor of whom this is a name; None where nobody has it, or several."""
        owners = self._owners.get(name.casefold(), set())
        actor = next(iter(owners)) if len(owners) == 1 else ""
        names = self._catalogue.names(actor, self._language).get("names", ()) if actor else ()
        return actor if name.casefold() in map(str.casefold, names) else None


def _plain(columns: Columns, how: str) -> Iterator[str]:
    """Give the entries of a column that are one word and no nickname."""
    entries = columns.get(HOWS[how], ())
    usual = entries if how in ("name", "capital") else columns.get("adjectives", ())
    stem = usual[0][:_STEM].casefold() if usual else None
    for entry in entries:
        is_word = not is_listed(entry) and "".join(_JOINTS.split(entry)).isalpha()
        like_usual = how == "capital" or entry[:_STEM].casefold() == stem
        if is_word and (like_usual or (how == "name" and is_short(entry))):
            yield entry


def is_short(name: str) -> bool:
    """Say whether a name is an abbreviation."""
    return name.replace(".", "").isupper()
