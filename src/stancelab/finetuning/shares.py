"""What other models answered to training rows, to be learnt in place of labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Probabilities to learn, which sum to 1 in each row.

    Attributes
    ----------
    stance : numpy.ndarray, shape (n_rows, 3)
        Of hostile, neutral and cooperative.
    own : mapping of str to numpy.ndarray, shape (n_rows_of_corpus, n_own_labels)
        By corpus: of its own labels, in the order of its head, for its rows in their order. The
        head of another corpus learns the labels themselves.
    """

    stance: NDArray[np.float64]
    own: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    def own_by_row(
        self, own_codes: NDArray[np.int64], corpora: NDArray[np.int64], order: Mapping[str, int]
    ) -> NDArray[np.float64] | None:
        """Give what the heads for own labels learn of each row; None where that is labels alone.

        Parameters
        ----------
        own_codes : numpy.ndarray of int, shape (n_rows,)
            Numbers of the own labels, -1 where there is none.
        corpora : numpy.ndarray of int, shape (n_rows,)
            The place of each row's corpus.
        order : mapping of str to int
            The places of the corpora.

        Returns
        -------
        numpy.ndarray, shape (n_rows, most_own_labels), or None
            Rows of a head that knows fewer labels end in zeros.

        Examples
        --------
        >>> shares = Shares(np.ones((3, 3)) / 3, {"x": np.array([[0.2, 0.8], [0.7, 0.3]])})
        >>> shares.own_by_row(np.array([1, 2, 0]), np.array([0, 1, 0]), {"x": 0, "y": 1}).tolist()
        [[0.2, 0.8, 0.0], [0.0, 0.0, 1.0], [0.7, 0.3, 0.0]]
        """
        if not self.own:
            return None
        widths = [shares.shape[1] for shares in self.own.values()]
        found = np.zeros((len(own_codes), max(own_codes.max(initial=-1) + 1, *widths)))
        labelled = np.flatnonzero(own_codes >= 0)
        found[labelled, own_codes[labelled]] = 1.0
        for name, shares in self.own.items():
            rows = np.flatnonzero(corpora == order[name])
            found[rows] = 0.0
            found[rows, : shares.shape[1]] = shares
        return found
