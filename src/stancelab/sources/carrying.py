"""Sources over the sentences of an article: quotations that go on, and "he added"."""

from __future__ import annotations

from typing import NamedTuple

from stancelab.sources.choosing import Found
from stancelab.sources.source import CARRIED, Source

REACH = 5
"""Over how many sentences a pronoun goes back to who was named."""
LONGEST = 12
"""Sentences of a quotation; one that never ends lacks its closing mark."""


class _Named(NamedTuple):
    """Who was named, in which sentence, and what pronouns can stand for it."""

    text: str
    sentence: int
    genders: int
    speaks: bool


class Carrying:
    """Collects the sources of an article's sentences, one after the other.

    Attributes
    ----------
    inside : str
        The marks that end the quotation which the next sentence begins in; ``""`` for none.
    """

    def __init__(self) -> None:
        self.inside = ""
        self._sources: list[Source | None] = []
        self._named: list[_Named] = []
        self._waiting: list[int] = []
        self._quoted = ""
        self._length = 0

    def skip(self) -> None:
        """Pass over a sentence whose language is not supported."""
        self._close()
        self.inside = ""
        self._sources.append(None)

    def add(self, text: str, found: Found, inside: str) -> None:
        """Add what was found in a sentence, and the marks that would end what it leaves open."""
        continued = bool(self.inside)
        here = self._here(text, found, continued)
        self._sources.append(here)
        if here and found.start >= 0:
            self._named.append(_Named(here.text, self._at, found.genders, found.how != "subject"))
            if continued and found.how == "speaker":
                self._fill(here.text)
        if inside and here is None:
            self._waiting.append(self._at)
        elif inside and here:
            self._quoted = here.text
        self._length += 1
        self.inside = inside if self._length < LONGEST else ""
        if not self.inside:
            self._close()

    def finished(self) -> list[Source | None]:
        """Give one source, or None, for each sentence."""
        self._close()
        return self._sources

    @property
    def _at(self) -> int:
        return len(self._sources) - 1

    def _here(self, text: str, found: Found, continued: bool) -> Source | None:
        if found.start >= 0:
            return Source(text[found.start : found.end], found.start, found.end, found.how)
        name = ""
        if found.how == "pronoun":
            name = self._recent(found.genders)
        elif continued:
            name = self._quoted
        elif found.how == "quoted":
            name = self._recent(15, within=1)
        return _carried(name)

    def _recent(self, genders: int, within: int = REACH) -> str:
        """Say who was named last, of those a pronoun can stand for; speakers first."""
        place = len(self._sources)
        near = [
            named
            for named in reversed(self._named)
            if place - named.sentence <= within and named.genders & genders
        ]
        return next((named.text for named in near if named.speaks), near[0].text if near else "")

    def _fill(self, name: str) -> None:
        """Give a quotation's earlier sentences to who is named after them."""
        for place in self._waiting:
            self._sources[place] = _carried(name)
        self._waiting.clear()

    def _close(self) -> None:
        self._waiting.clear()
        self._quoted = ""
        self._length = 0


def _carried(name: str) -> Source | None:
    return Source(name, CARRIED, CARRIED, "carried") if name else None
