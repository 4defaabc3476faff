"""The words that tell who speaks in a language, read from its file under ``languages/``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

Phrases = Mapping[str, tuple[tuple[str, ...], ...]]
"""Phrases as tuples of words, by their first word, the longest first."""


@dataclass(frozen=True)
class WordLists:
    """The lists of one language's file; what each one is for stands there.

    Examples
    --------
    >>> "сказати" in WordLists.of("uk").words["says"]
    True
    >>> WordLists.of("uk").phrases["formulas"]["зі"]
    (('зі', 'слів'),)
    """

    language: str
    words: Mapping[str, frozenset[str]]
    phrases: Mapping[str, Phrases] = field(repr=False)

    @classmethod
    @cache
    def of(cls, language: str) -> WordLists:
        """Read the lists of a language, once."""
        folder = files("stancelab.sources") / "languages"
        lists: dict[str, list[str]] = tomllib.loads(
            (folder / f"{language}.toml").read_text(encoding="utf-8")
        )
        words = {name: frozenset(entries) for name, entries in lists.items()}
        return cls(language, words, {name: _by_first(entries) for name, entries in lists.items()})


def _by_first(entries: list[str]) -> Phrases:
    """Sort phrases by their first word."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for entry in entries:
        parts = tuple(entry.split())
        found.setdefault(parts[0], []).append(parts)
    return {
        first: tuple(sorted(phrases, key=len, reverse=True)) for first, phrases in found.items()
    }
