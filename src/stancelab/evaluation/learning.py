"""How a score grows with the training rows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LearningPoint:
    """One model trained on a part of the training documents, and tested as always.

    Attributes
    ----------
    model, train, test : str
        As in the leaderboard.
    share : float
        Of the training documents, above 0 and up to 1.
    rows : int
        Training rows, mean over seeds.
    macro_f1, low, high : float
        Mean over seeds, with the 95 % interval over documents.
    """

    model: str
    train: str
    test: str
    share: float
    rows: int
    macro_f1: float
    low: float
    high: float
