"""Pairs of texts that share most of their shingles, found by MinHash and LSH."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stancelab.checks.shingles import jaccard, shingles
from stancelab.errors import MissingExtraError

if TYPE_CHECKING:
    from datasketch import MinHash
    from numpy.typing import NDArray

Progress = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and how much there is."""

PERMUTATIONS = 128
LOWEST, HIGHEST = 0.5, 1.0
"""Thresholds that make sense: below, texts that merely share phrases are candidates."""

_MISSED = 0.01
"""How likely a pair whose similarity is just the threshold may be missed."""

_SEED = 0
_EVERY = 1000


@dataclass(frozen=True, slots=True, eq=False)
class NearPairs:
    """Pairs of texts at least as similar as the threshold, ordered by their numbers.

    Attributes
    ----------
    left, right : numpy.ndarray of int, shape (n_pairs,)
        The texts; left is the smaller number.
    similarity : numpy.ndarray of float, shape (n_pairs,)
        Exact Jaccard similarity of their shingles.
    """

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    similarity: NDArray[np.float64]


def near_pairs(
    texts: Sequence[str],
    threshold: float = 0.8,
    random_state: int = _SEED,
    progress: Progress | None = None,
) -> NearPairs:
    """Find the pairs of different texts that are nearly the same.

    Candidates come from MinHash (Broder 1997) in a locality-sensitive index (Leskovec, Rajaraman
    & Ullman, "Mining of Massive Datasets", 3.4), whose bands are chosen so that a pair just at
    the threshold is missed in fewer than 1 of 100 cases. Each is then compared exactly.

    Parameters
    ----------
    texts : sequence of str
        Distinct folded texts.
    threshold : float
        Jaccard similarity from which a pair counts, 0.5 to 1.
    random_state : int
        Seed of the permutations.
    progress : callable, optional
        Is told how many texts are done.

    Raises
    ------
    MissingExtraError
        `datasketch` is not installed.

    Examples
    --------
    >>> found = near_pairs(["the minister met the president of oslo on monday evening",
    ...                     "the minister met the president of oslo on monday evenings",
    ...                     "nobody met anybody"])
    >>> found.left.tolist(), found.right.tolist(), found.similarity.round(2).tolist()
    ([0], [1], [0.95])
    """
    if not LOWEST <= threshold <= HIGHEST:
        raise ValueError(f"threshold is {threshold}; expected {LOWEST} to {HIGHEST}")
    sets = [shingles(text) for text in texts]
    left, right = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
    similar = [np.empty(0)]
    for text, others in _candidates(sets, threshold, random_state, progress):
        similarity = jaccard(sets[text], [sets[other] for other in others])
        near = np.flatnonzero(similarity >= threshold)
        left.append(np.array(others, dtype=np.int64)[near])
        right.append(np.full(len(near), text, dtype=np.int64))
        similar.append(similarity[near])
    pairs = np.concatenate(left), np.concatenate(right)
    order = np.lexsort(pairs[::-1])
    return NearPairs(pairs[0][order], pairs[1][order], np.concatenate(similar)[order])


def _candidates(
    sets: Sequence[NDArray[np.uint32]],
    threshold: float,
    random_state: int,
    progress: Progress | None,
) -> Iterator[tuple[int, list[int]]]:
    """Give each text with those before it that it may resemble, if any."""
    try:
        from datasketch import MinHashLSH
    except ImportError:
        raise MissingExtraError("datasketch", "check") from None
    index = MinHashLSH(num_perm=PERMUTATIONS, params=bands(threshold))
    for text, sketch in enumerate(_sketches(sets, random_state)):
        if others := index.query(sketch):
            yield text, others
        index.insert(text, sketch, check_duplication=False)
        if progress and ((text + 1) % _EVERY == 0 or text + 1 == len(sets)):
            progress("near duplicates", text + 1, len(sets))


def _sketches(sets: Sequence[NDArray[np.uint32]], random_state: int) -> Iterator[MinHash]:
    from datasketch import MinHash

    # The shingles are hashed already, and lists of int are quicker to go through than arrays.
    hashes = (one.tolist() for one in sets)
    yield from MinHash.generator(
        hashes, num_perm=PERMUTATIONS, seed=random_state, hashfunc=_itself, scheme="affine32"
    )


def _itself(value: int) -> int:
    return value


def bands(threshold: float) -> tuple[int, int]:
    """Choose how many bands of how many hash values the index has.

    A pair of similarity s meets in one of b bands of r values with probability 1 - (1 - s^r)^b;
    the longest bands that keep it above 0.99 at the threshold give the fewest false candidates.

    Examples
    --------
    >>> bands(0.8)
    (21, 6)
    """
    for length in range(PERMUTATIONS // 2, 1, -1):
        count = PERMUTATIONS // length
        if (1 - threshold**length) ** count <= _MISSED:
            return count, length
    return PERMUTATIONS, 1
