"""Searching the parameters of a model on the validation rows; test rows are never looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from pydantic import ValidationError

from stancelab.cells import Cell
from stancelab.errors import StoreError, TrainingError
from stancelab.evaluation.metrics import confusion, decide, scores
from stancelab.experiment import CellMonitor, Measure, Progress, prepare
from stancelab.fingerprints import sha256
from stancelab.models.base import ModelConfig
from stancelab.plan import Plan
from stancelab.resuming import checkpoint_folder
from stancelab.schema import labels_of
from stancelab.sweeping.space import SweepConfig, with_parameters
from stancelab.sweeping.study import Study, open_study
from stancelab.training import fit_cell

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from optuna import Trial as OptunaTrial

State = Literal["finished", "pruned", "failed"]

SCORE = "validation/macro_f1"
SEED_SCORE = "validation/macro_f1_of_seed"


@dataclass(frozen=True, slots=True)
class Trial:
    """One combination of parameters that is tried.

    Attributes
    ----------
    parameters : mapping of str to value
        Those that are searched.
    config : ModelConfig or None
        The model with them; None where it does not take them together.
    """

    number: int
    parameters: Mapping[str, Any]
    config: ModelConfig | None


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep found.

    Attributes
    ----------
    study : str
        Its name in Optuna's file.
    best : int
        Number of the best trial.
    config : ModelConfig
        The model with the best parameters.
    macro_f1 : float
        Theirs on the validation rows, mean over seeds; between 0 and 1.
    trials, pruned, failed : int
        How many were tried, and of these ended early or by an error.
    """

    model: str
    study: str
    best: int
    parameters: Mapping[str, Any]
    config: ModelConfig
    macro_f1: float
    trials: int
    pruned: int
    failed: int


class TrialRecorder(Protocol):
    """Keeps what a sweep tries."""

    def start(self, planned: Plan, study: str) -> None:
        """Begin or continue a sweep."""

    def begin(self, trial: Trial) -> Measure:
        """Open the record of a trial; what is given takes its figures."""

    def end(
        self, trial: Trial, state: State, *, score: float | None = None, reason: str = ""
    ) -> None:
        """Close the record of a trial, with its score, or why it has none."""

    def finish(self, swept: Swept) -> None:
        """Keep what was found and end."""


def search(
    planned: Plan,
    file: Path,
    recorder: TrialRecorder,
    progress: Progress,
    *,
    fresh: bool = False,
) -> Swept:
    """Search the parameters of one model, going on where a search was interrupted.

    Each trial trains on the training rows of every seed in turn and is scored on its validation
    rows: the macro-F1, averaged over settings and seeds. After each seed it may be pruned: ended
    because it is worse than the median of the others after as many seeds. The first trial is the
    model as the file has it, as far as that lies in the space.

    Parameters
    ----------
    planned : Plan
        The experiment, with ``[sweep]``.
    file : Path
        Optuna's SQLite file.
    recorder : TrialRecorder
        Keeps what is tried.
    progress : Progress
        Shows how far it is.
    fresh : bool
        Whether to begin anew.

    Raises
    ------
    TrainingError
        No trial could be trained.
    StoreError
        The file cannot be used, or another process makes this very search.
    """
    sweep = _sweep_of(planned)
    with open_study(file, study_name(planned), sweep, fresh=fresh) as study:
        recorder.start(planned, study.name)
        base = planned.config.model[sweep.model]
        own = base.model_dump()
        first = {key: own[key] for key, domain in sweep.space.items() if domain.holds(own[key])}
        while not study.is_over():
            asked = study.ask(first)
            progress.step(f"sweeping {sweep.model}", len(study.tried), sweep.trials)
            _try(planned, study, asked, recorder, progress)
        progress.step(f"sweeping {sweep.model}", sweep.trials, sweep.trials)
        swept = _swept(study, sweep, base)
        recorder.finish(swept)
    return swept


def study_name(planned: Plan) -> str:
    """Name the study of a sweep: another where a trial could come out otherwise.

    More trials, or more time, go on with the same study.
    """
    sweep = _sweep_of(planned)
    cells = [cell.fingerprint for cell in _cells(planned, sweep.model)]
    decides = sweep.model_dump(mode="json", exclude={"trials", "timeout"})
    return f"{planned.config.name}-{sha256([decides, cells])[:12]}"


