"""Weighted word and character n-grams of a statement and of the window around its actor.

The same code cuts and weighs the n-grams in training and in an exported classifier, and needs
numpy and scipy only. A test holds it against scikit-learn's `TfidfVectorizer`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from stancelab.features.counting import count, known, learning
from stancelab.features.ngrams import TfidfSettings

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray


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
        counts = count(table, self.settings, list(map(known, self.vocabularies)))
        return self._weigh(counts)

    def _weigh(self, counts: Sequence[sparse.csr_matrix]) -> sparse.csr_matrix:
        """Weigh counted terms, whose numbers are those of the vocabularies."""
        ends = np.cumsum([0, *map(len, self.vocabularies)])
        parts = np.split(self.idf, ends[1:-1])
        blocks = [_weighted(each, idf) for each, idf in zip(counts, parts, strict=True)]
        return sparse.csr_matrix(sparse.hstack(blocks, format="csr"))

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
    seen = [learning() for _ in settings.blocks]
    counts = count(table, settings, [number for _, number in seen])
    vocabularies, idf, frequent = [], [], []
    for (terms, _), block in zip(seen, counts, strict=True):
        frequency = np.bincount(block.indices, minlength=len(terms))
        kept = frequency >= min_df
        vocabularies.append({t: at for at, t in enumerate(compress(terms, kept.tolist()))})
        idf.append(np.log((1 + len(table)) / (1 + frequency[kept])) + 1)
        frequent.append(block[:, kept])
    features = TfidfFeatures(settings, tuple(vocabularies), np.concatenate(idf))
    return features, features._weigh(frequent)


def _weighted(counts: sparse.csr_matrix, idf: NDArray[np.float64]) -> sparse.csr_matrix:
    """Weigh the terms of one block, and divide each row by its length."""
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    values = (1 + np.log(counts.data)) * idf[counts.indices]
    # Backwards: a product of sparse matrices lists the terms of a row from the last to the first.
    lengths = np.sqrt(np.bincount(row[::-1], values[::-1] ** 2, minlength=counts.shape[0]))
    parts = (values / lengths[row], counts.indices, counts.indptr)
    matrix = sparse.csr_matrix(parts, shape=(counts.shape[0], len(idf)))
    matrix.sort_indices()
    return matrix
