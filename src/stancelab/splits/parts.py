"""Dealing rows into parts of whole documents, stratified by label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from stancelab.errors import DataError
from stancelab.schema import labels_of
from stancelab.text import fold

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

PARTS = ("train", "validation", "test")
_FOLDS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Row numbers of the three parts, for one seed and fold.

    Attributes
    ----------
    setting : str
        What is trained on, where an experiment has several: a corpus, or what is held out.
    """

    seed: int
    fold: int
    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]
    setting: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Keys:
    """For each row, the numbers of its text (copies folded together) and of its document."""

    texts: NDArray[np.int64]
    documents: NDArray[np.int64]

    @classmethod
    def of(cls, table: pa.Table) -> Keys:
        """Give the numbers of a table's texts and documents; each distinct text is folded once."""
        texts = table.column("text").combine_chunks().dictionary_encode()
        folded = [fold(text) for text in texts.dictionary.to_pylist()]
        _, number = np.unique(folded, return_inverse=True)
        _, documents = np.unique(table.column("document").to_pylist(), return_inverse=True)
        return cls(number.astype(np.int64)[texts.indices.to_numpy()], documents.astype(np.int64))

    def merged(self) -> NDArray[np.int64]:
        """Give one number to documents that share a text, also over a third one."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        nodes = self.documents.max() + 1
        size = nodes + self.texts.max() + 1
        edges = coo_array(
            (np.ones(len(self.texts)), (self.documents, nodes + self.texts)), shape=(size, size)
        )
        _, component = connected_components(edges, directed=False)
        return component[self.documents].astype(np.int64)


def take_share(
    table: pa.Table, groups: NDArray[np.int64], rows: NDArray[np.int64], share: float, seed: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Part some rows in two, the second being the share: whole folds of an equal dealing.

    Parameters
    ----------
    table : pyarrow.Table
        The whole table.
    groups : numpy.ndarray of int
        For each row of it, what must not be cut.
    rows : numpy.ndarray of int
        The rows to part.
    share : float
        Between 0 and 1; rounded to a fraction of at most 10 folds, so that 0.15 is one of seven.
    seed : int
        Shuffles the groups.
    """
    fraction = Fraction(share).limit_denominator(_FOLDS)  # more of them take long to deal
    fraction = min(max(fraction, Fraction(1, _FOLDS)), Fraction(_FOLDS - 1, _FOLDS))
    dealt = deal(table.take(rows), groups[rows], fraction.denominator, seed)
    taken = dealt < fraction.numerator
    return rows[~taken], rows[taken]


def deal(table: pa.Table, groups: NDArray[np.int64], n_folds: int, seed: int) -> NDArray[np.int64]:
    """Give each row the number of its fold.

    Raises
    ------
    DataError
        There are fewer groups, or rows of a label, than folds.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    labels = labels_of(table)
    documents = len(np.unique(groups))
    fewest = int(min(np.unique(labels, return_counts=True)[1], default=0))
    if min(documents, fewest) < n_folds:
        raise DataError(
            f"found {documents} documents and {fewest} rows of the rarest label; dealing them "
            f"into {n_folds} stratified folds needs at least {n_folds} of each; give more rows, "
            "or choose larger shares under [split]"
        )
    folds = np.empty(len(labels), dtype=np.int64)
    dealer = StratifiedGroupKFold(n_folds, shuffle=True, random_state=seed)
    for number, (_, rows) in enumerate(dealer.split(labels, labels, groups)):
        folds[rows] = number
    return folds


def draw_rows(
    groups: NDArray[np.int64], rows: NDArray[np.int64], at_most: int, seed: int
) -> NDArray[np.int64]:
    """Draw whole groups until the next would give more rows than asked for.

    Examples
    --------
    >>> draw_rows(np.array([0, 0, 1, 1, 2, 2]), np.arange(6), 4, seed=0).tolist()
    [0, 1, 4, 5]
    """
    if len(rows) <= at_most:
        return rows
    own, member, size = np.unique(groups[rows], return_inverse=True, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(own))
    kept = np.zeros(len(own), dtype=bool)
    kept[order[np.cumsum(size[order]) <= at_most]] = True
    drawn: NDArray[np.int64] = rows[kept[member]]
    return drawn


def by_fold(
    dealt: NDArray[np.int64], test: Sequence[int], validation: Sequence[int], seed: int, fold: int
) -> Split:
    """Make the parts of whole folds."""
    for_test, for_validation = np.isin(dealt, test), np.isin(dealt, validation)
    train = np.flatnonzero(~for_test & ~for_validation)
    return Split(seed, fold, train, np.flatnonzero(for_validation), np.flatnonzero(for_test))
