"""The word embeddings that a training uses: the rows of its own tokens, and no others.

A multilingual encoder has a quarter of a million rows, four fifths of its weights, of which a
corpus uses a few thousand. The others get no gradient, so leaving them out of the optimiser
changes nothing and saves the memory and the time of a pass over all of them at every step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from stancelab.features.actor_tokens import ActorTokenizer, Tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_LIKE = ("[", "]", ":")
"""Tokens whose vectors the markers of an actor and of a source begin with."""


@dataclass(frozen=True, slots=True, eq=False)
class UsedWords:
    """Which rows of an encoder's word embeddings are in use.

    Attributes
    ----------
    ids : numpy.ndarray of int, shape (n_used,)
        Token ids in ascending order.
    """

    ids: NDArray[np.int64]

    def renumber(self, tokens: Tokens) -> Tokens:
        """Give the same tokens by their row in the table of used words."""
        return tokens._replace(ids=self.rows_of(tokens.ids).tolist())

    def rows_of(self, ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
        """Find the rows of token ids, all of which must be in use."""
        return np.searchsorted(self.ids, ids).astype(np.int64)

    def take(self, words: torch.Tensor) -> torch.Tensor:
        """Take the used rows out of a whole table."""
        return words[torch.from_numpy(self.ids)].clone()


def with_markers(words: torch.Tensor, tokenizer: ActorTokenizer) -> torch.Tensor:
    """Give the whole table of word embeddings, the marker tokens included.

    A marker begins with the vector of a bracket or a colon, as marking by punctuation works well
    untrained (Zhou & Chen 2022, "An Improved Baseline for Sentence-level Relation Extraction").
    """
    backend = tokenizer.tokenizer
    missing = max(backend.get_vocab_size(with_added_tokens=True) - len(words), 0)
    table = torch.cat([words, words.new_zeros(missing, words.shape[1])])
    for marker, like in zip(tokenizer.marker_ids, _LIKE, strict=True):
        table[marker] = table[backend.encode(like, add_special_tokens=False).ids[-1]]
    return table
