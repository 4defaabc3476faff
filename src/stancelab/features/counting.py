"""How often each n-gram occurs in each row: a sparse matrix for each block of n-grams.

A word occurs again and again, so its characters are cut once: how often an n-gram occurs in a row
is how often each of its words does, times how often the word has the n-gram.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from stancelab.features.ngrams import TfidfSettings, cut, rows, signed_words, spell, word_terms

if TYPE_CHECKING:
    import pyarrow as pa

Number = Callable[[Iterable[str]], Iterable[int]]
"""Gives each term its number, and `_UNKNOWN` to one that is no feature."""

_UNKNOWN = -1


def known(vocabulary: Mapping[str, int]) -> Number:
    """Give what numbers the terms of a vocabulary, and no others."""
    return lambda terms: map(vocabulary.get, terms, repeat(_UNKNOWN))


def learning() -> tuple[Mapping[str, int], Number]:
    """Give an empty vocabulary, and what numbers terms and puts new ones into it."""
    terms: defaultdict[str, int] = defaultdict()
    terms.default_factory = terms.__len__
    return terms, lambda found: map(terms.__getitem__, found)


def count(
    table: pa.Table, settings: TfidfSettings, numbers: Sequence[Number]
) -> list[sparse.csr_matrix]:
    """Count the terms of each block.

    Parameters
    ----------
    table : pyarrow.Table
        The rows.
    settings : TfidfSettings
        Which n-grams are features.
    numbers : sequence of callable
        What numbers the terms of each block.

    Returns
    -------
    list of scipy.sparse.csr_matrix
        One for each block; the terms of a row are in no order, and the last column is that of the
        last term that occurs.
    """
    n_words = len(settings.word_blocks)
    spelled = [learning() for _ in numbers[n_words:]]
    found = [_Numbers(each) for each in (*numbers[:n_words], *(each for _, each in spelled))]
    for row in rows(table):
        words = cut(row, settings.window)
        blocks = (*word_terms(row, words), *(signed_words(words) if spelled else ()))
        for block, terms in zip(found, blocks, strict=True):
            block.add(terms)
    occurring = [each.matrix() for each in found]
    terms_of = [sparse.eye_array(each.shape[1], format="csr") for each in occurring[:n_words]]
    for (words_of, _), number in zip(spelled, numbers[n_words:], strict=True):
        terms_of.append(_spelled(words_of, settings, number))
    return [sparse.csr_matrix(a @ b) for a, b in zip(occurring, terms_of, strict=True)]


def _spelled(words: Iterable[str], settings: TfidfSettings, number: Number) -> sparse.csr_array:
    """Count the characters' n-grams of each word."""
    found = _Numbers(number)
    for word in words:
        found.add(spell(word, settings))
    return found.matrix()


class _Numbers:
    """The numbers of the terms of each row, in the order in which the row has them."""

    def __init__(self, number: Number) -> None:
        self._number = number
        self._terms = array("i")
        self._ends = array("i", [0])

    def add(self, terms: Iterable[str]) -> None:
        """Take in the terms of the next row."""
        self._terms.extend(self._number(terms))
        self._ends.append(len(self._terms))

    def matrix(self) -> sparse.csr_array:
        """Give a one for each time that a row has a term."""
        terms, ends = np.asarray(self._terms), np.asarray(self._ends)
        is_known = terms != _UNKNOWN
        ends = np.concatenate([[0], np.cumsum(is_known, dtype=ends.dtype)])[ends]
        terms = terms[is_known]
        shape = (len(ends) - 1, int(terms.max(initial=_UNKNOWN)) + 1)
        return sparse.csr_array((np.ones(len(terms)), terms, ends), shape=shape)
