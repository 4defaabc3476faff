"""What mentions are read by beside names: roles, words for two sides, and the like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from stancelab.actors.errors import check_keys
from stancelab.actors.files import check_notation, parse_toml, table, texts
from stancelab.actors.notation import expand

FILE = Path(__file__).parent / "rules.toml"
_PHRASES = ("pairs", "sides")
_WORDS = (
    "roles",
    "between",
    "of",
    "tongues",
    "joiners",
    "prefixes",
    "clauses",
    "country",
    "titles",
    "streets",
    "spoken",
    "linking",
)
_PARTS = ("regions", "instrumental", "nouns", "lone", "role_endings")


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one language; words are folded, phrases are as the file has them.

    Attributes
    ----------
    pairs, sides : tuple of str
        What stands for the two actors last named, everywhere or where it opens a clause.
    roles : frozenset of str
        Who speaks for a state.
    between, of : frozenset of str
        What may stand between a role and its state.
    tongues : frozenset of str
        What makes an adjective the name of a language.
    joiners : frozenset of str
        What joins the names of two states.
    prefixes : frozenset of str
        First parts of words that may stand before an actor.
    clauses : frozenset of str
        Words after which a clause begins.
    country : frozenset of str
        What stands for another state after the name of a body.
    titles : frozenset of str
        After which an adjective is a part of a person's title.
    streets : frozenset of str
        After which a name is that of a street.
    spoken : frozenset of str
        After which an adjective alone is a language.
    linking : frozenset of str
        What a hyphen joins to a place that is a part of another place.
    regions : tuple of str
        How words begin that make an adjective that of the land around a town.
    instrumental, nouns : tuple of str
        How adjectives end that alone mean "in a language", and nouns that they would go with.
    lone : tuple of str
        How an adjective ends that is a language after one of `spoken`; none for any ending.
    role_endings : tuple of str
        How words end that are roles.
    """

    pairs: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()
    between: frozenset[str] = frozenset()
    of: frozenset[str] = frozenset()
    tongues: frozenset[str] = frozenset()
    joiners: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    clauses: frozenset[str] = frozenset()
    country: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    streets: frozenset[str] = frozenset()
    spoken: frozenset[str] = frozenset()
    linking: frozenset[str] = frozenset()
    regions: tuple[str, ...] = ()
    instrumental: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    lone: tuple[str, ...] = ()
    role_endings: tuple[str, ...] = ()


def rules_of(language: str, fold: Callable[[str], str]) -> Rules:
    """Give the rules of a language; none where there are none.

    Examples
    --------
    >>> "лідером" in rules_of("uk", str.lower).roles
    True
    """
    made: dict[str, Any] = {}
    for key, entries in _all().get(language, {}).items():
        words = [fold(word) for entry in entries for word in entry.split()]
        made[key] = (
            entries if key in _PHRASES else tuple(words) if key in _PARTS else frozenset(words)
        )
    return Rules(**made)


@cache
def _all() -> dict[str, dict[str, tuple[str, ...]]]:
    read = parse_toml(FILE.read_bytes(), FILE)
    return {
        language: _checked(table(found, FILE, language), language)
        for language, found in read.items()
    }


def _checked(found: Mapping[str, object], language: str) -> dict[str, tuple[str, ...]]:
    check_keys(FILE, language, found, (*_PHRASES, *_WORDS, *_PARTS))
    expanded = {}
    for key, value in found.items():
        entries = texts(value, FILE, f"{language}.{key}")
        for entry in entries:
            check_notation(entry, FILE, f"{language}.{key}")
        expanded[key] = tuple(form for entry in entries for form in expand(entry))
    return expanded
