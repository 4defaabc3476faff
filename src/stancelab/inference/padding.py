"""Token ids of inputs that are not equally long, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def pad_tokens(ids: Sequence[Sequence[int]], pad: int) -> dict[str, NDArray[np.int64]]:
    """Put token ids of several inputs into an array, and say which are no padding.

    Examples
    --------
    >>> made = pad_tokens([[5, 6], [7]], pad=1)
    >>> made["ids"].tolist(), made["attention"].tolist()
    ([[5, 6], [7, 1]], [[1, 1], [1, 0]])
    """
    return {"ids": padded(ids, pad), "attention": padded([[1] * len(row) for row in ids], 0)}


def padded(rows: Sequence[Sequence[int]], value: int) -> NDArray[np.int64]:
    """Put rows of numbers into an array of shape (n_rows, longest)."""
    longest = max(map(len, rows))
    return np.array([[*row, *[value] * (longest - len(row))] for row in rows], dtype=np.int64)
