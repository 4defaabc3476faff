"""Texts as sets of character shingles, hashed all at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LENGTH = 5
"""Characters of a shingle: what Leskovec, Rajaraman & Ullman ("Mining of Massive Datasets", 3.2.2)
advise for short documents."""

_IDEOGRAPH = re.compile(
    "([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])"
)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 over the golden ratio (Knuth, TAOCP 3, 6.4)
_UPPER_HALF = np.uint64(32)


def shingles(text: str) -> NDArray[np.uint32]:
    """Give the hashes of a folded text's shingles, each once, in ascending order.

    Spaces count, also before and after the text, so that a short word by itself is a shingle. An
    ideograph says as much as a short word and gets the spaces of one: a shingle then holds two or
    three of them, and the same threshold means the same for Chinese as for English.

    Examples
    --------
    >>> len(shingles("rome met oslo")), len(shingles("a")), len(shingles("中国经济"))
    (11, 1, 5)
    """
    spaced = _IDEOGRAPH.sub(r" \1 ", text)
    padded = f" {' '.join(spaced.split())} ".ljust(LENGTH)
    codes = np.frombuffer(padded.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    windows = np.zeros(len(codes) - LENGTH + 1, dtype=np.uint64)
    for offset in range(LENGTH):
        windows = (windows ^ codes[offset : offset + len(windows)]) * _MULTIPLIER
    # The lower bits of a product depend on the lower bits alone, so that the upper half is kept.
    return np.unique((windows >> _UPPER_HALF).astype(np.uint32))


def jaccard(one: NDArray[np.uint32], others: Sequence[NDArray[np.uint32]]) -> NDArray[np.float64]:
    """Give the Jaccard similarity of a set to each of others: shared over all (Jaccard 1912).

    Parameters
    ----------
    one : numpy.ndarray
        A set that is not empty, ascending and without repeats.
    others : sequence of numpy.ndarray
        One set or more of the same kind.

    Examples
    --------
    >>> one, other = np.array([1, 2, 3], np.uint32), np.array([2, 3, 4], np.uint32)
    >>> jaccard(one, [other, one]).tolist()
    [0.5, 1.0]
    """
    sizes = np.array([len(other) for other in others], dtype=np.int64)
    values = np.concatenate(others)
    places = np.minimum(np.searchsorted(one, values), len(one) - 1)
    starts = np.cumsum(sizes) - sizes
    shared = np.add.reduceat(one[places] == values, starts, dtype=np.int64)
    similarity: NDArray[np.float64] = shared / (len(one) + sizes - shared)
    return similarity
