"""The flow of an experiment: load, split, fit, predict, evaluate. It knows no tracker."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
import pyarrow as pa

import stancelab
from stancelab.config import BLIND, DataConfig, ExperimentConfig, with_controls
from stancelab.datasets.base import Loaded, digest
from stancelab.datasets.files import load_file
from stancelab.datasets.registry import load
from stancelab.evaluation.report import PROBABILITIES, CellScore, Row, leaderboard
from stancelab.models.base import ModelConfig, StanceClassifier
from stancelab.models.blind import ActorBlind
from stancelab.models.registry import CONTROLS
from stancelab.schema import check_trainable, labels_of
from stancelab.splits import Split, check_leaks, make_splits, refuse_leaks

if TYPE_CHECKING:
    from stancelab.predictors.base import Predictor

Role = Literal["model", "control", "blind"]
"""``control`` and ``blind`` are there to be compared with and are never chosen as best."""

_TIMED_ROWS = 16
_TIMED_ROWS_FAST = 1000
_FAST_SECONDS = 0.1
_CODE = ("features", "models", "predictors", "encoders.py", "splits.py", "text.py", "schema.py")


@dataclass(frozen=True, slots=True)
class Cell:
    """One training: a model, a seed and a fold.

    Attributes
    ----------
    fingerprint : str
        Equal for two cells only if they give the same result: it digests the model's config,
        the split, the data and the code that learns.
    """

    model: str
    role: Role
    config: ModelConfig
    seed: int
    fold: int
    fingerprint: str

    def build(self) -> StanceClassifier:
        """Make the unfitted model."""
        model = self.config.build(self.seed)
        return ActorBlind(model) if self.role == "blind" else model


@dataclass(frozen=True, slots=True)
class Failure:
    """A cell that could not be trained or scored, and why."""

    cell: Cell
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """All that an experiment is going to do, known before any work.

    Attributes
    ----------
    data_digest : str
        SHA-256 of the table.
    labels : tuple of int
        The labels that the data has.
    leaky : int
        How many texts and documents leak in an official split that may leak.
    """

    config: ExperimentConfig
    loaded: Loaded
    data_digest: str
    labels: tuple[int, ...]
    splits: Mapping[tuple[int, int], Split]
    cells: tuple[Cell, ...]
    leaky: int

    @property
    def fingerprint(self) -> str:
        """Digest of the file's content, the data and the code."""
        cells = [cell.fingerprint for cell in self.cells]
        return _sha256([self.config.model_dump(mode="json"), cells])

    @property
    def documents(self) -> int:
        """Count the documents of the whole corpus."""
        return len(self.loaded.table.column("document").unique())

    @property
    def controls(self) -> dict[str, str]:
        """Name each model's actor-blind control."""
        blind = {cell.model for cell in self.cells if cell.role == "blind"}
        return {name.removesuffix(BLIND): name for name in blind}


@dataclass(frozen=True, slots=True)
class Report:
    """What an experiment found: the leaderboard, and the cells that failed."""

    name: str
    rows: tuple[Row, ...]
    failures: tuple[Failure, ...] = ()
    dropped: Mapping[str, int] = field(default_factory=dict)

    @property
    def best(self) -> Row | None:
        """The row with the highest validation macro-F1; controls are not eligible."""
        return choose_best(self.rows)


class Recorder(Protocol):
    """Keeps what an experiment finds, and knows what it found before."""

    def start(self, plan: Plan) -> None:
        """Begin or continue the experiment."""

    def finished(self, cell: Cell) -> CellScore | None:
        """Give the score of a cell that was finished before."""

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


def choose_best(rows: Sequence[Row]) -> Row | None:
    """Choose by mean validation macro-F1 over seeds; test scores never choose anything."""
    eligible = [row for row in rows if row.role == "model"]
    return max(eligible, key=lambda row: row.validation_macro_f1, default=None)


def load_data(config: DataConfig) -> Loaded:
    """Load a corpus by name, or the user's own file.

    Raises
    ------
    StancelabError
        It does not exist, or rows of it cannot be used.
    """
    if config.name is not None:
        return load(config.name)
    return load_file(config.path or Path(), config.columns, config.labels, config.on_error)


