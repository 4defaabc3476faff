"""A finding as people read it: one table, a note and some examples, for any medium."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from stancelab.checks.examples import RowExample, TextExample


@dataclass(frozen=True, slots=True)
class Example:
    """One example: what it is of, the texts, and the rows that have them."""

    heading: str
    texts: tuple[str, ...]
    rows: tuple[RowExample, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One finding: a table, a note on how to read it, and examples.

    Attributes
    ----------
    title, note : str
        What it is, and how to read it.
    columns : tuple of str
        Headings; those from ``numbers_from`` on are numbers.
    rows : sequence of tuple of str
        The table; empty where nothing was found.
    numbers_from : int
        The first column that is aligned to the right.
    examples : sequence of Example
        Some of what was found.
    """

    title: str
    note: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    numbers_from: int = 1
    examples: Sequence[Example] = ()


def number(count: int) -> str:
    """Write a count for people."""
    return f"{count:,}"


def examples_in_turn(
    found: Sequence[tuple[str, Sequence[TextExample]]], limit: int
) -> list[Example]:
    """Take examples of each in turn, and none twice."""
    taken: dict[str, Example] = {}
    for heading, texts in found:
        for one in texts:
            taken.setdefault(one.text, Example(heading, (one.text,), one.rows))
    by_heading: dict[str, list[Example]] = {}
    for example in taken.values():
        by_heading.setdefault(example.heading, []).append(example)
    return list(islice(_in_turn(by_heading.values()), limit))


def _in_turn(lists: Iterable[list[Example]]) -> Iterator[Example]:
    left = [list(one) for one in lists]
    while left := [one for one in left if one]:
        for one in left:
            yield one.pop(0)
