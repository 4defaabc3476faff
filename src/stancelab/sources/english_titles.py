"""Persons with their titles in English: "Russian President Vladimir Putin"."""

from __future__ import annotations

from stancelab.sources.namesakes import Name
from stancelab.sources.titled import Place, Titled

_FARTHEST = 8
_NO_SENDERS = frozenset({"un", "u.n.", "nato"})
"""A "UN ambassador" is sent by a state, which is not named."""
_LINKS = frozenset({"of", "for", "to", "in", "at"})


def english_name(titled: Titled, place: Place, actor: str) -> Name:
    """Read who bears a title of a state, named after both; nothing where nobody does."""
    if titled.was_former(place.first):
        return ()
    if _is_of_title(titled, place.first):
        name = _person(titled, place.last) if titled.goes_on(place.last) else ()
        return name if len(name) > 1 else ()
    return () if _is_bare(titled, place, actor) else _after(titled, place.last)


def english_source(titled: Titled, first: int, last: int) -> Name:
    """Read the name that a source is, alone or after its title; nothing where it is none."""
    words = titled.lists.words
    titles = words["titles"] | words["title_parts"] | {"the"}
    while first < last and titled.word(first) in titles:
        first += 1
    name, end = titled.name(first)
    return name if end == last else ()


def _is_of_title(titled: Titled, first: int) -> bool:
    """Say whether a state stands after "president of"."""
    at = first - 1
    if at > 0 and titled.word(at) == "the":
        at -= 1
    of = at > 0 and titled.word(at) == "of" and titled.goes_on(first)
    return of and titled.word(at - 1) in titled.lists.words["titles"]


def _person(titled: Titled, at: int) -> Name:
    """Read a name, but none of a body: "Canadian Medical Association"."""
    name, _ = titled.name(at)
    bodies = titled.lists.words["bodies"]
    return () if any(not word.keys.isdisjoint(bodies) for word in name) else name


def _is_bare(titled: Titled, place: Place, actor: str) -> bool:
    """Say whether a state may be an object: "told Ukraine President Trump had agreed"."""
    last = titled.tokens[place.last - 1].text
    possessive = last.endswith(("'s", "’s", "ʼs", "s'", "s’"))
    if titled.word(place.first) in _NO_SENDERS and titled.word(place.last - 1) in _NO_SENDERS:
        return place.last < len(titled.tokens) and titled.word(place.last) == "ambassador"
    return last == actor and not possessive and not last.isupper()


def _after(titled: Titled, first: int) -> Name:
    """Read the name that follows a title, and the title's own parts."""
    words = titled.lists.words
    title = ""
    for at in range(first, first + _FARTHEST):
        posted = bool(title) and titled.word(at - 1) in _LINKS
        if not titled.goes_on(at) or titled.is_former(at) or (at in titled.taken and not posted):
            return ()
        word, capital = titled.word(at), titled.tokens[at].text[0].isupper()
        if word in words["titles"]:
            title = titled.tokens[at].text
        elif title and capital and word not in words["title_parts"] and at not in titled.taken:
            name = _person(titled, at)
            return name if len(name) > 1 or title[0].isupper() else ()
        elif not (capital or word in words["title_parts"] or (title and word in _LINKS)):
            return ()
    return ()
