"""Bodies of states: those of another state than the one that they are known of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stancelab.actors.choosing import Named
from stancelab.actors.language import LanguageReader
from stancelab.actors.matching import Scan
from stancelab.actors.records import Actor
from stancelab.actors.words import LEMMATISED

_STATES = ("state", "territory")


def settle_owners(
    scan: Scan, named: Sequence[Named], own: LanguageReader, actors: Mapping[str, Actor]
) -> list[Named]:
    """Join a body to its own state that is named beside it, and drop it beside another one.

    "МЗС" alone is the ministry of Ukraine, "МЗС Китаю" is China's, which is named by its state.

    Parameters
    ----------
    scan : Scan
        The text.
    named : sequence of Named
        What it names.
    own : LanguageReader
        Its language.
    actors : mapping of str to Actor
        All actors.
    """
    found: list[Named] = []
    for one in named:
        before = found[-1] if found else None
        if before is not None and _beside(scan, before, one):
            found[-1:] = _settled(before, one, actors, own.language in LEMMATISED)
        else:
            found.append(one)
    return [one for one in found if not _is_of_country(scan, one, own)]


def _settled(before: Named, one: Named, actors: Mapping[str, Actor], genitive: bool) -> list[Named]:
    """Give what two neighbours mean."""
    if (owner := _owner(one, actors)) and before.how == "adjective":
        if before.actor == owner:
            return [one._replace(first=before.first, start=before.start)]
        if one.ambiguous and _is_state(before, actors):
            return [before]
    if genitive and (owner := _owner(before, actors)) and one.how == "name":
        if one.actor == owner:
            return [before._replace(last=one.last, end=one.end)]
        if before.ambiguous and _is_state(one, actors):
            return [one]
    return [before, one]


def _owner(one: Named, actors: Mapping[str, Actor]) -> str:
    actor = actors.get(one.actor)
    return actor.of if actor is not None and actor.kind == "body" else ""


def _is_state(one: Named, actors: Mapping[str, Actor]) -> bool:
    actor = actors.get(one.actor)
    return actor is not None and actor.kind in _STATES


def _is_of_country(scan: Scan, one: Named, own: LanguageReader) -> bool:
    """Say whether the text goes on "of the country" where the form is not of one state alone."""
    if not one.ambiguous or one.last >= len(scan.tokens) or not own.rules.country:
        return False
    after = scan.tokens[one.last]
    apart = scan.text[one.end : after.start] == " "
    return apart and one.how == "name" and own.fold(after.word) in own.rules.country


def _beside(scan: Scan, before: Named, after: Named) -> bool:
    return before.last == after.first and scan.text[before.end : after.start] == " "
