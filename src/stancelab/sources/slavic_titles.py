"""Persons with their titles in Ukrainian and Russian: "президент США Дональд Трамп"."""

from __future__ import annotations

from stancelab.sources.namesakes import Name
from stancelab.sources.readings import Readings
from stancelab.sources.titled import Place, Titled
from stancelab.sources.words import NOMINATIVE, Word

_FARTHEST = 6
_SINGULAR = 7
_STOPS = frozenset(
    {"prepositions", "subordinators", "joins", "contrasts", "particles", "number", "mark"}
)


def slavic_name(titled: Titled, place: Place) -> Name:
    """Read who bears a title of a state, named after both; nothing where nobody does."""
    if titled.was_former(place.first):
        return ()
    heads = _before(titled, place.first)
    if heads:
        return _agreeing(titled, heads, _past_post(titled, place.last))
    heads, at = _after(titled, place.last)
    return _agreeing(titled, heads, _past_post(titled, at)) if heads else ()


def slavic_source(titled: Titled, first: int, last: int) -> Name:
    """Read the name that a source is, alone or after its title; nothing where it is none."""
    readings = Readings.of(titled.language)
    heads: list[Word] = []
    at = first
    while at < last and "titles" in (word := readings[titled.word(at)]).flags:
        heads.append(word)
        at += 1
        while at < last and _is_of_office(titled, at):
            at += 1
    name, end = titled.name(at)
    if end != last or (heads and not any(_agrees(head, name) for head in heads)):
        return ()
    return name


def _is_of_office(titled: Titled, at: int) -> bool:
    """Say whether a word goes on with a title: "міністр закордонних справ"."""
    word = Readings.of(titled.language)[titled.word(at)]
    plain = titled.tokens[at].text.islower() and not titled.is_former(at)
    return plain and "titles" not in word.flags and _STOPS.isdisjoint(word.flags)


def _agrees(title: Word, name: Name) -> bool:
    """Say whether a title and a name are of one person: in one case, and it shows.

    "Президенту Шойгу сказав" may be two persons: the name tells no case, and the title is no
    subject.
    """
    shared = [case for case in range(6) if title.noun >> case * 4 & _SINGULAR]
    fitting = [case for case in shared if all(_can_be(word.cases, case) for word in name)]
    if not fitting:
        return False
    return 0 in fitting or any(not _can_be(word.cases, 0) for word in name)


def _can_be(cases: int, case: int) -> bool:
    return not cases or bool(cases >> case * 4 & NOMINATIVE)


def _agreeing(titled: Titled, heads: list[Word], at: int) -> Name:
    if not titled.goes_on(at):
        return ()
    name, _ = titled.name(at)
    return name if name and any(_agrees(head, name) for head in heads) else ()


def _before(titled: Titled, first: int) -> list[Word]:
    """Give the titles before the name of a state; none where a person of another kind is first.

    "Сина президента Туреччини Біляла Ердогана" is no president.
    """
    found: list[Word] = []
    readings = Readings.of(titled.language)
    for at in range(first - 1, max(-1, first - 1 - _FARTHEST), -1):
        word = readings[titled.word(at)]
        if at in titled.taken or not titled.goes_on(at + 1) or not _STOPS.isdisjoint(word.flags):
            break
        if titled.is_former(at):
            return []
        if "titles" in word.flags:
            found.append(word)
        elif found and "animate" in word.flags and not word.adjective and word.noun:
            return []
    return found


def _after(titled: Titled, at: int) -> tuple[list[Word], int]:
    """Give the titles after the adjective of a state, and where they end."""
    found: list[Word] = []
    readings = Readings.of(titled.language)
    for end in range(at, at + _FARTHEST):
        if end in titled.taken or not titled.goes_on(end) or titled.tokens[end].text[0].isupper():
            return found, end
        word = readings[titled.word(end)]
        if titled.is_former(end):
            return [], end
        if not _STOPS.isdisjoint(word.flags):
            return found, end
        if "titles" in word.flags:
            found.append(word)
    return found, at + _FARTHEST


def _past_post(titled: Titled, at: int) -> int:
    """Pass over where somebody is posted: "посол США в Україні"."""
    place = at + 1
    if place not in titled.taken or not (titled.goes_on(at) and titled.goes_on(place)):
        return at
    if titled.word(at) not in titled.lists.words["prepositions"]:
        return at
    while place in titled.taken:
        place += 1
    return place
