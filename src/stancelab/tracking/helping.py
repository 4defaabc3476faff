"""Keeping single cells of an experiment that another process has begun, perhaps elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stancelab.cells import Cell
from stancelab.evaluation.report import CellScore
from stancelab.plan import Plan
from stancelab.tracking import names
from stancelab.tracking.cell_record import CellRecords
from stancelab.tracking.provenance import process
from stancelab.tracking.recorder import MlflowRecorder
from stancelab.tracking.store import reporting

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a helper needs to know of the process that it helps.

    Attributes
    ----------
    parent_id : str
        The parent run.
    process : str
        That process: it answers for the runs of its helpers, and they are closed when it is gone.
    source : Path or None
        The experiment file.
    """

    parent_id: str
    process: str
    source: Path | None

    @classmethod
    def of(cls, recorder: MlflowRecorder) -> Ticket:
        """Make that of this process."""
        return cls(recorder.parent_id, process(), recorder.source)


class HelpingRecorder(MlflowRecorder):
    """Keeps cells as the recorder of the process does that it helps.

    Parameters
    ----------
    client : mlflow.MlflowClient
        The open store, the same as that of the process.
    ticket : Ticket
        Which process.
    """

    def __init__(self, client: MlflowClient, ticket: Ticket) -> None:
        super().__init__(client, ticket.source)
        self.parent_id, self._process = ticket.parent_id, ticket.process
        self._parent: Run

    def start(self, plan: Plan) -> None:
        """Find the parent run, and leave it as it is."""
        self._plan, self._records = plan, CellRecords(self.client, plan)
        with reporting(self.client.tracking_uri):
            self._parent = self.client.get_run(self.parent_id)
        self._experiment_id = self._parent.info.experiment_id

    def finished(self, cell: Cell) -> CellScore | None:
        """Give what an earlier try at a cell has found, and close the runs of those cut off."""
        with reporting(self.client.tracking_uri):
            runs = names.attempts(self.client, self._parent, cell.fingerprint)
            for run in runs:
                own = run.data.tags.get(names.PROCESS) == self._process
                if own and run.info.status == "RUNNING":
                    self.client.set_terminated(run.info.run_id, "KILLED")
            done = [run for run in runs if run.info.status == "FINISHED"]
            return names.read_cell(self.client, done[0]) if done else None
