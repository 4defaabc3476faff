"""States, their codes and what they are called, from the Unicode Common Locale Data Repository."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from stancelab.errors import MissingExtraError

_NO_ACTORS = "AC AQ BV CC CP CQ CX DG EA EZ GS HM IO QO TA TF UM XA XB ZZ"
_TERRITORIES = (
    "AI AS AW AX BL BM BQ CK CW EH FK FO GF GG GI GL GP GU HK IC IM JE KY MF MO MP MQ MS NC NF NU "
    "PF PM PN PR RE SH SJ SX TC TK VG VI WF YT"
)
_WITHDRAWN = "ANT BUR CSK DDR FXX NTZ QUU SCG SUN TMP YMD YUG ZAR"

NO_ACTORS = frozenset(_NO_ACTORS.split())
"""Codes of CLDR for regions, tests, and lands without inhabitants who speak for them."""

TERRITORIES = frozenset(_TERRITORIES.split())
"""Codes of lands that are neither members of the United Nations nor recognised by many states."""

WITHDRAWN = frozenset(_WITHDRAWN.split())
"""Codes that ISO 3166 no longer gives."""

UNIONS = {"EU": "European Union", "UN": "United Nations"}
"""Actors that are no states, and that CLDR counts among the territories."""

_LETTERS = re.compile("[A-Z]{2}")
_ALPHA_3 = re.compile("[A-Z]{3}")
_REMARK = re.compile(r" ?\(.*\)|, .*")
_BURMA = re.compile(r"(.*\w) ?[(（](\w.*)[)）]")
_SHORTENED = {"о-ва": "острова", "о-в": "остров", "Св.": "Святой"}


def english_name(name: str) -> str:
    """Write an English name of CLDR as the catalogue does: without accents, signs and remarks.

    Examples
    --------
    >>> english_name("St. Kitts & Nevis"), english_name("São Tomé & Príncipe")
    ('Saint Kitts and Nevis', 'Sao Tome and Principe')
    """
    plain = unicodedata.normalize("NFKD", name)
    kept = "".join(char for char in plain if not unicodedata.combining(char)).replace("’", "'")
    return _REMARK.sub("", kept).replace(" & ", " and ").replace("St. ", "Saint ")


@cache
def alpha_3() -> Mapping[str, str]:
    """Give the ISO 3166 code of three letters of each code of two."""
    aliases: Mapping[str, Any] = _core().get_global("territory_aliases")
    found: dict[str, str] = {}
    for alias, codes in aliases.items():
        if _ALPHA_3.fullmatch(alias) and len(codes) == 1 and alias not in WITHDRAWN:
            found[codes[0]] = alias
    return found


@cache
def territories(language: str) -> Mapping[str, str]:
    """Give what states and lands are called in a language, by code of two letters.

    Examples
    --------
    >>> territories("uk")["UA"], territories("de")["CI"]
    ('Україна', 'Côte d’Ivoire')
    """
    known: Mapping[str, str] = _locale(language).territories
    return {
        code: name
        for code, name in known.items()
        if _LETTERS.fullmatch(code) and code not in NO_ACTORS
    }


def names_of(code: str, language: str) -> tuple[str, ...]:
    """Give the names of a state as texts have them: without remarks such as "SAR China".

    Examples
    --------
    >>> names_of("MM", "en"), names_of("HK", "uk")
    (('Myanmar', 'Burma'), ('Гонконг',))
    """
    name = territories(language).get(code, "")
    if code == "MM" and (both := _BURMA.fullmatch(name)):
        return both.groups()
    bare = name if language == "zh" else _REMARK.sub("", name)
    for short, full in _SHORTENED.items():
        bare = bare.replace(short, full)
    return (bare,) if bare else ()


@cache
def knows(language: str) -> bool:
    """Say whether CLDR has names in a language.

    Examples
    --------
    >>> knows("pt"), knows("xx")
    (True, False)
    """
    try:
        return bool(territories(language))
    except (_core().UnknownLocaleError, ValueError):
        return False


def cities(code: str, language: str) -> Iterator[tuple[str, str]]:
    """Give the cities that stand for the time zones of a state: English name and local name.

    Examples
    --------
    >>> dict(cities("UA", "pl"))["Kyiv"]
    'Kijów'
    """
    english, local = (_locale(one)._data["time_zones"] for one in ("en", language))
    for zone in _core().get_global("territory_zones").get(code, ()):
        last = zone.rsplit("/", 1)[-1].replace("_", " ")
        known = (zone, *_former_zones().get(zone, ()))
        yield _city(english, known, last), _city(local, known, last)


def _city(zones: Mapping[str, Mapping[str, str]], known: Sequence[str], otherwise: str) -> str:
    named = (zones[one]["city"] for one in known if "city" in zones.get(one, ()))
    return _REMARK.sub("", next(named, otherwise))


@cache
def _former_zones() -> Mapping[str, Sequence[str]]:
    """Give the names that time zones had before: locales are still sorted by them."""
    found: dict[str, list[str]] = {}
    for former, zone in _core().get_global("zone_aliases").items():
        found.setdefault(zone, []).append(former)
    return found


def version() -> str:
    """Give the version of CLDR."""
    return str(_core().get_cldr_version())


def _locale(language: str) -> Any:
    return _core().Locale.parse(language, sep="-")


def _core() -> Any:
    try:
        import babel.core
    except ImportError:
        raise MissingExtraError("babel", "articles") from None
    return babel.core
