"""Texts and documents that stand in two parts: found, refused, measured and taken out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from stancelab.errors import LeakError
from stancelab.splits.config import SplitConfig
from stancelab.splits.parts import PARTS, Keys, Split

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Leaks:
    """Texts and documents that stand in more than one part; `total` counts them all."""

    total: int
    examples: tuple[str, ...]


def check_leaks(table: pa.Table, split: Split, keys: Keys | None = None) -> Leaks:
    """Find texts, case, spaces, punctuation and diacritics folded, and documents in two parts.

    Parameters
    ----------
    table : pyarrow.Table
        The whole table.
    split : Split
        The parts.
    keys : Keys, optional
        Those of the table, where they are known.

    Examples
    --------
    >>> from stancelab.schema import as_table
    >>> rows = as_table([{"text": "Rome thanked Oslo.", "actor": "Oslo"},
    ...                  {"text": "rome  thanked Oslo", "actor": "Oslo"}])
    >>> one, two, none = np.array([0]), np.array([1]), np.array([], dtype=int)
    >>> check_leaks(rows, Split(0, 0, one, none, two)).examples
    ("text in train and test: 'Rome thanked Oslo.'",)
    """
    keys = keys or Keys.of(table)
    total, examples = 0, []
    for what, numbers in (("text", keys.texts), ("document", keys.documents)):
        shared = _shared(numbers, split)
        total += len(shared)
        for number in shared[:_EXAMPLES]:
            examples.append(_example(table, what, numbers, number, split))
    return Leaks(total, tuple(examples[:_EXAMPLES]))


def refuse_leaks(leaks: Leaks, config: SplitConfig) -> None:
    """Raise `LeakError` where a split leaks and may not.

    A split that we made may never leak; an official one may with ``allow_leaks = true``.
    """
    if leaks.total == 0 or (not config.is_ours and config.allow_leaks):
        return
    advice = (
        "give copies of a text the same document, or set merge_duplicates = true under [split]"
        if config.is_ours
        else 'clean = true under [split] takes copies out of training (clean = "documents" all of '
        "the test's documents); allow_leaks = true runs it all the same and tags the run 'leaky'"
    )
    raise LeakError(leaks.examples, leaks.total, advice)


def clean(split: Split, keys: Keys, documents: bool) -> tuple[Split, int]:
    """Take out of training what stands in validation or test, and out of validation what in test.

    Parameters
    ----------
    split : Split
        The parts.
    keys : Keys
        Those of the table.
    documents : bool
        Take out rows that share a document too, not only a text.

    Returns
    -------
    Split
        The same test part, and the others without those rows.
    int
        How many rows were taken out.
    """
    validation = _without(split.validation, split.test, keys, documents)
    held_out = np.concatenate([validation, split.test])
    train = _without(split.train, held_out, keys, documents)
    removed = len(split.train) - len(train) + len(split.validation) - len(validation)
    return Split(split.seed, split.fold, train, validation, split.test, split.setting), removed


def leaked_shares(
    split: Split, keys: Keys, test_sets: NDArray[np.str_]
) -> Iterator[tuple[str, float]]:
    """Give the share of each test set's rows whose text or document stands in training.

    Parameters
    ----------
    split : Split
        The parts.
    keys : Keys
        Those of the table.
    test_sets : numpy.ndarray of str
        For each row of the table, the test set that it belongs to.
    """
    leaked = np.zeros(len(split.test), dtype=bool)
    for numbers in (keys.texts, keys.documents):
        leaked |= np.isin(numbers[split.test], numbers[split.train])
    own = test_sets[split.test]
    for name in np.unique(own):
        yield str(name), float(leaked[own == name].mean())


def _without(
    rows: NDArray[np.int64], others: NDArray[np.int64], keys: Keys, documents: bool
) -> NDArray[np.int64]:
    shared = np.isin(keys.texts[rows], keys.texts[others])
    if documents:
        shared |= np.isin(keys.documents[rows], keys.documents[others])
    return rows[~shared]


def _shared(numbers: NDArray[np.int64], split: Split) -> NDArray[np.int64]:
    """Give the numbers that stand in two parts, in the order of their first row."""
    rows: Mapping[str, NDArray[np.int64]] = {part: getattr(split, part) for part in PARTS}
    found = [
        np.intersect1d(numbers[rows[one]], numbers[rows[other]])
        for one, other in combinations(PARTS, 2)
    ]
    return np.unique(np.concatenate(found))


def _example(
    table: pa.Table, what: str, numbers: NDArray[np.int64], number: int, split: Split
) -> str:
    where = {part: np.flatnonzero(numbers[getattr(split, part)] == number) for part in PARTS}
    parts = [part for part, places in where.items() if len(places)]
    row = int(getattr(split, parts[0])[where[parts[0]][0]])
    shown = str(table.column(what)[row].as_py())
    return f"{what} in {' and '.join(parts)}: {shown[:100]!r}"
