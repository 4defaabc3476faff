"""Near duplicates: records whose text is nearly that of another one, in a part or across parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stancelab.checks.examples import TextExample, text_examples

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stancelab.checks.records import Records
    from stancelab.checks.similar import NearPairs


@dataclass(frozen=True, slots=True)
class NearExample:
    """Two texts that are nearly the same, and their Jaccard similarity."""

    similarity: float
    one: TextExample
    other: TextExample


@dataclass(frozen=True, slots=True)
class Near:
    """What of one part nearly stands in another one, or in the same.

    Attributes
    ----------
    source, target : str
        The records counted are those of the target; the texts they resemble are in the source.
    of : int
        Records of the target.
    records, texts : int
        Those with a near copy in the source, across parts only those with no exact copy there,
        and their distinct texts.
    pairs : int
        Pairs of texts, one of the source and one of the target.
    ids : tuple of str
        The records counted.
    examples : tuple of NearExample
        The most similar pairs.
    """

    source: str
    target: str
    of: int
    records: int
    texts: int
    pairs: int
    ids: tuple[str, ...]
    examples: tuple[NearExample, ...]


def find_near(records: Records, pairs: NearPairs, examples: int = 5) -> list[Near]:
    """Say between which parts the pairs of near copies stand.

    Parameters
    ----------
    records : Records
        The records of a table.
    pairs : NearPairs
        Pairs of its texts.
    examples : int
        How many pairs to show of each.

    Returns
    -------
    list of Near
        One for each ordered pair of parts, and each part with itself, where there is any.
    """
    present = records.presence(records.text)
    numbers = range(len(records.parts))
    found = [
        _between(records, present, pairs, source, target, examples)
        for source in numbers
        for target in numbers
    ]
    return [one for one in found if one.records]


def _between(
    records: Records,
    present: NDArray[np.bool_],
    pairs: NearPairs,
    source: int,
    target: int,
    examples: int,
) -> Near:
    apart = present[:, target] if source == target else present[:, target] & ~present[:, source]
    forward = present[pairs.left, source] & apart[pairs.right]
    backward = present[pairs.right, source] & apart[pairs.left]
    texts = np.union1d(pairs.right[forward], pairs.left[backward])
    inside = np.flatnonzero(records.part == target)
    counted = inside[np.isin(records.text[inside], texts)]
    which = np.flatnonzero(forward | backward)
    return Near(
        records.parts[source],
        records.parts[target],
        len(inside),
        len(counted),
        len(texts),
        len(which),
        tuple(records.ids(counted)),
        tuple(_examples(records, pairs, which, {source, target}, examples)),
    )


def _examples(
    records: Records, pairs: NearPairs, which: NDArray[np.int64], parts: set[int], limit: int
) -> list[NearExample]:
    most = which[np.argsort(-pairs.similarity[which], kind="stable")][:limit]
    found = []
    for pair in most.tolist():
        texts = [int(pairs.left[pair]), int(pairs.right[pair])]
        one, other = text_examples(records, texts, parts)
        found.append(NearExample(round(float(pairs.similarity[pair]), 3), one, other))
    return found
