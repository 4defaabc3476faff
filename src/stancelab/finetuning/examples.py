"""Training rows as an encoder sees them, each under the names that its actor can be asked by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stancelab.actors.catalogue import read_catalogue
from stancelab.bias.swapping import MISSING_EXTRA, Swapper, rows_of
from stancelab.errors import MissingExtraError
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
    own_shares : numpy.ndarray, shape (n_rows, most_own_labels), optional
        Probabilities to learn in place of the corpora's own labels.
    """

    labels: NDArray[np.int64]
    own: NDArray[np.int64]
    corpora: NDArray[np.int64]
    shares: NDArray[np.float64] | None = None
    own_shares: NDArray[np.float64] | None = None

    def head(self, count: int) -> Answers:
        """Give the first ones."""
        parts = (self.shares, self.own_shares)
        shares = [None if one is None else one[:count] for one in parts]
        return Answers(self.labels[:count], self.own[:count], self.corpora[:count], *shares)


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Rows ready to be learnt from.

    Attributes
    ----------
    variants : sequence of sequence of Tokens
        For each row, how it can be shown: first as it is asked, then under other names of the
        actor, as if the text did not name it, then with other actors in its place.
    swapped : sequence of int
        How many of them are of the last kind.
    answers : Answers
        What is learnt of them.
    """

    variants: Sequence[Sequence[Tokens]]
    swapped: Sequence[int]
    answers: Answers

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.variants)

    @property
    def renamed(self) -> list[int]:
        """Give how many variants of each row have another name of the actor."""
        pairs = zip(self.variants, self.swapped, strict=True)
        return [len(row) - 1 - swapped for row, swapped in pairs]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Give the most tokens that each row can have."""
        return np.array([max(len(one.ids) for one in row) for row in self.variants])

    def head(self, count: int) -> Examples:
        """Give the first rows."""
        return Examples(self.variants[:count], self.swapped[:count], self.answers.head(count))

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
    other_actors: bool = False,
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
    other_actors : bool
        Whether to show them with other actors of the same kind in the place of theirs too.

    Raises
    ------
    MissingExtraError
        The names of other actors cannot be put into Ukrainian and Russian.
    """
    asked = queries(table)
    rows = [[one] for one in asked]
    if other_names:
        actors, languages = (table.column(c).to_pylist() for c in ("actor", "language"))
        known = zip(asked, actors, languages, strict=True)
        rows = [[one, *_renamed(one, actor, language)] for one, actor, language in known]
    swapped = _swapped(table, asked) if other_actors else [[] for _ in rows]
    rows = [[*row, *more] for row, more in zip(rows, swapped, strict=True)]
    made = iter(tokenizer.encode([one for row in rows for one in row]))
    variants = [[next(made) for _ in row] for row in rows]
    return Examples(variants, [len(more) for more in swapped], answers)


def _swapped(table: pa.Table, asked: Sequence[Query]) -> list[list[Query]]:
    """Put other actors into the rows that name theirs with one word."""
    found = Swapper(read_catalogue()).swaps(rows_of(table))
    if found.not_tested.get(MISSING_EXTRA):
        raise MissingExtraError("pymorphy3", "articles")
    made: list[list[Query]] = [[] for _ in asked]
    for one in found.swaps:
        made[one.row].append(Query(one.text, one.name, one.start, one.end, asked[one.row].source))
    return made


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
