"""The flow of an experiment: load, split, fit, predict, evaluate. It knows no tracker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from stancelab.cells import Cell
from stancelab.errors import StancelabError, StoreError
from stancelab.evaluation.boards import ScoredBoard, score_boards, with_differences
from stancelab.evaluation.learning import LearningPoint, learning_points
from stancelab.evaluation.report import CellScore, Row
from stancelab.parallel import processes
from stancelab.plan import Plan
from stancelab.resuming import checkpoint_folder
from stancelab.training import run_cell

if TYPE_CHECKING:
    import pyarrow as pa

    from stancelab.predictors.base import Predictor
    from stancelab.sweeping.search import Swept


@dataclass(frozen=True, slots=True)
class Failure:
    """A cell that could not be trained or scored, and why."""

    cell: Cell
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """What an experiment found: the leaderboard, and the cells that failed.

    Attributes
    ----------
    dropped : mapping of str to int
        How many rows were left out, by reason.
    removed : mapping of str to int
        By setting, how many rows ``clean`` took out.
    settings : tuple of str
        What was trained on; one empty name where there is only one.
    boards : tuple of ScoredBoard
        What the rows come from, with the differences between models.
    learning : tuple of LearningPoint
        How the models grow with the training documents, where that was asked for.
    swept : Swept, optional
        What was searched for before the models were trained.
    services : frozenset of str
        The models that ask a service, and so cannot be exported.
    """

    name: str
    rows: tuple[Row, ...]
    failures: tuple[Failure, ...] = ()
    dropped: Mapping[str, int] = field(default_factory=dict)
    removed: Mapping[str, int] = field(default_factory=dict)
    settings: tuple[str, ...] = ("",)
    boards: tuple[ScoredBoard, ...] = ()
    learning: tuple[LearningPoint, ...] = ()
    swept: Swept | None = None
    services: frozenset[str] = frozenset()

    @property
    def best(self) -> Row | None:
        """The row with the highest validation macro-F1; controls are not eligible.

        None where the experiment trains on several things: their validation parts differ.
        """
        return choose_best(self.rows) if len(self.settings) == 1 else None

    @property
    def exportable(self) -> tuple[str, ...]:
        """The settings whose best model can be exported, as it asks no service."""
        several = len(self.settings) > 1
        best = {
            name: choose_best([row for row in self.rows if not several or row.train == name])
            for name in self.settings
        }
        return tuple(name for name, row in best.items() if row and row.model not in self.services)


Measure = Callable[[Mapping[str, float], int], None]
"""Takes figures by name, and the step of the training that they belong to."""


class Recorder(Protocol):
    """Keeps what an experiment finds, and knows what it found before."""

    def start(self, plan: Plan) -> None:
        """Begin or continue the experiment."""

    def finished(self, cell: Cell) -> CellScore | None:
        """Give the score of a cell that was finished before."""

    def begin(self, cell: Cell) -> Measure:
        """Open the record of a cell; what is given takes figures while the cell is trained."""

    def record(self, cell: Cell, score: CellScore, predictor: Predictor) -> None:
        """Keep a finished cell."""

    def fail(self, failure: Failure) -> None:
        """Keep a failed cell."""

    def finish(self, report: Report) -> None:
        """Keep the leaderboard and end."""


class Progress(Protocol):
    """Shows how far an experiment is."""

    def step(self, what: str, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` of something is done."""


class Silent:
    """Shows no progress."""

    def step(self, what: str, done: int, total: int) -> None:
        """Do nothing."""


@dataclass(frozen=True, slots=True)
class CellMonitor:
    """Passes on what a training tells: figures to the recorder, steps to the progress bar."""

    measure_with: Measure
    progress: Progress
    title: str

    def measure(self, values: Mapping[str, float], step: int) -> None:
        """Pass figures on."""
        self.measure_with(values, step)

    def advance(self, done: int, total: int) -> None:
        """Show the steps of this cell."""
        self.progress.step(self.title, done, total)


def choose_best(rows: Sequence[Row]) -> Row | None:
    """Choose by mean validation macro-F1 over seeds; test scores never choose anything."""
    eligible = [row for row in rows if row.role == "model"]
    return max(eligible, key=lambda row: row.validation_macro_f1 or 0.0, default=None)


