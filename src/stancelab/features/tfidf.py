"""Weighted word and character n-grams of a statement and of the window around its actor.

The same code cuts and weighs the n-grams in training and in an exported classifier, and needs
numpy and scipy only. A test holds it against scikit-learn's `TfidfVectorizer`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import compress, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

ACTOR_MARK = "§"
"""Stands in the place of the actor's mention, so that names carry no label there."""

TOKEN = re.compile(r"\w+|[^\w\s]")
"""A word, or a sign that stands for itself."""
_NEAR = 3
"""Words up to this distance from the mention are told apart from those farther off."""


class Row(NamedTuple):
    """What the analysers see of one (statement, actor) pair."""

    text: str
    actor: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TfidfSettings:
    """Which n-grams are features.

    Parameters
    ----------
    characters : bool
        Character n-grams beside the words.
    char_min, char_max : int
        Shortest and longest character n-gram, within a word and its two bounding spaces.
    window : int
        Words on each side of the mention that count as the actor's window.
    """

    characters: bool = True
    char_min: int = 2
    char_max: int = 5
    window: int = 8

    @property
    def blocks(self) -> tuple[str, ...]:
        """Name the groups of features, each normalised to length one by itself."""
        words = ("text_words", "window_words", "mention")
        return (*words, "text_chars", "window_chars") if self.characters else words


def rows(table: pa.Table) -> Iterator[Row]:
    """Give the rows of a statement table as the analysers take them."""
    columns = ("text", "actor", "mention_start", "mention_end")
    return map(Row, *(table.column(name).to_pylist() for name in columns))


def analyse(row: Row, settings: TfidfSettings) -> list[list[str]]:
    """Cut one pair into the n-grams of each block, in the order of `TfidfSettings.blocks`.

    Examples
    --------
    >>> words = TfidfSettings(characters=False, window=1)
    >>> text, window, mention = analyse(Row("Kyiv thanked Warsaw", "Poland", 13, 19), words)
    >>> text
    ['kyiv', 'thanked', '§', 'kyiv thanked', 'thanked §']
    >>> window
    ['<thanked', '<near thanked', '<§ thanked']
    """
    named = row.start >= 0
    left = TOKEN.findall(row.text[: row.start].lower()) if named else []
    right = TOKEN.findall((row.text[row.end :] if named else row.text).lower())
    words = [*left, ACTOR_MARK, *right] if named else right
    before, after = left[-settings.window :], right[: settings.window] if named else []
    result = [
        words + [f"{a} {b}" for a, b in pairwise(words)],
        [*_side("<", before[::-1]), *_side(">", after)],
        _mention(row, left, right if named else []),
    ]
    if settings.characters:
        low, high = settings.char_min, settings.char_max
        result.append(_char_ngrams(words, low, high, ""))
        sides = (_char_ngrams(before, low, high, "<"), _char_ngrams(after, low, high, ">"))
        result.append([*sides[0], *sides[1]])
    return result


def _side(side: str, words: list[str]) -> list[str]:
    """Give the words of one side, nearest first: each alone, with its distance, and in pairs."""
    distances = [
        f"{side}{'near' if place < _NEAR else 'far'} {word}" for place, word in enumerate(words)
    ]
    pairs = [f"{side}{a} {b}" for a, b in pairwise([ACTOR_MARK, *words])] if words else []
    return [side + word for word in words] + distances + pairs


def _mention(row: Row, left: list[str], right: list[str]) -> list[str]:
    """Describe who is asked about and how it is named: form, case endings, place, neighbours."""
    if not row.actor:
        return []
    found = ["actor=" + row.actor]
    if row.start < 0:
        return [*found, "absent"]
    name = row.text[row.start : row.end].lower()
    found += ["name=" + name, f"place={min(len(left) // 3, 8)}", f"first={not left}"]
    for word in name.split():
        found += [f"ending={word[-length:]}" for length in (1, 2, 3)]
    if left:
        found += [f"left={left[-1]}", f"left={left[-1]} ending={name[-2:]}"]
    return [*found, f"right={right[0]}"] if right else found


def _char_ngrams(words: Iterable[str], low: int, high: int, prefix: str) -> list[str]:
    """Cut words, padded with a space on each side, into n-grams; a short word stays whole."""
    found: list[str] = []
    for word in words:
        padded = f" {word} "
        length = len(padded)
        for size in range(low, min(high, length) + 1):
            found += [prefix + padded[at : at + size] for at in range(length - size + 1)]
    return found