def plan(config: ExperimentConfig) -> Plan:
    """Load the data, make and check every split, and list the cells.

    Raises
    ------
    LeakError
        A split leaks and may not.
    DataError
        The data cannot be trained on or split.
    """
    loaded = load_data(config.data)
    check_trainable(loaded.table, config.data.title)
    data_digest = digest(loaded.table)
    splits, leaky = {}, 0
    for seed in config.seeds:
        for split in make_splits(loaded.table, config.split, seed):
            leaks = check_leaks(loaded.table, split)
            refuse_leaks(leaks, config.split)
            splits[seed, split.fold] = split
            leaky = max(leaky, leaks.total)
    labels = tuple(np.unique(labels_of(loaded.table)).tolist())
    cells = tuple(_cells(config, list(splits), data_digest))
    return Plan(config, loaded, data_digest, labels, splits, cells, leaky)


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
        progress.step(f"training {cell.model}, seed {cell.seed}", number, len(planned.cells))
        known = earlier[cell.fingerprint]
        if known is None:
            try:
                known, predictor = run_cell(planned, cell)
            except Exception as error:  # one cell's fault must not take the others with it
                failure = Failure(cell, f"{type(error).__name__}: {error}")
                recorder.fail(failure)
                failures.append(failure)
                continue
            recorder.record(cell, known, predictor)
        scores.append(known)
    progress.step("evaluating", len(planned.cells), len(planned.cells))
    rows = leaderboard(scores, planned.documents, planned.labels, planned.controls)
    report = Report(planned.config.name, tuple(rows), tuple(failures), planned.loaded.dropped)
    recorder.finish(report)
    return report


def run_cell(planned: Plan, cell: Cell) -> tuple[CellScore, Predictor]:
    """Train one model on one split and predict its validation and test rows."""
    table, split = planned.loaded.table, planned.splits[cell.seed, cell.fold]
    train = table.take(split.train)
    started = perf_counter()
    model = cell.build().fit(train, labels_of(train))
    train_seconds = perf_counter() - started
    parts = [
        _predictions(model, table.take(rows), part)
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
    )
    return score, model.predictor_


def time_prediction(predictor: Predictor, table: pa.Table) -> float:
    """Measure the microseconds a row, of the predictor as it is exported, with no cache.

    Slow predictors are timed on 16 rows, others on up to 1,000.
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


def _predictions(model: StanceClassifier, table: pa.Table, part: str) -> pa.Table:
    probabilities = model.predict_proba(table)
    kept = table.select(["id", "statement", "document", "actor", "language", "label"])
    kept = kept.append_column("part", pa.repeat(part, len(table)))
    for at, name in enumerate(PROBABILITIES):
        kept = kept.append_column(name, pa.array(probabilities[:, at]))
    return kept


def _prepare(planned: Plan, waiting: Sequence[Cell], progress: Progress) -> None:
    """Let models make once what all their cells share, such as embeddings."""
    for name, cell in {cell.model: cell for cell in waiting}.items():
        prepare: Callable[..., None] | None = getattr(cell.config.build(0), "prepare", None)
        if prepare and cell.role == "model":
            what = f"embedding texts for {name}"
            prepare(planned.loaded.table, lambda done, total, w=what: progress.step(w, done, total))


def _cells(
    config: ExperimentConfig, keys: Sequence[tuple[int, int]], data_digest: str
) -> Iterator[Cell]:
    shared = [config.split.model_dump(mode="json"), data_digest, stancelab.__version__, _code()]
    for name, model in with_controls(config.model).items():
        roles: tuple[Role, ...] = ("control",) if model.kind in CONTROLS else ("model",)
        if type(model.build(0)).trained:
            roles = (*roles, "blind")
        for role in roles:
            for seed, fold in keys:
                parts = [model.model_dump(mode="json"), role, seed, fold, *shared]
                title = name + BLIND if role == "blind" else name
                yield Cell(title, role, model, seed, fold, _sha256(parts))


def _sha256(parts: Sequence[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _code() -> str:
    """Digest the code that decides what a cell learns, so that an edited model is run anew."""
    package = Path(__file__).parent
    files = [file for name in _CODE for file in sorted((package / name).rglob("*.py"))]
    files += [package / name for name in _CODE if name.endswith(".py")]
    found = hashlib.sha256()
    for file in files:
        found.update(file.read_bytes())
    return found.hexdigest()
