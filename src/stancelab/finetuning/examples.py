"""Training rows as an encoder sees them, each under the names that its actor can be asked by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stancelab.features.actor_names import local_name
from stancelab.features.actor_tokens import ActorTokenizer, Query, Tokens, queries
from stancelab.schema import NO_SPAN

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What is learnt of rows.

    Attributes
    ----------
    labels : numpy.ndarray of int, shape (n_rows,)
        0, 1 or 2.
    own : numpy.ndarray of int, shape (n_rows,)
        Number of the corpus' own label, -1 where it is not learnt.
    corpora : numpy.ndarray of int, shape (n_rows,)
        Place of the corpus among those of the training, -1 where it is none of them.
    shares : numpy.ndarray, shape (n_rows, 3), optional
        Probabilities to learn in place of the labels.
    """

    labels: NDArray[np.int64]
    own: NDArray[np.int64]
    corpora: NDArray[np.int64]
    shares: NDArray[np.float64] | None = None

    def head(self, count: int) -> Answers:
        """Give the first ones."""
        shares = None if self.shares is None else self.shares[:count]
        return Answers(self.labels[:count], self.own[:count], self.corpora[:count], shares)


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Rows ready to be learnt from.

    Attributes
    ----------
    variants : sequence of sequence of Tokens
        For each row, how it can be shown: first as it is asked, then under other names of the
        actor, as if the text did not name it.
    answers : Answers
        What is learnt of them.
    """

    variants: Sequence[Sequence[Tokens]]
    answers: Answers

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.variants)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Give the most tokens that each row can have."""
        return np.array([max(len(one.ids) for one in row) for row in self.variants])

    def head(self, count: int) -> Examples:
        """Give the first rows."""
        return Examples(self.variants[:count], self.answers.head(count))

    def used(self) -> NDArray[np.int64]:
        """List the token ids that occur."""
        ids = [token for row in self.variants for one in row for token in one.ids]
        return np.unique(np.array(ids, dtype=np.int64))


def examples(
    table: pa.Table,
    answers: Answers,
    tokenizer: ActorTokenizer,
    *,
    other_names: bool,
) -> Examples:
    """Turn rows into examples.

    Parameters
    ----------
    table : pyarrow.Table
        A statement table.
    answers : Answers
        What is learnt of each row.
    tokenizer : ActorTokenizer
        Makes the tokens.
    other_names : bool
        Whether to show rows under other names of their actor too.
    """
    asked = queries(table)
    rows = [[one] for one in asked]
    if other_names:
        actors, languages = (table.column(c).to_pylist() for c in ("actor", "language"))
        known = zip(asked, actors, languages, strict=True)
        rows = [[one, *_renamed(one, actor, language)] for one, actor, language in known]
    made = iter(tokenizer.encode([one for row in rows for one in row]))
    return Examples([[next(made) for _ in row] for row in rows], answers)


def _renamed(asked: Query, actor: str, language: str) -> list[Query]:
    """Ask for the same actor by its canonical and its local name, and not by its mention."""
    if not asked.name:
        return []
    names = [actor, local_name(actor, language) or ""]
    return [
        Query(asked.text, name, NO_SPAN, NO_SPAN, asked.source)
        for name in dict.fromkeys(names)
        if name and (asked.named or name != asked.name)
    ]
