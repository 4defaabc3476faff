"""From which words of a text the n-grams of `features.ngrams` come: for the few rows to explain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from stancelab.features.ngrams import TOKEN, Row, TfidfSettings, analyse, rows
from stancelab.features.tfidf import TfidfFeatures
from stancelab.features.words import NO_WORD, Span, WordWeights, WrittenWords

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

Pair = tuple[int, int]
"""The two tokens that an n-gram comes from; twice the same where it comes from one."""

_NONE = (NO_WORD, NO_WORD)
_UNKNOWN = -(2**40)
"""The number of an n-gram that is no feature: below 0 whatever is added."""


class Trace(NamedTuple):
    """Where the n-grams of one row come from.

    Attributes
    ----------
    spans : list of (int, int)
        Where the tokens stand in the text; one of them is the mention, if the text has it.
    origins : list of list of (int, int)
        For each n-gram of each block, as `analyse` gives them, the numbers of its tokens; -1 for
        what tells only where the mention is, or whom the question is about.
    """

    spans: list[Span]
    origins: list[list[Pair]]


def trace(row: Row, settings: TfidfSettings) -> Trace:
    """Find the tokens that each n-gram of `analyse` comes from.

    The mark in the place of the mention is no token: it carries no name, so that a pair with it
    comes from the other word alone.

    Examples
    --------
    >>> words = TfidfSettings(characters=False, window=1)
    >>> spans, (text, window, mention) = trace(Row("Kyiv thanked Warsaw", "", 13, 19), words)
    >>> spans
    [(0, 4), (5, 12), (13, 19)]
    >>> text  # kyiv, thanked, §, kyiv thanked, thanked §
    [(0, 0), (1, 1), (-1, -1), (0, 1), (1, 1)]
    """
    named = row.start >= 0
    left = list(_tokens(row.text[: row.start], 0)) if named else []
    right = list(_tokens(row.text[row.end :], row.end) if named else _tokens(row.text, 0))
    tokens = [*left, ((row.start, row.end), 1), *right] if named else right
    numbers = [NO_WORD if named and at == len(left) else at for at in range(len(tokens))]
    before = numbers[: len(left)][-settings.window :]
    after = numbers[len(left) + 1 :][: settings.window] if named else []
    origins = [
        [*_singles(numbers), *_pairs(numbers)],
        [*_side(before[::-1]), *_side(after)],
        list(_mention(row, len(left), len(right))),
    ]
    if settings.characters:
        lengths = [length for _, length in tokens]
        origins += [_characters(part, lengths, settings) for part in (numbers, before + after)]
    return Trace([span for span, _ in tokens], origins)


def _tokens(text: str, offset: int) -> Iterator[tuple[Span, int]]:
    """Find the tokens of a text, and how long each is in the lower case that `analyse` sees."""
    lower = text.lower()
    places: Sequence[int] = range(len(text))
    if len(lower) != len(text):  # "İ" has two lower characters
        places = [at for at, letter in enumerate(text) for _ in letter.lower()]
    for found in TOKEN.finditer(lower):
        span = places[found.start()] + offset, places[found.end() - 1] + 1 + offset
        yield span, found.end() - found.start()


def _singles(numbers: Sequence[int]) -> Iterator[Pair]:
    return ((at, at) for at in numbers)


def _pairs(numbers: Sequence[int]) -> Iterator[Pair]:
    for a, b in pairwise(numbers):
        yield (b if a == NO_WORD else a), (a if b == NO_WORD else b)


def _side(numbers: Sequence[int]) -> list[Pair]:
    """Give the origins of one side's words: each alone, with its distance, and in pairs."""
    pairs = _pairs([NO_WORD, *numbers]) if numbers else ()
    return [*_singles(numbers), *_singles(numbers), *pairs]


def _mention(row: Row, left: int, right: int) -> Iterator[Pair]:
    """Give the origins of what describes the mention; where it stands comes from no word."""
    if not row.actor:
        return
    if row.start < 0:
        yield from (_NONE, _NONE)  # who is asked about, and that the text does not name it
        return
    own = (left, left)
    yield from (own, own, _NONE, _NONE)  # who it is, the name, its place, whether it is the first
    yield from [own] * 3 * len(row.text[row.start : row.end].split())
    if left:
        yield from ((left - 1, left - 1), (left - 1, left))
    if right:
        yield left + 1, left + 1


def _characters(
    numbers: Sequence[int], lengths: Sequence[int], settings: TfidfSettings
) -> list[Pair]:
    """Give the origins of the character n-grams of tokens, the mark among them."""
    found: list[Pair] = []
    for number in numbers:
        padded = (1 if number == NO_WORD else lengths[number]) + 2
        sizes = range(settings.char_min, min(settings.char_max, padded) + 1)
        found += [(number, number)] * sum(padded - size + 1 for size in sizes)
    return found


def word_weights(
    table: pa.Table,
    features: TfidfFeatures,
    weights: NDArray[np.float32],
    contrasts: NDArray[np.float64],
) -> list[WordWeights]:
    """Spread what the features of each row add to a difference of scores over its words.

    A feature adds its value times its weight; it is spread evenly over the places where the
    n-gram occurs, and there over the words that it comes from. Nothing is lost: a row's words and
    its rest add up to the difference, biases aside.

    Parameters
    ----------
    table : pyarrow.Table
        The rows.
    features : TfidfFeatures
        What a score is made of.
    weights : numpy.ndarray, shape (n_features, n_scores)
        What each feature adds to each score.
    contrasts : numpy.ndarray, shape (n_rows, n_scores)
        For each row, how often each score counts in the difference.
    """
    matrix = features.transform(table)
    found = []
    for number, row in enumerate(rows(table)):
        own = slice(*matrix.indptr[number : number + 2])
        index = matrix.indices[own]
        added = matrix.data[own] * (weights[index] @ contrasts[number])
        found.append(_spread(row, features, index, added))
    return found


def _spread(
    row: Row, features: TfidfFeatures, index: NDArray[np.int32], added: NDArray[np.float64]
) -> WordWeights:
    """Spread what each feature of a row adds over the row's words."""
    spans, origins = trace(row, features.settings)
    words = WrittenWords(row.text, row.start, row.end)
    owners = np.array([*(words.number(*span) for span in spans), NO_WORD])
    numbers: list[int] = []
    offset = 0
    for vocabulary, terms in zip(
        features.vocabularies, analyse(row, features.settings), strict=True
    ):
        numbers += [vocabulary.get(term, _UNKNOWN) + offset for term in terms]
        offset += len(vocabulary)
    occurring = np.array(numbers, dtype=np.int64)
    known = occurring >= 0
    places = np.searchsorted(index, occurring[known])
    each = added / np.bincount(places, minlength=len(added))
    pairs = np.array([pair for own in origins for pair in own], dtype=np.int64).reshape(-1, 2)
    return words.weigh(owners[pairs[known]].ravel(), np.repeat(each[places] / 2, 2))