@dataclass(frozen=True, slots=True, eq=False)
class TfidfFeatures:
    """Fitted features: a vocabulary and the inverse document frequencies of each block.

    The weight of a term is ``(1 + ln count) * idf``, and each block of a row has length one
    (Salton & Buckley 1988, "Term-weighting approaches in automatic text retrieval").
    """

    settings: TfidfSettings
    vocabularies: tuple[Mapping[str, int], ...]
    idf: NDArray[np.float64]

    def transform(self, table: pa.Table) -> sparse.csr_matrix:
        """Weigh the n-grams of each row.

        Returns
        -------
        scipy.sparse.csr_matrix, shape (n_rows, n_features)
            The blocks side by side.
        """
        return self._weigh(_count(table, self.settings, [v.get for v in self.vocabularies]))

    def _weigh(self, counts: _Counts) -> sparse.csr_matrix:
        """Weigh counted terms whose numbers are those of the vocabularies."""
        offsets = np.cumsum([0, *map(len, self.vocabularies)])[:-1]
        n_blocks = len(self.vocabularies)
        group = np.repeat(np.arange(len(counts.sizes)), counts.sizes)
        index = counts.terms + offsets[group % n_blocks]
        values = (1 + np.log(counts.values)) * self.idf[index]
        lengths = np.sqrt(np.bincount(group, values**2, minlength=len(counts.sizes)))
        row_ends = np.cumsum(counts.sizes.reshape(-1, n_blocks).sum(axis=1))
        matrix = sparse.csr_matrix(
            (values / lengths[group], index, np.concatenate([[0], row_ends])),
            shape=(len(row_ends), len(self.idf)),
        )
        matrix.sort_indices()
        return matrix

    def to_dict(self) -> dict[str, Any]:
        """Give the settings and vocabularies as JSON values; the idf is an array apart."""
        return {
            "settings": asdict(self.settings),
            "vocabularies": [sorted(v, key=v.__getitem__) for v in self.vocabularies],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], idf: NDArray[np.float64]) -> TfidfFeatures:
        """Make the features again from what `to_dict` gave."""
        vocabularies = tuple(
            {term: index for index, term in enumerate(terms)} for terms in data["vocabularies"]
        )
        return cls(TfidfSettings(**data["settings"]), vocabularies, idf)


def fit_tfidf(
    table: pa.Table, settings: TfidfSettings, min_df: int
) -> tuple[TfidfFeatures, sparse.csr_matrix]:
    """Learn vocabularies and document frequencies, and weigh the training rows.

    The inverse document frequency of a term is ``ln((1 + n) / (1 + df)) + 1``, smoothed as
    scikit-learn does it; rows are the documents.

    Parameters
    ----------
    table : pyarrow.Table
        The training rows.
    settings : TfidfSettings
        Which n-grams are features.
    min_df : int
        A term that occurs in fewer rows is left out.
    """
    seen: list[defaultdict[str, int]] = [defaultdict() for _ in settings.blocks]
    for terms in seen:
        terms.default_factory = terms.__len__  # a new term gets the next number
    counts = _count(table, settings, [terms.__getitem__ for terms in seen])
    group = np.repeat(np.arange(len(counts.sizes)), counts.sizes)
    vocabularies, idf = [], []
    renumbered = np.full(len(counts.terms), -1)
    for number, terms in enumerate(seen):
        own = group % len(seen) == number
        frequency = np.bincount(counts.terms[own], minlength=len(terms))
        kept = frequency >= min_df
        vocabularies.append({t: at for at, t in enumerate(compress(terms, kept.tolist()))})
        idf.append(np.log((1 + len(table)) / (1 + frequency[kept])) + 1)
        new = np.where(kept, np.cumsum(kept) - 1, -1)
        renumbered[own] = new[counts.terms[own]]
    features = TfidfFeatures(settings, tuple(vocabularies), np.concatenate(idf))
    frequent = renumbered >= 0
    sizes = np.bincount(group[frequent], minlength=len(counts.sizes))
    return features, features._weigh(_Counts(renumbered[frequent], counts.values[frequent], sizes))


class _Counts(NamedTuple):
    """How often each term of a vocabulary occurs, for each row and block in turn.

    `sizes` says how many of the terms belong to each (row, block).
    """

    terms: NDArray[np.int64]
    values: NDArray[np.float64]
    sizes: NDArray[np.int64]


def _count(
    table: pa.Table, settings: TfidfSettings, lookups: Sequence[Callable[[str], int | None]]
) -> _Counts:
    """Count the terms that a lookup of each block gives a number to."""
    terms: list[int] = []
    values: list[int] = []
    sizes: list[int] = []
    for row in rows(table):
        for lookup, found in zip(lookups, analyse(row, settings), strict=True):
            counts = Counter(map(lookup, found))
            counts.pop(None, None)
            terms += cast(Iterable[int], counts)
            values += counts.values()
            sizes.append(len(counts))
    return _Counts(
        np.asarray(terms, dtype=np.int64),
        np.asarray(values, dtype=np.float64),
        np.asarray(sizes, dtype=np.int64),
    )
