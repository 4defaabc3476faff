"""Batches of a token budget: rows of like length together, in another order every epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from stancelab.features.actor_tokens import Tokens

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

_BLOCK_BATCHES = 8
"""Rows are shuffled among so many batches of like length: more mixes better and pads more."""

Choice = tuple[int, int]
"""A row, and which of its variants is shown."""


class TokenBudgetBatches:
    """Deals rows into batches that hold at most so many tokens, padding included.

    The number of batches is the same in every epoch; the order of batches, the rows that share
    one and the names that actors are asked by come from the seed and the epoch alone, so that an
    interrupted training goes on with the same batches.

    Parameters
    ----------
    lengths : numpy.ndarray of int, shape (n_rows,)
        Tokens of each row at most.
    renamed, swapped : sequence of int, length n_rows
        In how many ways each row can be shown under another name of its actor, and with the names
        of other actors; `Choice` counts them in this order, after the row as it is asked.
    budget : int
        Tokens of a batch; a longer row has a batch of its own.
    seed : int
        Decides all.
    other_names, other_actors : float
        How often a row is shown in each of these ways, where it can be.
    multiple : int
        The number of batches is a multiple of it (for several devices).
    rows_of : callable, optional
        Gives the rows of an epoch by its number; all rows once by default.
    epochs : int
        How many epochs there will be.
    """

    def __init__(
        self,
        lengths: NDArray[np.int64],
        renamed: Sequence[int],
        budget: int,
        seed: int,
        other_names: float = 0.0,
        swapped: Sequence[int] = (),
        other_actors: float = 0.0,
        multiple: int = 1,
        rows_of: Callable[[int], NDArray[np.int64]] | None = None,
        epochs: int = 1,
    ) -> None:
        self.lengths, self.budget, self.seed, self.epoch = lengths, budget, seed, 0
        self.renamed, self.other_names = np.asarray(renamed), other_names
        self.swapped = np.asarray(swapped) if swapped else np.zeros_like(self.renamed)
        self.other_actors = other_actors
        self.rows_of = rows_of or (lambda _: np.arange(len(lengths)))
        most = max(
            sum(n for _, n in self._blocks(epoch)) for epoch in range(epochs if rows_of else 1)
        )
        self.n_batches = -(-most // multiple) * multiple
        if len(self.rows_of(0)) < self.n_batches:
            raise ValueError(f"{len(lengths)} rows do not fill {self.n_batches} batches")

    def __len__(self) -> int:
        """Count the batches of an epoch."""
        return self.n_batches

    def set_epoch(self, epoch: int) -> None:
        """Say which epoch is next."""
        self.epoch = epoch

    def __iter__(self) -> Iterator[list[Choice]]:
        """Deal the rows of one epoch."""
        draw = np.random.default_rng((self.seed, self.epoch))
        batches: list[NDArray[np.int64]] = []
        for rows, n_batches in self._blocks(self.epoch):
            batches += np.array_split(draw.permutation(rows), n_batches)
        while len(batches) < self.n_batches:
            batches.sort(key=len)
            batches += np.array_split(batches.pop(), 2)
        for at in draw.permutation(len(batches)):
            yield self._choose(batches[at], draw)

    def _blocks(self, epoch: int) -> Iterator[tuple[NDArray[np.int64], int]]:
        rows = self.rows_of(epoch)
        for places, n_batches in _blocks(self.lengths[rows], self.budget):
            yield rows[places], n_batches

    def _choose(self, rows: NDArray[np.int64], draw: np.random.Generator) -> list[Choice]:
        found = np.zeros(len(rows), dtype=np.int64)
        ways = ((self.renamed[rows], self.other_names), (self.swapped[rows], self.other_actors))
        first = np.ones_like(found)
        for counts, share in ways:
            if share > 0:
                shown = (draw.random(len(rows)) < share) & (counts > 0)
                which = first + (draw.random(len(rows)) * counts).astype(int)
                found = np.where(shown, which, found)
            first = first + counts
        return list(zip(rows.tolist(), found.tolist(), strict=True))


def _blocks(lengths: NDArray[np.int64], budget: int) -> Iterator[tuple[NDArray[np.int64], int]]:
    """Cut the rows, sorted by length, into blocks of some batches; give the number of batches."""
    order = np.argsort(lengths, kind="stable")[::-1]
    start = 0
    while start < len(order):
        fits = max(1, budget // int(lengths[order[start]]))
        rows = order[start : start + fits * _BLOCK_BATCHES]
        yield rows, -(-len(rows) // fits)
        start += len(rows)


def by_length(lengths: NDArray[np.int64], budget: int) -> Iterator[NDArray[np.int64]]:
    """Deal rows into batches of like length for prediction."""
    for rows, n_batches in _blocks(lengths, budget):
        yield from np.array_split(rows, n_batches)


def pad(rows: Sequence[Tokens], pad_id: int) -> dict[str, torch.Tensor]:
    """Put tokens of several rows into tensors of shape (n_rows, longest).

    Returns
    -------
    dict
        ``ids``, ``attention`` (1 on tokens), ``types`` and ``actor`` (1 on the actor's tokens).
    """
    import torch

    longest = max(len(row.ids) for row in rows)
    shape = (len(rows), longest)
    made = {name: np.zeros(shape, dtype=np.int64) for name in ("types", "actor", "attention")}
    made["ids"] = np.full(shape, pad_id, dtype=np.int64)
    for at, row in enumerate(rows):
        size = len(row.ids)
        made["ids"][at, :size] = row.ids
        made["types"][at, :size] = row.types
        made["actor"][at, :size] = row.actor
        made["attention"][at, :size] = 1
    return {name: torch.from_numpy(array) for name, array in made.items()}