Outcome = CellScore | Failure
RecorderT = TypeVar("RecorderT", bound=Recorder, contravariant=True)


class Engine(Protocol[RecorderT]):
    """Trains and records cells, and gives what became of each."""

    def __call__(
        self, planned: Plan, cells: Sequence[Cell], recorder: RecorderT, progress: Progress
    ) -> Iterator[tuple[Cell, Outcome]]:
        """Train those cells of the plan that are given."""


def in_turn(
    planned: Plan, cells: Sequence[Cell], recorder: Recorder, progress: Progress
) -> Iterator[tuple[Cell, Outcome]]:
    """Train cells one after the other in this process."""
    waiting = {cell.fingerprint for cell in cells}
    for number, cell in enumerate(planned.cells):
        progress.step(f"training {cell.title}", number, len(planned.cells))
        if cell.fingerprint in waiting:
            title = f"training {cell.title} ({number + 1} of {len(planned.cells)})"
            yield cell, train(planned, cell, recorder, progress, title)


def run(
    planned: Plan, recorder: RecorderT, progress: Progress, engine: Engine[RecorderT] = in_turn
) -> Report:
    """Train and score every cell that the recorder does not know, and evaluate all.

    A cell that fails is kept with its reason and the others go on.

    Parameters
    ----------
    planned : Plan
        What is to be done.
    recorder : Recorder
        Keeps what is found.
    progress : Progress
        Shows how far it is.
    engine : callable
        Trains the cells; by default one after the other in this process.
    """
    recorder.start(planned)
    earlier = {cell.fingerprint: recorder.finished(cell) for cell in planned.cells}
    found: dict[str, Outcome] = {name: known for name, known in earlier.items() if known}
    waiting = [cell for cell in planned.cells if cell.fingerprint not in found]
    if waiting:
        prepare(planned.loaded.table.take(planned.rows_used()), waiting, progress)
    for cell, outcome in engine(planned, waiting, recorder, progress):
        found[cell.fingerprint] = outcome
    report = _evaluate(planned, [found[cell.fingerprint] for cell in planned.cells], progress)
    recorder.finish(report)
    return report


def _evaluate(planned: Plan, outcomes: Sequence[Outcome], progress: Progress) -> Report:
    scores = [one for one in outcomes if not isinstance(one, Failure)]
    progress.step("evaluating", len(planned.cells), len(planned.cells))
    boards = with_differences(score_boards(scores, planned.scoring))
    return Report(
        planned.config.name,
        tuple(row for board in boards for row in board.rows),
        tuple(one for one in outcomes if isinstance(one, Failure)),
        planned.loaded.dropped,
        planned.removed,
        planned.settings,
        tuple(boards),
        tuple(learning_points(scores, planned.scoring)),
        services=frozenset(name for name, one in planned.config.model.items() if one.asks_service),
    )


def train(planned: Plan, cell: Cell, recorder: Recorder, progress: Progress, title: str) -> Outcome:
    """Train and record one cell; its fault must not take the others with it.

    That of a store takes them all, as nothing could be kept. So does that of one among several
    processes, as the others would wait for it.
    """
    monitor = CellMonitor(recorder.begin(cell), progress, title)
    with checkpoint_folder(cell.fingerprint) as checkpoints:
        try:
            score, predictor = run_cell(planned, cell, monitor, checkpoints)
        except StoreError:
            raise
        except Exception as error:
            failure = Failure(cell, f"{type(error).__name__}: {error}")
            recorder.fail(failure)
            if processes() > 1:
                raise
            return failure
        recorder.record(cell, score, predictor)
    return score


def prepare(table: pa.Table, cells: Sequence[Cell], progress: Progress) -> None:
    """Let models make once what all their cells share, such as the embeddings of some rows."""
    for name, cell in {cell.model: cell for cell in cells}.items():
        make: Callable[..., None] | None = getattr(cell.config.build(0), "prepare", None)
        if make and cell.role == "model":
            what = f"embedding texts for {name}"
            with suppress(StancelabError):  # the cells then fail one by one with this reason
                make(table, lambda n, total, w=what: progress.step(w, n, total))
