"""What can be wrong with a file of the catalogue, or with a user's own."""

from __future__ import annotations

from collections.abc import Iterable

from stancelab.errors import ConfigError, UnknownNameError


class CatalogueError(ConfigError):
    """A file of actors and their names that cannot be used: the file, the key and the problem."""


def unexpected(value: object, expected: str) -> str:
    """Say what a key holds and what it should.

    Examples
    --------
    >>> unexpected(3, "a list of names")
    'found 3, expected a list of names'
    """
    shown = repr(value)
    return f"found {shown if len(shown) <= 60 else shown[:57] + '...'}, expected {expected}"


def check_keys(path: object, where: str, found: Iterable[str], known: Iterable[str]) -> None:
    """Refuse a key that is not one of the known ones, with the closest right one."""
    choices = list(known)
    for key in found:
        if key not in choices:
            raise UnknownNameError("key", key, choices, f"{path}: {where}" if where else str(path))
