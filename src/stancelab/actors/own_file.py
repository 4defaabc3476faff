"""A user's own file of actors: leaders, parties, companies, and changes to what is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stancelab.actors.errors import CatalogueError, check_keys, unexpected
from stancelab.actors.files import actor, columns, parse_toml, table
from stancelab.actors.records import LANGUAGES, Actor, Columns

_KEYS = ("kind", "of", "iso", "replace", "remove")
_DESCRIBING = frozenset(("kind", "of", "iso"))


@dataclass(frozen=True, slots=True)
class OwnActors:
    """What a user adds to the catalogue, and takes from it.

    Attributes
    ----------
    actors : mapping of str to Actor
        Those that are described anew.
    removed : frozenset of str
        Names of those that are not to be known.
    replaced : frozenset of tuple of str
        Pairs of actor and language whose former names do not count.
    names : mapping
        Names by language and actor.
    """

    actors: Mapping[str, Actor] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    replaced: frozenset[tuple[str, str]] = frozenset()
    names: Mapping[str, Mapping[str, Columns]] = field(default_factory=dict)


def own_actors(content: bytes, path: object, known: Mapping[str, Actor]) -> OwnActors:
    """Read a user's own file.

    Parameters
    ----------
    content : bytes
        The file.
    path : object
        What to call it in an error.
    known : mapping of str to Actor
        The actors of the catalogue.

    Examples
    --------
    >>> content = b'Macron = {kind = "person", of = "France", fr = {names = ["Macron"]}}'
    >>> own = own_actors(content, "own.toml", {"France": Actor("France", "state")})
    >>> own.actors["Macron"].of, own.names["fr"]["Macron"]["names"]
    ('France', ('Macron',))
    """
    read = parse_toml(content, path)
    entries = {name: table(value, path, name) for name, value in read.items()}
    for name, entry in entries.items():
        check_keys(path, name, entry, (*_KEYS, *LANGUAGES))
    removed = {name for name, entry in entries.items() if _flag(entry, "remove", path, name)}
    if unknown := sorted(removed - set(known)):
        raise CatalogueError(path, "no such actor to remove", f"[{unknown[0]}]")
    kept = {name: entry for name, entry in entries.items() if name not in removed}
    actors = {
        name: _described(name, entry, path, known)
        for name, entry in kept.items()
        if name not in known or not _DESCRIBING.isdisjoint(entry)
    }
    _check_owners(actors, known, path)
    return OwnActors(actors, frozenset(removed), *_names(kept, path))


def _names(
    entries: Mapping[str, Mapping[str, Any]], path: object
) -> tuple[frozenset[tuple[str, str]], Mapping[str, Mapping[str, Columns]]]:
    """Take what actors are called, and whose former names do not count."""
    replaced: set[tuple[str, str]] = set()
    names: dict[str, dict[str, Columns]] = {}
    for name, entry in entries.items():
        replaces = _flag(entry, "replace", path, name)
        for language in LANGUAGES:
            key = f"{name}.{language}"
            own = dict(table(entry.get(language, {}), path, key))
            if _flag(own, "replace", path, key) or replaces:
                replaced.add((name, language))
            own.pop("replace", None)
            if own:
                names.setdefault(language, {})[name] = columns(own, path, key)
    return frozenset(replaced), names


def _described(
    name: str, entry: Mapping[str, Any], path: object, known: Mapping[str, Actor]
) -> Actor:
    if name not in known and "kind" not in entry:
        raise CatalogueError(path, 'a new actor needs a kind, such as kind = "person"', f"[{name}]")
    before = known.get(name)
    filled = dict(entry)
    if before:
        filled = {"kind": before.kind, "of": before.of, "iso": list(before.codes), **entry}
    return actor(name, filled, path)


def _flag(entry: Mapping[str, Any], key: str, path: object, where: str) -> bool:
    value = entry.get(key, False)
    if not isinstance(value, bool):
        raise CatalogueError(path, unexpected(value, "true or false"), f"{where}.{key}")
    return value


def _check_owners(actors: Mapping[str, Actor], known: Mapping[str, Actor], path: object) -> None:
    for one in actors.values():
        if one.of and one.of not in known and one.of not in actors:
            raise CatalogueError(
                path, unexpected(one.of, "the English name of an actor"), f"{one.name}.of"
            )
