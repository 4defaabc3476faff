"""Reading the files of the catalogue, and saying what is wrong with one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from stancelab.actors.errors import CatalogueError, check_keys, unexpected
from stancelab.actors.notation import expand
from stancelab.actors.records import COLUMNS, KINDS, Actor, Columns, LanguageNames

_TABLES = ("endings", "ambiguous", "common")
_ENDING = re.compile(r"[A-Za-zÀ-žА-я]\([^|]*\)")
"""What was meant as an ending, and is not written as one: "Dane(s)"."""

_ACTOR_KEYS = ("kind", "of", "iso")


def parse_toml(content: bytes, path: object) -> dict[str, Any]:
    """Read TOML, and say in which line it is none."""
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise CatalogueError(path, f"is no UTF-8 text (byte {error.start})") from None
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(path, f"is no TOML: {error}") from None


def texts(value: object, path: object, key: str) -> tuple[str, ...]:
    """Take a list of texts that are not empty."""
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise CatalogueError(path, unexpected(value, "a list of texts that are not empty"), key)
    return tuple(value)


def table(value: object, path: object, key: str) -> Mapping[str, Any]:
    """Take a table."""
    if not isinstance(value, dict):
        raise CatalogueError(path, unexpected(value, "a table"), key)
    return value


def columns(found: Mapping[str, Any], path: object, key: str) -> Columns:
    """Take the names of one actor in one language."""
    check_keys(path, key, found, COLUMNS)
    read = {column: texts(found[column], path, f"{key}.{column}") for column in found}
    for column, entries in read.items():
        for entry in entries:
            check_notation(entry, path, f"{key}.{column}")
    return read


def check_notation(entry: str, path: object, key: str) -> None:
    """Refuse an entry whose alternatives cannot be read."""
    if _ENDING.search(entry):
        raise CatalogueError(path, f'{entry!r} lists no alternatives; write "form(|s)"', key)
    try:
        expand(entry)
    except ValueError as error:
        raise CatalogueError(path, f'in {entry!r}: {error}; write "form(|s)"', key) from None


def actor(name: str, found: Mapping[str, Any], path: object) -> Actor:
    """Take an actor that is described in a file."""
    kind = found.get("kind", "organisation")
    if kind not in KINDS:
        raise CatalogueError(path, unexpected(kind, f"one of {', '.join(KINDS)}"), f"{name}.kind")
    of = found.get("of", "")
    if not isinstance(of, str):
        raise CatalogueError(path, unexpected(of, "the name of an actor"), f"{name}.of")
    iso = found.get("iso", [])
    codes = (iso,) if isinstance(iso, str) else texts(iso, path, f"{name}.iso")
    return Actor(name, kind, codes, of)


def described(content: bytes, path: object) -> tuple[dict[str, Actor], dict[str, str], list[str]]:
    """Read the file of actors that are no states.

    Returns
    -------
    tuple
        The actors by name; English names of states by code, where CLDR has another; and the
        actors that are meant where a form is also that of another one.
    """
    read = parse_toml(content, path)
    states = dict(table(read.pop("states", {}), path, "states"))
    preferred = list(texts(read.pop("preferred", []), path, "preferred"))
    actors = {}
    for name, value in read.items():
        found = table(value, path, name)
        check_keys(path, name, found, _ACTOR_KEYS)
        actors[name] = actor(name, found, path)
    return actors, states, preferred


def language_names(
    content: bytes, path: object, language: str, known: Iterable[str]
) -> LanguageNames:
    """Read the names of all actors in one language.

    Parameters
    ----------
    content : bytes
        The file.
    path : object
        What to call it in an error.
    language : str
        Its language.
    known : iterable of str
        The canonical names of all actors.
    """
    read = parse_toml(content, path)
    endings, ambiguous, common = (table(read.pop(key, {}), path, key) for key in _TABLES)
    check_keys(path, "endings", endings, COLUMNS)
    check_keys(path, "common", common, ["words"])
    actors = set(known)
    names = {}
    for name, value in read.items():
        check_actor(name, actors, path)
        names[name] = columns(table(value, path, name), path, name)
    return LanguageNames(
        language,
        names,
        {form: str(reason) for form, reason in ambiguous.items()},
        texts(common.get("words", []), path, "common.words"),
        {column: _endings(value, path, column) for column, value in endings.items()},
    )


def _endings(value: object, path: object, column: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise CatalogueError(path, unexpected(value, "a list of texts"), f"endings.{column}")
    return tuple(value)


def check_actor(name: str, known: Iterable[str], path: object) -> None:
    """Refuse the name of nobody, with the closest right one."""
    if name not in (choices := set(known)):
        close = get_close_matches(name, sorted(choices), n=1, cutoff=0.5)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise CatalogueError(
            path,
            f"no actor of this name; {hint}States have their English name in CLDR, others stand "
            "in actors.toml",
            f"[{name}]",
        )
