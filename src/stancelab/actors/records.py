"""What the catalogue holds: an actor, and the names of all actors in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

LANGUAGES = ("uk", "en", "ru", "pl", "de", "fr", "es", "zh", "ar", "tr")
"""Languages with a file of names; others have what CLDR knows of states and capitals."""

HOW = MappingProxyType(
    {
        "names": "name",
        "capitals": "capital",
        "seats": "seat",
        "adjectives": "adjective",
        "peoples": "people",
        "prefixes": "compound",
    }
)
"""How a mention was found, by the column of names that it was found in."""

COLUMNS = tuple(HOW)

KINDS = (
    "state",
    "territory",
    "organisation",
    "bloc",
    "movement",
    "body",
    "company",
    "person",
    "party",
)

Columns = Mapping[str, tuple[str, ...]]
"""Names of one actor in one language, by column."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who statements can be about.

    Attributes
    ----------
    name : str
        The canonical English name.
    kind : str
        One of `KINDS`.
    codes : tuple of str
        ISO 3166 codes of two and of three letters; none for what is no state.
    of : str
        Whose it is: the state of a body or a company; ``""`` for others.
    """

    name: str
    kind: str
    codes: tuple[str, ...] = ()
    of: str = ""


@dataclass(frozen=True, slots=True)
class LanguageNames:
    """What actors are called in one language.

    Attributes
    ----------
    language : str
        BCP 47 tag of the language.
    names : mapping of str to columns
        Entries by actor and column, in the short notation of the files.
    ambiguous : mapping of str to str
        Entries that also mean something else, and what.
    common : tuple of str
        Ordinary words when they open a sentence; of several words, what is no mention at all.
    endings : mapping of str to tuple of str
        What entries of a column may end in.
    """

    language: str
    names: Mapping[str, Columns]
    ambiguous: Mapping[str, str] = field(default_factory=dict)
    common: tuple[str, ...] = ()
    endings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
