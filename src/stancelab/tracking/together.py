"""One experiment run by several processes, as `accelerate launch` starts them for several devices.

Every process trains every cell, each on its share of every batch; the first alone keeps what is
found, and tells the others what was finished before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from stancelab.cells import Cell
from stancelab.evaluation.report import CellScore
from stancelab.experiment import Failure, Measure, Recorder, Report
from stancelab.parallel import told
from stancelab.plan import Plan

if TYPE_CHECKING:
    from stancelab.predictors.base import Predictor


class TogetherRecorder:
    """Keeps an experiment once, however many processes run it.

    Parameters
    ----------
    recorder : Recorder or None
        Where the first process keeps it; None in the others.
    """

    def __init__(self, recorder: Recorder | None) -> None:
        self.recorder = recorder

    def start(self, plan: Plan) -> None:
        """Begin or continue the experiment."""
        if self.recorder:
            self.recorder.start(plan)

    def finished(self, cell: Cell) -> CellScore | None:
        """Give every process the score of a cell that was finished before."""
        return told(self.recorder.finished(cell) if self.recorder else None)

    def begin(self, cell: Cell) -> Measure:
        """Open the record of a cell."""
        return self.recorder.begin(cell) if self.recorder else _ignore

    def record(self, cell: Cell, score: CellScore, predictor: Predictor) -> None:
        """Keep a finished cell."""
        if self.recorder:
            self.recorder.record(cell, score, predictor)

    def fail(self, failure: Failure) -> None:
        """Keep a failed cell."""
        if self.recorder:
            self.recorder.fail(failure)

    def finish(self, report: Report) -> None:
        """Keep the leaderboard and end."""
        if self.recorder:
            self.recorder.finish(report)


def _ignore(values: Mapping[str, float], step: int) -> None:
    """Take figures that the first process keeps."""
