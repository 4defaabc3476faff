"""How a score grows with the training rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from stancelab.evaluation.boards import leaderboard
from stancelab.evaluation.report import CellScore, Row, Scoring


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


def learning_points(cells: Sequence[CellScore], scoring: Scoring) -> list[LearningPoint]:
    """Score the models that were trained on several shares of the documents.

    All shares are tested on the same rows, so their intervals are over the same resamples as
    those of the leaderboard.

    Parameters
    ----------
    cells : sequence of CellScore
        The finished cells of an experiment, those on all documents among them.
    scoring : Scoring
        What the plan says of them.

    Returns
    -------
    list of LearningPoint
        By model, what it was trained and tested on, and share; none for models that were trained
        on all documents alone.
    """
    drawn = {(cell.setting, cell.model) for cell in cells if cell.share < 1}
    curves = [cell for cell in cells if (cell.setting, cell.model) in drawn]
    points = [
        _point(row, share, [cell for cell in curves if cell.share == share], scoring)
        for share in sorted({cell.share for cell in curves})
        for row in _rows(curves, share, scoring)
    ]
    models = list(dict.fromkeys(cell.model for cell in curves))
    return sorted(points, key=lambda one: (models.index(one.model), one.train, one.test, one.share))


def _rows(cells: Sequence[CellScore], share: float, scoring: Scoring) -> list[Row]:
    """Make the leaderboard that there would be, were the share all there is."""
    return leaderboard([replace(cell, share=1.0) for cell in cells if cell.share == share], scoring)


def _point(row: Row, share: float, cells: Sequence[CellScore], scoring: Scoring) -> LearningPoint:
    counts = [
        cell.train_rows
        for cell in cells
        if cell.model == row.model and (cell.setting or scoring.title) == row.train
    ]
    return LearningPoint(
        row.model,
        row.train,
        row.test,
        share,
        round(float(np.mean(counts))),
        row.macro_f1,
        row.macro_f1_low,
        row.macro_f1_high,
    )
