"""Drawing the few rows that a model learns from when there are few labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np

from stancelab.errors import TrainingError
from stancelab.schema import LABELS

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

FEWEST = 2
"""Rows that a label needs, so that two of them can be compared."""


class TooFewExamplesError(TrainingError):
    """Rows from which nothing can be learnt by comparing them."""

    def __init__(self, counts: dict[str, int]) -> None:
        found = ", ".join(f"{count} {label}" for label, count in counts.items())
        super().__init__(
            f"found the training rows {found or 'none'}; few_shot compares rows of two labels or "
            f"more, and needs at least {FEWEST} of each; label more rows, or leave that label out"
        )


def draw_examples(
    table: pa.Table, labels: NDArray[np.int64], each: int, seed: int, contrasts: float = 0.5
) -> NDArray[np.int64]:
    """Draw some rows of each label, from as many documents and actors as there are.

    Some of them are rows of one text that have different labels for different actors: of all that
    can be compared, they tell best that the actor counts. A row that differs from another by no
    more than its label is none of these.

    Parameters
    ----------
    table : pyarrow.Table
        A statement table.
    labels : numpy.ndarray of int, shape (n_rows,)
        0, 1 or 2.
    each : int
        How many rows of each label; all where there are fewer.
    seed : int
        Decides which.
    contrasts : float
        Share of the rows to take from texts with several labels, where there are such.

    Returns
    -------
    numpy.ndarray of int
        Row numbers, in ascending order.

    Raises
    ------
    TooFewExamplesError
        There is one label alone, or a label has a single row.

    Examples
    --------
    >>> from stancelab.schema import as_table
    >>> text = "Oslo thanked Warsaw and accused Minsk."
    >>> table = as_table([{"text": f"{text} {at}", "actor": actor}
    ...                   for at in range(4) for actor in ("Warsaw", "Minsk")])
    >>> drawn = draw_examples(table, np.array([2, 0] * 4), 2, seed=0, contrasts=1.0)
    >>> len(drawn), len(set(table.take(drawn)["text"].to_pylist()))
    (4, 2)
    """
    present, counts = np.unique(labels, return_counts=True)
    if len(present) < 2 or counts.min() < FEWEST:
        named = [LABELS[code] for code in present.tolist()]
        raise TooFewExamplesError(dict(zip(named, counts.tolist(), strict=True)))
    order = np.random.default_rng(seed).permutation(len(labels)).tolist()
    wanted = np.minimum(np.bincount(labels, minlength=len(LABELS)), each)
    drawing = _Drawing(table, labels)
    drawing.take_contrasts(order, np.rint(contrasts * wanted).astype(int).tolist())
    drawing.fill(order, wanted.tolist())
    return np.array(sorted(drawing.chosen), dtype=np.int64)


class _Drawing:
    """The rows chosen so far, and the documents and actors that they have."""

    def __init__(self, table: pa.Table, labels: NDArray[np.int64]) -> None:
        columns = (table.column(name).to_pylist() for name in ("text", "actor", "document"))
        self.texts, self.actors, documents = columns
        # A row that names no document stands for itself.
        pairs = zip(documents, self.texts, strict=True)
        self.documents = [document or text for document, text in pairs]
        self.starts = table.column("mention_start").to_pylist()
        self.labels = labels.tolist()
        self.chosen: set[int] = set()
        self.count = [0] * len(LABELS)
        self.met: set[str] = set()
        self.asked: set[str] = set()

    def take(self, rows: Iterable[int]) -> None:
        """Choose rows."""
        for row in rows:
            self.chosen.add(row)
            self.count[self.labels[row]] += 1
            self.met.add(self.documents[row])
            self.asked.add(self.actors[row])

    def take_contrasts(self, order: Iterable[int], most: list[int]) -> None:
        """Choose rows of one text with different labels, at most so many of each label."""
        of_text: dict[str, list[int]] = defaultdict(list)
        for row in order:
            of_text[self.texts[row]].append(row)
        for rows in of_text.values():
            if self.documents[rows[0]] not in self.met:
                found = self._contrasting(rows, most)
                self.take(found if len(found) > 1 else [])

    def _contrasting(self, rows: Iterable[int], most: list[int]) -> list[int]:
        """Give a row of each label that is still wanted, each of them asked otherwise."""
        found: dict[int, int] = {}
        seen: set[tuple[str, int]] = set()
        for row in rows:
            label, question = self.labels[row], (self.actors[row], self.starts[row])
            if label not in found and question not in seen and self.count[label] < most[label]:
                found[label] = row
                seen.add(question)
        return list(found.values())

    def fill(self, order: list[int], wanted: list[int]) -> None:
        """Choose rows until there are enough: of new documents and actors first, then of any."""
        fresh: list[Callable[[int], bool]] = [
            lambda row: self.documents[row] not in self.met and self.actors[row] not in self.asked,
            lambda row: self.documents[row] not in self.met,
            lambda row: True,
        ]
        for fits in fresh:
            for row in order:
                missing = self.count[self.labels[row]] < wanted[self.labels[row]]
                if missing and row not in self.chosen and fits(row):
                    self.take([row])
