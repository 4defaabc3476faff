"""Stance words of Ukrainian, English and Russian, and how much they say toward an actor."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from math import exp2
from typing import Any, NamedTuple

STANCES = ("hostile", "cooperative")
DIRECTIONS = ("after", "before", "either")
MODIFIERS = ("negators", "refusers", "reversers", "passives")

REACH = {"negators": 3.0, "refusers": 5.0, "reversers": 5.0, "passives": 2.0}
"""How far, in words, a modifier reaches to the cue that it changes."""
HALF_LIFE = 8.0
"""After how many words a cue counts half."""
WRONG_SIDE = 0.3
"""What is left of a cue when the actor stands on the side where it is not meant."""
PAUSES = {",": 2.0, ":": 2.0, "—": 3.0, "–": 3.0} | dict.fromkeys(";.!?…", 6.0)
"""How many words of distance a punctuation mark adds."""
_CONTRAST = "але проте зато натомість однак тоді but while whereas however но зато однако тогда"
CONTRASTS = dict.fromkeys(_CONTRAST.split(), 4.0)
"""Words that begin a clause about somebody else, and the distance that they add."""

_WORD = re.compile(r"\w+(?:'\w+)*")
_APOSTROPHES = str.maketrans("’ʼ", "''")


class Entry(NamedTuple):
    """A stem and what it says: its language, its role and where the actor stands."""

    language: str
    role: str
    kind: str
    stem: str


class StanceWord(NamedTuple):
    """A word of a statement that counts, as it is written, its stance and how much it counts."""

    word: str
    hostile: bool
    weight: float


class _Cue(NamedTuple):
    """A stance word: its position in a statement, its stance and where the actor stands.

    Its stem begins ``n_words`` words; ``word`` is what was written.
    """

    position: float
    hostile: bool
    direction: str
    n_words: int
    word: str = ""


class _Match(NamedTuple):
    """What a stem stands for: a cue, a modifier or both."""

    cue: _Cue | None
    modifier: str


_Word = tuple[float, str, tuple[str, str]]
"""Where a word stands in its statement, pauses counted; the word with its successor, as they are
looked up and as they are written."""
_NOTHING = _Match(None, "")


@dataclass(frozen=True)
class Lexicon:
    """Stems of stance words and of the words that turn their meaning round.

    Parameters
    ----------
    entries : tuple of Entry
        For a cue, ``role`` is one of `STANCES` and ``kind`` one of `DIRECTIONS`; for a modifier,
        ``role`` is ``"modifiers"`` and ``kind`` one of `MODIFIERS`.

    Examples
    --------
    >>> lexicon = Lexicon.packaged()
    >>> text = "Riga thanked Oslo and condemned Minsk."
    >>> hostile, cooperative = lexicon.score(text, 13, 17)
    >>> cooperative > hostile
    True
    >>> hostile, cooperative = lexicon.score(text, 32, 37)
    >>> hostile > cooperative
    True
    """

    entries: tuple[Entry, ...]

    @classmethod
    def packaged(cls) -> Lexicon:
        """Read the lexicon that comes with the package."""
        source = files("stancelab.features").joinpath("lexicon.toml")
        return cls.from_dict(tomllib.loads(source.read_text(encoding="utf-8")))

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Lexicon:
        """Make a lexicon of tables as in ``lexicon.toml``: language, role, kind, stems.

        Raises
        ------
        ValueError
            A role or a kind is not a known one, or a stem is too short or not in lower case.
        """
        return cls(tuple(_entries(data)))

    def to_dict(self) -> dict[str, Any]:
        """Give the lexicon as plain tables, which JSON can hold and `from_dict` reads."""
        data: dict[str, Any] = {}
        for language, role, kind, stem in self.entries:
            data.setdefault(language, {}).setdefault(role, {}).setdefault(kind, []).append(stem)
        return data

    def score(self, text: str, start: int, end: int) -> tuple[float, float]:
        """Weigh the stance words of a statement by how they stand to the actor's mention.

        Parameters
        ----------
        text : str
            The statement.
        start, end : int
            Span of the mention; -1 and -1 where there is none: then every cue counts in full.

        Returns
        -------
        tuple of float
            Hostile and cooperative evidence, each at least 0; a cue right beside the mention
            gives about 1.
        """
        hostile = cooperative = 0.0
        for found in self.stance_words(text, start, end):
            if found.hostile:
                hostile += found.weight
            else:
                cooperative += found.weight
        return hostile, cooperative

    def stance_words(self, text: str, start: int, end: int) -> Iterator[StanceWord]:
        """Find the words that `score` counts, in the order of the text.

        Examples
        --------
        >>> list(Lexicon.packaged().stance_words("Riga thanked Oslo.", 13, 17))
        [StanceWord(word='thanked', hostile=False, weight=1.0)]
        """
        words, here = _read(text, start, end)
        for cue in self._cues(words):
            weight = 1.0 if start < 0 else _weight(cue, here)
            yield StanceWord(cue.word, cue.hostile, weight)

    def _cues(self, words: Iterable[_Word]) -> Iterator[_Cue]:
        """Find the cues, each changed or removed by the modifiers before it."""
        found: list[_Cue | None] = []
        active: dict[str, tuple[float, int]] = {}
        for position, word, written in words:
            cue, modifier = self._match(word)
            near = {k: own for k, (at, own) in active.items() if position - at <= REACH[k]}
            own = -1
            if cue:
                for used in near.values():
                    if used >= 0:  # "відмовив" was a cue until it found another to change
                        found[used] = None
                own = len(found)
                shown = " ".join(written[: cue.n_words])
                found.append(_modify(cue._replace(position=position, word=shown), near))
            if modifier and "negators" not in near:
                active[modifier] = (position, own)
        return (cue for cue in found if cue)

    def _match(self, text: str) -> _Match:
        """Look for the longest stem that a word, with its successor, begins with."""
        for stem, match in self._index.get(text[:2], ()):
            if text.startswith(stem):
                return match
        return _NOTHING

    @cached_property
    def _index(self) -> dict[str, list[tuple[str, _Match]]]:
        """Give the stems by their first two letters, the longest first."""
        matches: dict[str, _Match] = {}
        for _, role, kind, stem in self.entries:
            key = stem.replace("$", " ")
            cue, modifier = matches.get(key, _NOTHING)
            if role == "modifiers":
                modifier = modifier or kind
            else:
                cue = cue or _Cue(0.0, role == "hostile", kind, len(key.split()))
            matches[key] = _Match(cue, modifier)
        index: dict[str, list[tuple[str, _Match]]] = {}
        for key in sorted(matches, key=len, reverse=True):
            index.setdefault(key[:2], []).append((key, matches[key]))
        return index


def _modify(cue: _Cue, near: Collection[str]) -> _Cue | None:
    """Apply the modifiers near a cue; None where they leave nothing of it."""
    if "passives" in near and cue.direction == "after":
        cue = cue._replace(direction="before")
    if "negators" in near or ("refusers" in near and cue.hostile):
        return None
    if "refusers" in near or "reversers" in near:
        return cue._replace(hostile=not cue.hostile)
    return cue


def _weight(cue: _Cue, here: float) -> float:
    """Weigh a cue by its distance from the mention and by the side on which it stands."""
    wrong = "before" if cue.position < here else "after"
    weight = exp2((1.0 - abs(here - cue.position)) / HALF_LIFE)
    return weight * WRONG_SIDE if cue.direction == wrong else weight


def _read(text: str, start: int, end: int) -> tuple[list[_Word], float]:
    """Split a statement into the words outside the mention, and give the mention's position."""
    words: list[tuple[float, str, str]] = []
    position, before, here = 0.0, 0, 0.0
    for found in _WORD.finditer(text.translate(_APOSTROPHES)):
        inside = found.start() < end and found.end() > start
        if not (inside and here):  # a mention of several words takes the room of one
            word = found[0].lower()
            position += 1.0 + _pause(text[before : found.start()], word)
            if inside:
                here = position
            else:
                words.append((position, word, text[found.start() : found.end()]))
        before = found.end()
    pairs = zip(words, [*words[1:], (0.0, "", "")], strict=False)
    return [
        (at, f"{word} {after} ", (own, behind)) for (at, word, own), (_, after, behind) in pairs
    ], here


def _pause(gap: str, word: str) -> float:
    """Give the distance that a word and the gap before it add."""
    contrast = CONTRASTS.get(word, 0.0)
    return contrast if gap == " " else contrast + sum(PAUSES.get(mark, 0.0) for mark in gap)


def _entries(data: dict[str, Any]) -> Iterator[Entry]:
    """Walk the tables and check them."""
    known = dict.fromkeys(STANCES, DIRECTIONS) | {"modifiers": MODIFIERS}
    for language, roles in data.items():
        for role, kinds in roles.items():
            for kind, stems in kinds.items():
                if kind not in known.get(role, ()):
                    raise ValueError(f"{language}.{role}.{kind}: unknown, expected one of {known}")
                for stem in stems:
                    if len(stem) < 2 or stem != stem.lower():
                        found = f"{language}.{role}.{kind}: {stem!r}"
                        raise ValueError(f"{found}: expected two lower-case letters or more")
                    yield Entry(language, role, kind, stem)
