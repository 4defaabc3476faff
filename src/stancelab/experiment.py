"""The flow of an experiment: load, split, fit, predict, evaluate. It knows no tracker."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa

from stancelab.errors import StancelabError, StoreError
from stancelab.evaluation.naming import naming_scores
from stancelab.evaluation.native import LABEL, PREDICTED
from stancelab.evaluation.predictions import PROBABILITIES, asked
from stancelab.evaluation.report import CellScore, Row, leaderboard
from stancelab.models.base import StanceClassifier
from stancelab.monitor import Monitor, Surroundings
from stancelab.parallel import processes
from stancelab.plan import Cell, Plan
from stancelab.resuming import checkpoint_folder
from stancelab.schema import labels_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from stancelab.predictors.base import Predictor

_TIMED_ROWS = 16
_TIMED_ROWS_FAST = 400
_FAST_SECONDS = 0.1


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
    """

    name: str
    rows: tuple[Row, ...]
    failures: tuple[Failure, ...] = ()
    dropped: Mapping[str, int] = field(default_factory=dict)
    removed: Mapping[str, int] = field(default_factory=dict)
    settings: tuple[str, ...] = ("",)

    @property
    def best(self) -> Row | None:
        """The row with the highest validation macro-F1; controls are not eligible.

        None where the experiment trains on several things: their validation parts differ.
        """
        return choose_best(self.rows) if len(self.settings) == 1 else None


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
    return max(eligible, key=lambda row: row.validation_macro_f1, default=None)


def run(planned: Plan, recorder: Recorder, progress: Progress) -> Report:
    """Train and score every cell that the recorder does not know, and evaluate all.

    A cell that fails is kept with its reason and the others go on.
    """
    recorder.start(planned)
    scores: list[CellScore] = []
    failures: list[Failure] = []
    earlier = {cell.fingerprint: recorder.finished(cell) for cell in planned.cells}
    _prepare(planned, [c for c in planned.cells if not earlier[c.fingerprint]], progress)
    for number, cell in enumerate(planned.cells):
        progress.step(f"training {cell.title}", number, len(planned.cells))
        known = earlier[cell.fingerprint]
        if known is None:
            title = f"training {cell.title} ({number + 1} of {len(planned.cells)})"
            found = _train(planned, cell, recorder, progress, title)
            if isinstance(found, Failure):
                failures.append(found)
                continue
            known = found
        scores.append(known)
    progress.step("evaluating", len(planned.cells), len(planned.cells))
    rows = leaderboard(scores, planned.scoring)
    report = Report(
        planned.config.name,
        tuple(rows),
        tuple(failures),
        planned.loaded.dropped,
        planned.removed,
        planned.settings,
    )
    recorder.finish(report)
    return report


def _train(
    planned: Plan, cell: Cell, recorder: Recorder, progress: Progress, title: str
) -> CellScore | Failure:
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


def run_cell(
    planned: Plan, cell: Cell, monitor: Monitor, checkpoints: Path | None
) -> tuple[CellScore, Predictor]:
    """Train one model on one split and predict its validation and test rows.

    A training that was cut off goes on from its last checkpoint.
    """
    table, split = planned.loaded.table, planned.splits[cell.key]
    train, validation = table.take(split.train), table.take(split.validation)
    around = Surroundings(validation, labels_of(validation), checkpoints, monitor)
    started = perf_counter()
    model = cell.build().fit(train, labels_of(train), around)
    train_seconds = perf_counter() - started
    parts = [
        _predictions(model, table.take(rows), part, planned.test_set_of[rows])
        for part, rows in (("validation", split.validation), ("test", split.test))
    ]
    microseconds = time_prediction(model.predictor_, table.take(split.test))
    score = CellScore(
        cell.model,
        cell.role,
        cell.seed,
        cell.fold,
        pa.concat_tables(parts),
        train_seconds,
        microseconds,
        cell.setting,
    )
    if model.asks_by_name:
        labels = planned.scoring.trained_labels[cell.setting]
        named = naming_scores(model.predict_proba, table.take(split.test), labels)
        monitor.measure(named, 0)
    return score, model.predictor_


def time_prediction(predictor: Predictor, table: pa.Table) -> float:
    """Measure the microseconds a row, of the predictor as it is exported, with no cache.

    Slow predictors are timed on 16 rows, others on up to 400.
    """
    exported = type(predictor).from_state(predictor.state())
    exported.predict_proba(table.slice(0, 1))  # what is made on first use is no cost of a row
    few = table.slice(0, _TIMED_ROWS)
    started = perf_counter()
    exported.predict_proba(few)
    seconds = perf_counter() - started
    if seconds < _FAST_SECONDS:
        few = table.slice(0, _TIMED_ROWS_FAST)
        started = perf_counter()
        exported.predict_proba(few)
        seconds = perf_counter() - started
    return 1e6 * seconds / len(few)


def _predictions(
    model: StanceClassifier, table: pa.Table, part: str, test_sets: NDArray[np.str_]
) -> pa.Table:
    probabilities = model.predict_proba(table)
    kept = asked(table).append_column("part", pa.repeat(part, len(table)))
    kept = kept.append_column("test_set", pa.array(test_sets.tolist(), pa.string()))
    for name, values in _native(model, table).items():
        kept = kept.append_column(name, pa.array(values, pa.string()))
    for at, name in enumerate(PROBABILITIES):
        kept = kept.append_column(name, pa.array(probabilities[:, at]))
    return kept


def _native(model: StanceClassifier, table: pa.Table) -> dict[str, list[str]]:
    """Give the corpus' own labels and what a head for them answers, where there is one.

    Both are empty for rows with a label that the head was not trained on: those of other corpora.
    """
    labels = getattr(model.predictor_, "native_labels", ())
    if not labels:
        return {}
    answers: NDArray[np.float64] = model.predictor_.predict_native(table)  # type: ignore[attr-defined]
    truth = table.column("native_label").to_pylist()
    pairs = [
        (label, labels[at]) if label in labels else ("", "")
        for label, at in zip(truth, answers.argmax(axis=1).tolist(), strict=True)
    ]
    return {name: [pair[n] for pair in pairs] for n, name in enumerate((LABEL, PREDICTED))}


def _prepare(planned: Plan, waiting: Sequence[Cell], progress: Progress) -> None:
    """Let models make once what all their cells share, such as embeddings."""
    table = planned.loaded.table.take(planned.rows_used()) if waiting else planned.loaded.table
    for name, cell in {cell.model: cell for cell in waiting}.items():
        prepare: Callable[..., None] | None = getattr(cell.config.build(0), "prepare", None)
        if prepare and cell.role == "model":
            what = f"embedding texts for {name}"
            with suppress(StancelabError):  # the cells then fail one by one with this reason
                prepare(table, lambda n, total, w=what: progress.step(w, n, total))
