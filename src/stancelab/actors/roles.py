"""Titles and roles that are tied to a state by its name: "президент США", "US president"."""

from __future__ import annotations

from collections.abc import Sequence

from stancelab.actors.choosing import Named
from stancelab.actors.language import LanguageReader
from stancelab.actors.matching import Scan
from stancelab.actors.words import LEMMATISED

ROLE = "role"
"""How such a mention is marked."""

_FARTHEST = 6
"""How many words may stand between a role and its state."""

_GAPS = frozenset((" ", "-", "'"))
_STATES = ("name", "adjective", "seat", "capital")


def mark_roles(scan: Scan, named: Sequence[Named], own: LanguageReader) -> list[Named]:
    """Mark the states that are named for who speaks for them; the span stays the state's name.

    Parameters
    ----------
    scan : Scan
        The text.
    named : sequence of Named
        What it names.
    own : LanguageReader
        Its language.
    """
    return [one._replace(how=ROLE) if _has_role(scan, one, own) else one for one in named]


def _has_role(scan: Scan, one: Named, own: LanguageReader) -> bool:
    if one.how not in _STATES:
        return False
    lemmatised = own.language in LEMMATISED
    adjective = one.how == "adjective"
    passed = own.rules.between | own.rules.of
    if not (lemmatised and adjective) and _leads_to_role(scan, one.first - 1, -1, passed, own):
        return True
    if lemmatised and not adjective:
        return False
    return _leads_to_role(scan, one.last, 1, own.rules.between, own)


def _leads_to_role(
    scan: Scan, number: int, step: int, passed: frozenset[str], own: LanguageReader
) -> bool:
    """Say whether a role comes next, in one direction, over the words that may be passed."""
    for at in range(number, number + _FARTHEST * step, step):
        if not 0 <= at < len(scan.tokens):
            return False
        left, right = (at, at + 1) if step < 0 else (at - 1, at)
        if scan.text[scan.tokens[left].end : scan.tokens[right].start] not in _GAPS:
            return False
        word = own.fold(scan.tokens[at].word)
        if word in own.rules.roles or word.endswith(own.rules.role_endings):
            return True
        if word not in passed:
            return False
    return False
