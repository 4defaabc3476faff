"""Other names of an actor: what a state is called in the language of a statement."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from stancelab.actors import cldr

_ALTERNATES = {
    "Congo": "CG",
    "DR Congo": "CD",
    "Hong Kong": "HK",
    "Ivory Coast": "CI",
    "Myanmar": "MM",
    "Palestine": "PS",
    "Republic of the Congo": "CG",
    "Turkey": "TR",
    "UK": "GB",
    "UN": "UN",
    "US": "US",
    "USA": "US",
}
"""English names beside those of CLDR, by ISO 3166 code."""


def local_name(actor: str, language: str) -> str | None:
    """Name a state in a language.

    Parameters
    ----------
    actor : str
        Its English name.
    language : str
        BCP 47 tag of the language to name it in.

    Returns
    -------
    str or None
        The name as the Unicode Common Locale Data Repository has it (through `babel`); None where
        it does not know the actor or the language, or the name is the same.

    Examples
    --------
    >>> local_name("Russia", "uk"), local_name("Turkey", "en"), local_name("NATO", "uk")
    ('Росія', 'Türkiye', None)
    """
    code = _codes().get(_plain(actor))
    found = _territories(language).get(code) if code else None
    return found if found != actor else None


def _plain(name: str) -> str:
    return name.removeprefix("the ").replace(" and ", " & ")


@cache
def _codes() -> dict[str, str]:
    """Give the codes of states and of the unions that CLDR counts as territories."""
    return {_plain(name): code for code, name in _territories("en").items()} | _ALTERNATES


def _territories(language: str) -> Mapping[str, str]:
    return cldr.territories(language) if cldr.knows(language) else {}
