"""Exact duplicates: records whose folded text stands more than once, in a part or across parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stancelab.checks.examples import TextExample, text_examples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stancelab.checks.records import Records


@dataclass(frozen=True, slots=True)
class Repeats:
    """What stands more than once in one part.

    Attributes
    ----------
    part : str
        The part.
    of, texts : int
        Its records and distinct texts.
    records : int
        Records whose text stands before: what deduplication by text would remove.
    identical : int
        Those that repeat a record before in text, and in labels by actor.
    unfolded, unfolded_identical : int
        The same where texts are compared to the letter, and answers with their sources.
    ids : tuple of str
        The repeating records.
    examples : tuple of TextExample
        Some of the texts, with their rows in the part.
    """

    part: str
    of: int
    texts: int
    records: int
    identical: int
    unfolded: int
    unfolded_identical: int
    ids: tuple[str, ...]
    examples: tuple[TextExample, ...]


@dataclass(frozen=True, slots=True)
class Leak:
    """What of one part stands in another one as well.

    Attributes
    ----------
    source, target : str
        The records counted are those of the target; their copies are in the source.
    of : int
        Records of the target.
    records, texts : int
        Those whose text stands in the source, and the distinct texts of these.
    identical : int
        Those that a record of the source equals in text, and in labels by actor.
    unfolded, unfolded_texts, unfolded_identical : int
        The same where texts are compared to the letter, and answers with their sources.
    ids : tuple of str
        The records of the target whose text stands in the source.
    examples : tuple of TextExample
        Some of the texts, with their rows in both parts.
    """

    source: str
    target: str
    of: int
    records: int
    texts: int
    identical: int
    unfolded: int
    unfolded_texts: int
    unfolded_identical: int
    ids: tuple[str, ...]
    examples: tuple[TextExample, ...]


def find_repeats(records: Records, examples: int = 5) -> list[Repeats]:
    """Find what stands more than once inside each part.

    Examples
    --------
    >>> from stancelab.checks.records import records_of
    >>> from stancelab.schema import as_table
    >>> rows = [{"text": "Rome met Oslo.", "actor": "Oslo"}] * 3
    >>> found = find_repeats(records_of(as_table(rows)))[0]
    >>> found.of, found.texts, found.records, found.identical
    (3, 1, 2, 2)
    """
    return [_repeats(records, part, examples) for part in range(len(records.parts))]


def find_leaks(records: Records, examples: int = 5) -> list[Leak]:
    """Find what stands in two parts, for each ordered pair of parts that shares a text."""
    texts = records.presence(records.text)
    shared = texts.T.astype(np.int64) @ texts
    np.fill_diagonal(shared, 0)
    present = {name: records.presence(keys) for name, keys in _keys(records).items()}
    return [
        _leak(records, present, source, target, examples)
        for source, target in np.argwhere(shared).tolist()
    ]


def _keys(records: Records) -> dict[str, NDArray[np.int64]]:
    return {
        "records": records.text,
        "identical": records.answer,
        "unfolded": records.unfolded_text,
        "unfolded_identical": records.unfolded_answer,
    }


def _repeats(records: Records, part: int, examples: int) -> Repeats:
    inside = np.flatnonzero(records.part == part)
    counts = {
        name: len(inside) - len(np.unique(keys[inside])) for name, keys in _keys(records).items()
    }
    _, first = np.unique(records.text[inside], return_index=True)
    later = np.delete(inside, first)
    return Repeats(
        records.parts[part],
        len(inside),
        len(first),
        **counts,
        ids=tuple(records.ids(later)),
        examples=text_examples(records, _first_texts(records, later, examples), {part}),
    )


def _leak(
    records: Records,
    present: Mapping[str, NDArray[np.bool_]],
    source: int,
    target: int,
    examples: int,
) -> Leak:
    inside = np.flatnonzero(records.part == target)
    copied = {
        name: inside[present[name][keys[inside], source]] for name, keys in _keys(records).items()
    }
    leaking = copied["records"]
    first = _first_texts(records, leaking, examples)
    return Leak(
        records.parts[source],
        records.parts[target],
        len(inside),
        **{name: len(which) for name, which in copied.items()},
        texts=len(np.unique(records.text[leaking])),
        unfolded_texts=len(np.unique(records.unfolded_text[copied["unfolded"]])),
        ids=tuple(records.ids(leaking)),
        examples=text_examples(records, first, {source, target}),
    )


def _first_texts(records: Records, which: NDArray[np.int64], limit: int) -> list[int]:
    return list(dict.fromkeys(records.text[which].tolist()))[:limit]
