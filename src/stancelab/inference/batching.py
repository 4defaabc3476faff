"""Inputs of a network in batches of like length, made while earlier ones are computed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from queue import Queue
from threading import Thread
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BUDGET = 1024
"""Tokens of a batch, padding included; larger ones are no faster on a processor's caches."""

BLOCK = 256
"""Texts that are cut into tokens at once, while the block before is computed."""

_WAITING = 4
"""Batches that may wait for the network."""

Feed = Mapping[str, "NDArray[np.int64]"]
"""The arrays of a batch by the name of the network's input, each of shape (n_rows, longest)."""

_T = TypeVar("_T")


class Batch(NamedTuple):
    """Some inputs: their places among all, and the arrays."""

    places: NDArray[np.int64]
    feed: Feed


class Encoded(Protocol):
    """One input as numbers.

    Attributes
    ----------
    ids : sequence of int
        Token ids.
    """

    @property
    def ids(self) -> Sequence[int]:
        """Give the token ids."""


_Input = TypeVar("_Input", bound=Encoded)


def distinct(
    values: Sequence[_T], key: Callable[[_T], Hashable] | None = None
) -> tuple[list[_T], list[int]]:
    """List the values that differ, and the place of each value among them.

    Parameters
    ----------
    values : sequence
        Hashable where no key is given.
    key : callable, optional
        What values differ by; of those that do not, the first is listed.

    Examples
    --------
    >>> distinct(["a", "b", "a"])
    (['a', 'b'], [0, 1, 0])
    >>> distinct(["a", "B", "A"], str.lower)
    (['a', 'B'], [0, 1, 0])
    """
    known: dict[Any, int] = {}
    first: list[_T] = []
    places: list[int] = []
    for value in values:
        place = known.setdefault(key(value) if key else value, len(known))
        if place == len(first):
            first.append(value)
        places.append(place)
    return first, places


def batches(
    sizes: Sequence[int],
    encode: Callable[[Sequence[int]], Sequence[_Input]],
    pad: Callable[[Sequence[_Input]], Feed],
    budget: int = BUDGET,
) -> Iterator[Batch]:
    """Make the batches of many inputs, the longest first.

    Inputs are taken in blocks by their rough size, and within a block by their exact length, so
    that little is padding although no more than a block is cut into tokens before the first batch.

    Parameters
    ----------
    sizes : sequence of int
        The rough size of each input, such as its characters.
    encode : callable
        Gives the inputs at some places.
    pad : callable
        Puts inputs into arrays.
    budget : int
        Tokens of a batch, padding included; a longer input is a batch by itself.
    """
    order = np.argsort(-np.asarray(sizes, dtype=np.int64), kind="stable")
    for start in range(0, len(order), BLOCK):
        block = order[start : start + BLOCK]
        made = encode(block.tolist())
        lengths = np.array([len(one.ids) for one in made], dtype=np.int64)
        for part in _by_length(lengths, budget):
            yield Batch(block[part], pad([made[at] for at in part]))


def ahead(made: Iterator[Batch]) -> Iterator[Batch]:
    """Make batches in a thread of their own, a few ahead of whoever takes them.

    The first is begun at once: a tokenizer is then opened while the network is.
    """
    waiting: Queue[Batch | BaseException | None] = Queue(_WAITING)

    def make() -> None:
        try:
            for batch in made:
                waiting.put(batch)
        except BaseException as error:
            waiting.put(error)
        else:
            waiting.put(None)

    Thread(target=make, daemon=True).start()
    return _taken(waiting)


def _taken(waiting: Queue[Batch | BaseException | None]) -> Iterator[Batch]:
    while (batch := waiting.get()) is not None:
        if isinstance(batch, BaseException):
            raise batch
        yield batch


def _by_length(lengths: NDArray[np.int64], budget: int) -> Iterator[NDArray[np.int64]]:
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        fits = max(1, budget // max(int(lengths[order[start]]), 1))
        yield order[start : start + fits]
        start += fits
