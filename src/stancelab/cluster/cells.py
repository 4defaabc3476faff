"""Training the cells of an experiment as tasks on a cluster.

Each task records its cell itself, in the store that the experiment is kept in: what is finished is
kept even if the process that asked for it is killed.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import stancelab
from stancelab.cells import Cell
from stancelab.cluster.connecting import Cluster, brief, connected
from stancelab.errors import StancelabError, StoreError
from stancelab.experiment import Failure, Outcome, Progress, Silent, train
from stancelab.fingerprints import digest_code
from stancelab.plan import Plan
from stancelab.tracking.helping import HelpingRecorder, Ticket
from stancelab.tracking.recorder import MlflowRecorder
from stancelab.tracking.store import open_store, store_uri

if TYPE_CHECKING:
    from ray import ObjectRef

_RETRIES = 3
"""How often a cell is begun again whose process or node is gone."""
_PASSED_ON = ("MLFLOW_", "STANCELAB_")
"""Variables of the environment that decide where things are kept; others are the nodes' own."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What all tasks of an experiment have in common.

    Attributes
    ----------
    planned : Plan
        The experiment, its data included.
    ticket : Ticket
        Whom the tasks help.
    folder : Path
        Where the experiment was started; relative names are meant from there.
    environment : mapping
        Variables.
    code : tuple of str
        The version that every node must have.
    """

    planned: Plan
    ticket: Ticket
    folder: Path
    environment: Mapping[str, str]
    code: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What ends the whole experiment, in words: our exceptions take values that do not travel."""

    message: str


@dataclass(frozen=True, slots=True)
class OnRay:
    """Trains cells as independent tasks, each with the seed that it has anywhere.

    Attributes
    ----------
    cluster : Cluster
        Where, and what a cell takes.
    """

    cluster: Cluster

    def __call__(
        self, planned: Plan, cells: Sequence[Cell], recorder: MlflowRecorder, progress: Progress
    ) -> Iterator[tuple[Cell, Outcome]]:
        """Train cells, and give each as it is finished.

        Raises
        ------
        StancelabError
            The cluster or the store cannot be used.
        """
        if not cells:
            return
        if any(cell.config.learns_unlabelled for cell in cells) and planned.unlabelled.names:
            _ = planned.unlabelled.table  # read here, where the files are
        ticket = Ticket.of(recorder)
        with connected(self.cluster):
            import ray

            shared = ray.put(Shared(planned, ticket, Path.cwd(), _environment(), _code()))
            task = ray.remote(train_cell)
            asked = {"max_retries": _RETRIES, **self.cluster.options()}
            waiting = {
                task.options(name=cell.title, **asked).remote(shared, cell): cell for cell in cells
            }
            try:
                while waiting:
                    progress.step("training on Ray", len(cells) - len(waiting), len(cells))
                    (done, *_), _ = ray.wait(list(waiting))
                    cell = waiting.pop(done)
                    yield cell, _outcome(done, planned, cell, ticket)
            finally:
                for running in waiting:
                    ray.cancel(running, force=True)


def train_cell(shared: Shared, cell: Cell) -> Outcome | Trouble:
    """Train and record one cell, in whatever process of the cluster; the task of Ray.

    What an earlier try at it has found is not found again.
    """
    os.environ.update(shared.environment)
    with suppress(OSError):  # a node may have no such folder, and then nothing there is meant
        os.chdir(shared.folder)
    if (found := _code()) != shared.code:
        return Trouble(
            f"node {socket.gethostname()} has stancelab {found[0]} with other code; expected "
            f"{shared.code[0]} as where the experiment was started; install the same on all nodes"
        )
    try:
        recorder = HelpingRecorder(open_store(), shared.ticket)
        recorder.start(shared.planned)
        known = recorder.finished(cell)
        return known or train(shared.planned, cell, recorder, Silent(), cell.title)
    except StoreError as error:
        return Trouble(f"node {socket.gethostname()}: {error}")


def _outcome(
    done: ObjectRef[Outcome | Trouble], planned: Plan, cell: Cell, ticket: Ticket
) -> Outcome:
    """Give what became of a cell; a task that was ended too often is a cell that failed."""
    import ray

    try:
        found = ray.get(done)
    except ray.exceptions.RayTaskError:  # a bug, which its own trace tells best
        raise
    except ray.exceptions.RayError as error:
        return _given_up(planned, cell, ticket, brief(error))
    if isinstance(found, Trouble):
        raise StancelabError(found.message)
    return found


def _given_up(planned: Plan, cell: Cell, ticket: Ticket, reason: str) -> Outcome:
    recorder = HelpingRecorder(open_store(), ticket)
    recorder.start(planned)
    known = recorder.finished(cell)
    if known:
        return known
    recorder.begin(cell)
    failure = Failure(cell, reason)
    recorder.fail(failure)
    return failure


def _environment() -> dict[str, str]:
    """Pick the variables that go with the tasks; the store is named as it is meant here."""
    named = {name: value for name, value in os.environ.items() if name.startswith(_PASSED_ON)}
    return {**named, "MLFLOW_TRACKING_URI": store_uri()}


def _code() -> tuple[str, str]:
    return stancelab.__version__, digest_code()
