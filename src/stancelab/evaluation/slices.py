"""Where a model fails: its scores by language, actor, length and whatever else rows have."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SliceScore:
    """The scores of one model on the rows that have something in common.

    Attributes
    ----------
    dimension, value : str
        What they have in common, such as ``"language"`` and ``"uk"``.
    rows, documents : int
        How many (statement, actor) pairs there are on average over seeds, and in how many
        documents over all seeds.
    macro_f1, low, high : float
        Over the labels that the slice has, mean over seeds, with the 95 % interval over documents.
    accuracy : float
        Mean over seeds.
    is_small : bool
        Whether there are too few documents to conclude from.
    """

    dimension: str
    value: str
    rows: int
    documents: int
    macro_f1: float
    low: float
    high: float
    accuracy: float
    is_small: bool
