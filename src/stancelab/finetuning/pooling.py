"""Names that settings and the network share, importable without torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

Pooling = Literal["mean", "span", "mean_span", "cls"]
"""Mean of all tokens, mean of the actor's, both side by side, or the first token."""

STANCE = "stance"
"""The head that all corpora share: the three labels."""

OwnLabels = Mapping[str, Mapping[str, int]]
"""By corpus, in order: its own labels, and the code that each has among ours."""


def own_head(at: int) -> str:
    """Name the head for the own labels of one corpus, which stands at this place among them.

    A number, because the name of a corpus may hold what the name of a module may not.
    """
    return f"own_{at}"


def place_of(head: str) -> int:
    """Give the place that `own_head` named.

    Examples
    --------
    >>> place_of(own_head(2))
    2
    """
    return int(head.rpartition("_")[2])


def head_sizes(own: Sequence[int], n_answers: int) -> dict[str, int]:
    """Name the heads and count their classes; a corpus without own labels has none.

    Examples
    --------
    >>> head_sizes([0, 4], 3)
    {'stance': 3, 'own_1': 4}
    """
    sizes = {own_head(at): size for at, size in enumerate(own) if size}
    return {STANCE: n_answers, **sizes}
