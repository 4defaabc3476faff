"""The corpora that the rows of a training come from, and what each of them labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from stancelab.finetuning.pooling import OwnLabels
from stancelab.schema import COOPERATIVE, HOSTILE

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

NOWHERE = -1
"""The place of a corpus that training did not have, and of a label that no head knows."""


@dataclass(frozen=True, slots=True)
class Corpora:
    """The corpora of a training, in order.

    Attributes
    ----------
    own : mapping of str to mapping of str to int
        By corpus: its own labels that a head is trained for, and their codes among ours; empty
        where it has no such head.
    polar : tuple of bool
        Of each corpus, whether it has hostile and cooperative and never neutral, so that its rows
        cannot tell whether something is neutral.
    """

    own: OwnLabels
    polar: tuple[bool, ...]

    @classmethod
    def of(cls, table: pa.Table, labels: NDArray[np.int64], *, native: bool) -> Self:
        """List the corpora of training rows.

        Parameters
        ----------
        table : pyarrow.Table
            A statement table.
        labels : numpy.ndarray of int, shape (n_rows,)
            0, 1 or 2.
        native : bool
            Whether each corpus gets a head for its own labels.

        Examples
        --------
        >>> from stancelab.schema import as_table
        >>> rows = as_table({"text": ["a", "b", "c"], "actor": [""] * 3,
        ...                  "dataset": ["x", "x", "y"], "native_label": ["con", "pro", ""]})
        >>> Corpora.of(rows, np.array([0, 2, 1]), native=True)
        Corpora(own={'x': {'con': 0, 'pro': 2}, 'y': {}}, polar=(True, False))
        """
        own: dict[str, dict[str, int]] = {}
        seen: dict[str, set[int]] = {}
        words = table.column("native_label").to_pylist()
        rows = zip(table.column("dataset").to_pylist(), words, labels.tolist(), strict=True)
        for name, word, code in sorted(set(rows)):
            mine = own.setdefault(name, {})
            seen.setdefault(name, set()).add(code)
            if native and word:
                mine.setdefault(word, code)
        return cls(own, tuple(found == {HOSTILE, COOPERATIVE} for found in seen.values()))

    def places(self, table: pa.Table) -> NDArray[np.int64]:
        """Give the place of each row's corpus among these, shape (n_rows,)."""
        return _numbers(table.column("dataset").to_pylist(), self.own)

    def own_codes(self, table: pa.Table) -> NDArray[np.int64]:
        """Give the number of each row's own label in the head of its corpus, shape (n_rows,)."""
        pairs = zip(
            *(table.column(c).to_pylist() for c in ("dataset", "native_label")), strict=True
        )
        heads = {name: {word: at for at, word in enumerate(own)} for name, own in self.own.items()}
        found = [heads.get(name, {}).get(word, NOWHERE) for name, word in pairs]
        return np.array(found, dtype=np.int64)


def _numbers(names: list[str], known: Mapping[str, object]) -> NDArray[np.int64]:
    at = {name: number for number, name in enumerate(known)}
    return np.array([at.get(name, NOWHERE) for name in names], dtype=np.int64)
