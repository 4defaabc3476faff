"""The errors that a model is surest of, and the words that led to them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    """A row that got the wrong label.

    Attributes
    ----------
    id : str
        The row's.
    text, actor, language : str
        What was asked.
    mention_start, mention_end : int
        Where the text names the actor; -1 where it does not.
    label, predicted : str
        The true label and the answer.
    confidence : float
        Probability of the answer.
    words : tuple of (str, float)
        The words that spoke most for the answer against the true label, the strongest first, with
        their weight; empty for a model that cannot tell.
    """

    id: str
    text: str
    actor: str
    language: str
    mention_start: int
    mention_end: int
    label: str
    predicted: str
    confidence: float
    words: tuple[tuple[str, float], ...]
