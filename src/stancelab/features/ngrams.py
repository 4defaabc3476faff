"""Cutting a statement and the window around its actor into word and character n-grams."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pyarrow as pa

ACTOR_MARK = "§"
"""Stands in the place of the actor's mention, so that names carry no label there."""

TOKEN = re.compile(r"\w+|[^\w\s]")
"""A word, or a sign that stands for itself."""
_NEAR = 3
"""Words up to this distance from the mention are told apart from those farther off."""


class Row(NamedTuple):
    """What the analysers see of one (statement, actor) pair."""

    text: str
    actor: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TfidfSettings:
    """Which n-grams are features.

    Parameters
    ----------
    characters : bool
        Character n-grams beside the words.
    char_min, char_max : int
        Shortest and longest character n-gram, within a word and its two bounding spaces.
    window : int
        Words on each side of the mention that count as the actor's window.
    """

    characters: bool = True
    char_min: int = 2
    char_max: int = 5
    window: int = 8

    @property
    def blocks(self) -> tuple[str, ...]:
        """Name the groups of features, each normalised to length one by itself."""
        characters = ("text_chars", "window_chars") if self.characters else ()
        return (*self.word_blocks, *characters)

    @property
    def word_blocks(self) -> tuple[str, ...]:
        """Name those of them that are made of whole words, which come first."""
        return ("text_words", "window_words", "mention")


class Words(NamedTuple):
    """One pair cut into words.

    Attributes
    ----------
    all : list of str
        The words of the text, the mark in the place of the mention.
    left, right : list of str
        Those on the two sides of the mention; none where the text does not name the actor.
    before, after : list of str
        Those of them that are in the window.
    """

    all: list[str]
    left: list[str]
    right: list[str]
    before: list[str]
    after: list[str]


def rows(table: pa.Table) -> Iterator[Row]:
    """Give the rows of a statement table as the analysers take them."""
    columns = ("text", "actor", "mention_start", "mention_end")
    return map(Row, *(table.column(name).to_pylist() for name in columns))


def cut(row: Row, window: int) -> Words:
    """Cut one pair into lower-case words.

    Examples
    --------
    >>> cut(Row("Kyiv thanked Warsaw", "Poland", 13, 19), window=1)
    Words(all=['kyiv', 'thanked', '§'], left=['kyiv', 'thanked'], right=[], before=['thanked'],
          after=[])
    """
    if row.start < 0:
        return Words(TOKEN.findall(row.text.lower()), [], [], [], [])
    left = TOKEN.findall(row.text[: row.start].lower())
    right = TOKEN.findall(row.text[row.end :].lower())
    return Words([*left, ACTOR_MARK, *right], left, right, left[-window:], right[:window])


def analyse(row: Row, settings: TfidfSettings) -> list[list[str]]:
    """Cut one pair into the n-grams of each block, in the order of `TfidfSettings.blocks`.

    Examples
    --------
    >>> words = TfidfSettings(characters=False, window=1)
    >>> text, window, mention = analyse(Row("Kyiv thanked Warsaw", "Poland", 13, 19), words)
    >>> text
    ['kyiv', 'thanked', '§', 'kyiv thanked', 'thanked §']
    >>> window
    ['<thanked', '<near thanked', '<§ thanked']
    """
    words = cut(row, settings.window)
    result = word_terms(row, words)
    if settings.characters:
        result += [
            [term for signed in block for term in spell(signed, settings)]
            for block in signed_words(words)
        ]
    return result


def word_terms(row: Row, words: Words) -> list[list[str]]:
    """Give the terms of the blocks that are made of whole words."""
    singles = words.all
    text = singles + [f"{a} {b}" for a, b in pairwise(singles)]
    window = _side("<", words.before[::-1]) + _side(">", words.after)
    return [text, window, _mention(row, words)]


def signed_words(words: Words) -> tuple[list[str], list[str]]:
    """Give the words of the blocks that are made of characters, each behind its side's sign.

    The sign is what its n-grams begin with; in the text it is a space, and they have none.
    """
    window = ["<" + word for word in words.before]
    window += [">" + word for word in words.after]
    return [" " + word for word in words.all], window


def spell(signed: str, settings: TfidfSettings) -> list[str]:
    """Cut a signed word, padded with a space on each side, into n-grams; a short one stays whole.

    Examples
    --------
    >>> spell("<so", TfidfSettings(char_min=3, char_max=4)), spell(" so", TfidfSettings(char_min=4))
    (['< so', '<so ', '< so '], [' so '])
    """
    sign, padded = signed[0].strip(), f" {signed[1:]} "
    length = len(padded)
    return [
        sign + padded[at : at + size]
        for size in range(settings.char_min, min(settings.char_max, length) + 1)
        for at in range(length - size + 1)
    ]


def _side(side: str, words: list[str]) -> list[str]:
    """Give the words of one side, nearest first: each alone, with its distance, and in pairs."""
    if not words:
        return []
    near, far = f"{side}near ", f"{side}far "
    singles = [side + word for word in words]
    distances = [near + word for word in words[:_NEAR]] + [far + word for word in words[_NEAR:]]
    pairs = [f"{side}{a} {b}" for a, b in pairwise([ACTOR_MARK, *words])]
    return singles + distances + pairs


def _mention(row: Row, words: Words) -> list[str]:
    """Describe who is asked about and how it is named: form, case endings, place, neighbours."""
    if not row.actor:
        return []
    found = ["actor=" + row.actor]
    if row.start < 0:
        return [*found, "absent"]
    left, right = words.left, words.right
    name = row.text[row.start : row.end].lower()
    found += ["name=" + name, f"place={min(len(left) // 3, 8)}", f"first={not left}"]
    for word in name.split():
        found += [f"ending={word[-1:]}", f"ending={word[-2:]}", f"ending={word[-3:]}"]
    if left:
        found += [f"left={left[-1]}", f"left={left[-1]} ending={name[-2:]}"]
    return [*found, f"right={right[0]}"] if right else found
