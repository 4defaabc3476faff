"""Whom a name means that several actors have."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence, Set
from itertools import chain, pairwise
from typing import NamedTuple

from stancelab.actors.forms import Form
from stancelab.actors.matching import Hit, Scan, joined
from stancelab.actors.records import COLUMNS, HOW

_SEEN = 500
"""How many mentions before and after a form of several actors can tell whom it means."""

_HOWS = [HOW[column] for column in COLUMNS]


class Named(NamedTuple):
    """A hit whose actor is known.

    Attributes
    ----------
    first, last, start, end : int
        As in the hit.
    actor : str
        The canonical name; ``""`` for a phrase that stands for two.
    how : str
        How it was found.
    ambiguous : bool
        Whether the form also means something else.
    """

    first: int
    last: int
    start: int
    end: int
    actor: str
    how: str
    ambiguous: bool = False


class Chooser:
    """Decides by what else a text names.

    Parameters
    ----------
    preferred : sequence of str
        Who is meant where nothing tells, the first of them first.
    """

    def __init__(self, preferred: Sequence[str]) -> None:
        self._preferred = {actor: rank for rank, actor in enumerate(preferred)}

    def choose(self, parts: Sequence[tuple[Scan, Sequence[Hit]]]) -> list[list[Named]]:
        """Give each hit its actor, and leave out what nothing else in the text confirms.

        Parameters
        ----------
        parts : sequence of tuple
            The parts of a text in their order, each with its hits.
        """
        sure = [
            (part, hit.start, hit.forms[0].actor)
            for part, (_, hits) in enumerate(parts)
            for hit in hits
            if not hit.doubtful and len({form.actor for form in hit.forms}) == 1
        ]
        known = {actor for *_, actor in sure}
        found = []
        for part, (_, hits) in enumerate(parts):
            kept = [hit for hit in hits if not hit.doubtful or _names_one_of(hit, known)]
            found.append([self._named(hit, part, sure) for hit in kept])
        return found

    def _named(self, hit: Hit, part: int, sure: Sequence[tuple[int, int, str]]) -> Named:
        actors = list(dict.fromkeys(form.actor for form in hit.forms))
        actor = actors[0] if len(actors) == 1 else self._meant(hit, part, sure)
        form = min((form for form in hit.forms if form.actor == actor), key=_rank)
        return Named(*hit[:4], actor, form.how, form.ambiguous)

    def _meant(self, hit: Hit, part: int, sure: Sequence[tuple[int, int, str]]) -> str:
        """Give the one named last before, else next, else the one that is meant mostly."""
        actors = {form.actor for form in hit.forms}
        here = bisect_left(sure, (part, hit.start, ""))
        near = chain(range(here - 1, max(-1, here - _SEEN), -1), range(here, len(sure))[:_SEEN])
        known = next((sure[at][2] for at in near if sure[at][2] in actors), None)
        if known is not None:
            return known
        last = len(self._preferred)
        return min(
            hit.forms, key=lambda form: (self._preferred.get(form.actor, last), _rank(form))
        ).actor


def _names_one_of(hit: Hit, actors: Set[str]) -> bool:
    return any(form.actor in actors for form in hit.forms)


def _rank(form: Form) -> int:
    return _HOWS.index(form.how) if form.how in _HOWS else len(_HOWS)


def mark_compounds(scan: Scan, named: Sequence[Named]) -> list[Named]:
    """Mark the parts of words that a hyphen joins: російсько-китайський, US-China."""
    found = list(named)
    for number, (one, after) in enumerate(pairwise(named)):
        if one.last == after.first and joined(scan.text, scan.tokens, one.last - 1):
            found[number] = found[number]._replace(how=HOW["prefixes"])
            found[number + 1] = after._replace(how=HOW["prefixes"])
    return found