def _sweep_of(planned: Plan) -> SweepConfig:
    if planned.config.sweep is None:
        raise ValueError("the experiment has no [sweep]")
    return planned.config.sweep


def _cells(planned: Plan, model: str) -> list[Cell]:
    """List a model's cells, seed by seed; without its control and its learning curve."""
    cells = [cell for cell in planned.cells if cell.model == model and cell.share == 1]
    return sorted(cells, key=lambda cell: planned.config.seeds.index(cell.seed))


def _try(
    planned: Plan, study: Study, asked: OptunaTrial, recorder: TrialRecorder, progress: Progress
) -> None:
    """Train and score one trial; an error ends it and not the search, unless it is the store's."""
    sweep = _sweep_of(planned)
    base = planned.config.model[sweep.model]
    trial = Trial(asked.number, asked.params, _combined(base, asked.params))
    measure = recorder.begin(trial)
    if trial.config is None:
        study.prune(asked)
        reason = "the model does not take these parameters together"
        recorder.end(trial, "pruned", reason=reason)
        return
    try:
        value = _score(planned.with_model(sweep.model, trial.config), asked, measure, progress)
    except StoreError:
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        study.fail(asked, reason)
        recorder.end(trial, "failed", reason=reason)
        return
    if value is None:
        study.prune(asked)
        recorder.end(trial, "pruned")
    else:
        study.tell(asked, value)
        recorder.end(trial, "finished", score=value)


def _combined(base: ModelConfig, parameters: Mapping[str, object]) -> ModelConfig | None:
    try:
        return with_parameters(base, parameters)
    except ValidationError:
        return None


def _score(planned: Plan, asked: OptunaTrial, measure: Measure, progress: Progress) -> float | None:
    """Give the mean validation macro-F1 over the seeds, or None for a trial to be pruned."""
    sweep, values = _sweep_of(planned), []
    cells = _cells(planned, sweep.model)
    for step, (_, own) in enumerate(groupby(cells, key=lambda cell: cell.seed)):
        values.append(_validate(planned, list(own), f"trial {asked.number}", progress))
        mean = float(np.mean(values))
        measure({SCORE: mean, SEED_SCORE: values[-1]}, step)
        asked.report(mean, step)
        if step + 1 < len(planned.config.seeds) and asked.should_prune():
            return None
    return mean


def _validate(planned: Plan, cells: Sequence[Cell], title: str, progress: Progress) -> float:
    """Train the cells of one seed and average the validation macro-F1 of their settings."""
    found: dict[str, NDArray[np.float64]] = {}
    parts = [
        part for c in cells for s in [planned.splits[c.key]] for part in (s.train, s.validation)
    ]
    prepare(planned.loaded.table.take(np.unique(np.concatenate(parts))), cells, progress)
    for cell in cells:
        matrix = _confusion(planned, cell, f"{title}: training {cell.title}", progress)
        found[cell.setting] = found.get(cell.setting, 0) + matrix  # folds are one part together
    labels = planned.scoring.trained_labels
    return float(np.mean([scores(one, labels[name])["macro_f1"] for name, one in found.items()]))


def _confusion(planned: Plan, cell: Cell, title: str, progress: Progress) -> NDArray[np.float64]:
    monitor = CellMonitor(lambda *_: None, progress, title)
    with checkpoint_folder(cell.fingerprint) as checkpoints:
        model = fit_cell(planned, cell, monitor, checkpoints)
    validation = planned.loaded.table.take(planned.splits[cell.key].validation)
    labels = planned.scoring.trained_labels[cell.setting]
    return confusion(labels_of(validation), decide(model.predict_proba(validation), labels))


def _swept(study: Study, sweep: SweepConfig, base: ModelConfig) -> Swept:
    best, reasons = study.best, study.reasons
    if best is None or best.value is None:
        last = f", the last by {reasons[-1]}" if reasons else ""
        raise TrainingError(
            f"no trial of the sweep of {sweep.model} came to its end: {len(reasons)} failed{last}; "
            "mend the model or its space, then run it with --fresh"
        )
    return Swept(
        sweep.model,
        study.name,
        best.number,
        best.params,
        with_parameters(base, best.params),
        best.value,
        len(study.tried),
        study.pruned,
        len(reasons),
    )
