"""Which rows of several corpora an epoch shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def epoch_sizes(sizes: NDArray[np.int64], temperature: float) -> NDArray[np.int64]:
    """Say how many rows of each corpus an epoch shows; all together as many as there are.

    A corpus of n rows gets a share in proportion to n ** (1 / temperature) (Arivazhagan et al.
    2019, "Massively multilingual neural machine translation in the wild").

    Parameters
    ----------
    sizes : numpy.ndarray of int, shape (n_corpora,)
        Rows of each corpus.
    temperature : float, at least 1
        1 leaves the corpora as they are; the higher it is, the more alike their shares become.

    Examples
    --------
    >>> epoch_sizes(np.array([100, 900]), 1.0).tolist()
    [100, 900]
    >>> epoch_sizes(np.array([100, 900]), 2.0).tolist()
    [250, 750]
    """
    if temperature == 1:
        return sizes
    weights = sizes ** (1 / temperature)
    found: NDArray[np.int64] = np.rint(sizes.sum() * weights / weights.sum()).astype(np.int64)
    return np.maximum(found, 1)


class CorpusSampling:
    """Draws the rows of each epoch, so that none comes again before all of its corpus came.

    The rows of an epoch come from the seed and its number alone, so that an interrupted training
    goes on with the same rows.

    Parameters
    ----------
    corpora : numpy.ndarray of int, shape (n_rows,)
        The corpus of each row.
    temperature : float
        As `epoch_sizes` takes it.
    seed : int
        Decides the order of rows.
    """

    def __init__(self, corpora: NDArray[np.int64], temperature: float, seed: int) -> None:
        self.seed = seed
        self.rows = [np.flatnonzero(corpora == one) for one in np.unique(corpora)]
        self.sizes = epoch_sizes(np.array([len(own) for own in self.rows]), temperature)

    def __call__(self, epoch: int) -> NDArray[np.int64]:
        """Give the rows of an epoch, in no order that means anything."""
        return np.concatenate([self._own(at, epoch) for at in range(len(self.rows))])

    def _own(self, corpus: int, epoch: int) -> NDArray[np.int64]:
        """Take the rows of a corpus whose turn it is, in an endless row of shufflings."""
        rows, size = self.rows[corpus], int(self.sizes[corpus])
        first, last = epoch * size, (epoch + 1) * size
        turns = range(first // len(rows), -(-last // len(rows)))
        shuffled = [
            np.random.default_rng((self.seed, corpus, turn)).permutation(rows) for turn in turns
        ]
        start = first - turns.start * len(rows)
        return np.concatenate(shuffled)[start : start + size]
