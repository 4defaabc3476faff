"""Articles to read: their clean text, in which the mentions are marked."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from stancelab.articles.article import Article
from stancelab.articles.blocks import Block
from stancelab.comparison.views.formats import counted
from stancelab.tagging.tags import Tag
from stancelab.tagging.views.answers import LETTERS, how, said, source

MOST_ARTICLES = 100
"""The articles that are shown in full."""

OPEN = 5
"""Those of them that are unfolded."""

LONGEST = 200_000
"""The characters of an article that are shown: a browser takes long over millions."""

_MIXED = "mixed"


class Badge(NamedTuple):
    """The answer toward one actor, and its letter."""

    answer: str
    letter: str


@dataclass(frozen=True, slots=True)
class Mention:
    """What is said of the tags of a few words: in one line each, and as JSON for the script."""

    css: str
    hint: str
    actors: str
    badges: tuple[Badge, ...]
    details: str


class Piece(NamedTuple):
    """A stretch of text, and what is said of it where it mentions an actor."""

    text: str
    mention: Mention | None = None


class Shown(NamedTuple):
    """A paragraph, heading or list item in pieces."""

    kind: str
    language: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """An article: its name, what is known of it, its blocks, and how much of it is left out.

    The items of a list stand together.
    """

    name: str
    about: str
    groups: tuple[tuple[str, tuple[Shown, ...]], ...]
    left: str
    is_open: bool


class _Marked(NamedTuple):
    start: int
    end: int
    tags: list[Tag]


def reading(
    article: Article, tags: Sequence[Tag], actors: Mapping[str, int], is_open: bool
) -> Reading:
    """Mark the tags of an article in its text.

    Parameters
    ----------
    article : Article
        What was tagged.
    tags : sequence of Tag
        Whose spans point into its text. One that lies in no block is not shown.
    actors : mapping of str to int
        The number by which the script knows each actor.
    is_open : bool
        Whether it is unfolded.
    """
    ordered = sorted(tags, key=lambda tag: tag.start)
    starts = [tag.start for tag in ordered]
    whole = _first(article.blocks)
    blocks = (_shown(block, ordered, starts, actors) for block in whole)
    left = len(article.blocks) - len(whole)
    about = [article.date.isoformat()] if article.date else []
    about += [article.source] if article.source else []
    about.append(counted(len(tags), "tagged mention"))
    return Reading(article.name, " · ".join(about), tuple(_grouped(blocks)), _left(left), is_open)


def _first(blocks: Sequence[Block]) -> Sequence[Block]:
    """Give the blocks of which an article is long enough, the first of all in any case."""
    lengths = accumulate(len(block.pieces.text) for block in blocks)
    return blocks[: max(sum(length <= LONGEST for length in lengths), 1)]


def _left(number: int) -> str:
    return f"{counted(number, 'more paragraph')} not shown." if number else ""


def _grouped(blocks: Iterator[Shown]) -> Iterator[tuple[str, tuple[Shown, ...]]]:
    items: list[Shown] = []
    for block in blocks:
        if block.kind == "item":
            items.append(block)
            continue
        if items:
            yield "list", tuple(items)
            items = []
        yield block.kind, (block,)
    if items:
        yield "list", tuple(items)


def _shown(
    block: Block, tags: Sequence[Tag], starts: Sequence[int], actors: Mapping[str, int]
) -> Shown:
    text = block.pieces.text
    pieces, at = [], 0
    for one in _marked(block, tags, starts):
        if one.start > at:
            pieces.append(Piece(text[at : one.start]))
        pieces.append(Piece(text[one.start : one.end], _mention(one.tags, actors)))
        at = one.end
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return Shown(block.kind, block.language, tuple(pieces))


def _marked(block: Block, tags: Sequence[Tag], starts: Sequence[int]) -> list[_Marked]:
    """Find the tags in the clean text of a block; those that overlap are marked as one."""
    places, ends = block.pieces.starts, block.pieces.ends
    first = bisect_left(starts, places[0]) if places else 0
    last = bisect_left(starts, ends[-1]) if ends else 0
    found: list[_Marked] = []
    for tag in tags[first:last]:
        start, end = bisect_right(ends, tag.start), bisect_left(places, tag.end)
        if start >= end:
            continue
        if found and start < found[-1].end:
            before = found.pop()
            found.append(_Marked(before.start, max(before.end, end), [*before.tags, tag]))
        else:
            found.append(_Marked(start, end, [tag]))
    return found


def _mention(tags: Sequence[Tag], actors: Mapping[str, int]) -> Mention:
    answers = {tag.answer for tag in tags}
    return Mention(
        answers.pop() if len(answers) == 1 else _MIXED,
        "\n".join(map(said, tags)),
        " ".join(str(actors[tag.actor]) for tag in tags),
        tuple(Badge(tag.answer, LETTERS[tag.answer]) for tag in tags),
        json.dumps([_details(tag) for tag in tags], ensure_ascii=False, separators=(",", ":")),
    )


def _details(tag: Tag) -> list[object]:
    """Give what the script shows: actor, answer, probabilities, source, how it was recognised."""
    shares = [round(share, 3) for share in tag.probabilities]
    return [tag.actor, tag.answer, shares, source(tag), how(tag)]
