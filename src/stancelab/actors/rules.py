"""What mentions are read by beside names: roles, words for two sides, and the like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

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
)


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


def rules_of(language: str, fold: Callable[[str], str]) -> Rules:
    """Give the rules of a language; none where there are none.

    Examples
    --------
    >>> "лідером" in rules_of("uk", str.lower).roles
    True
    """
    found = _all().get(language, {})

    def words(key: str) -> frozenset[str]:
        return frozenset(fold(word) for entry in found.get(key, ()) for word in entry.split())

    return Rules(found.get("pairs", ()), found.get("sides", ()), *(words(key) for key in _WORDS))


@cache
def _all() -> dict[str, dict[str, tuple[str, ...]]]:
    read = parse_toml(FILE.read_bytes(), FILE)
    return {
        language: _checked(table(found, FILE, language), language)
        for language, found in read.items()
    }


def _checked(found: Mapping[str, object], language: str) -> dict[str, tuple[str, ...]]:
    check_keys(FILE, language, found, (*_PHRASES, *_WORDS))
    expanded = {}
    for key, value in found.items():
        entries = texts(value, FILE, f"{language}.{key}")
        for entry in entries:
            check_notation(entry, FILE, f"{language}.{key}")
        expanded[key] = tuple(form for entry in entries for form in expand(entry))
    return expanded
