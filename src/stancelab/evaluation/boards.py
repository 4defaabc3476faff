"""The leaderboard of an experiment: every model on every test set, on the same resamples."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stancelab.evaluation.metrics import confusion, scores
from stancelab.evaluation.ordinal import ORDINAL
from stancelab.evaluation.paired import Difference, corrected, differences, indistinct
from stancelab.evaluation.report import CellScore, Row, Scoring, outcome
from stancelab.evaluation.test_sets import TestSet
from stancelab.evaluation.uncertainty import METRICS, DocumentBootstrap, Estimate, Outcome

_PART = pc.field("part")
_CONTROL = "control_difference"


@dataclass(frozen=True, slots=True, eq=False)
class ScoredBoard:
    """The models that were trained on one thing and tested on the same rows.

    Attributes
    ----------
    setting : str
        What was trained on, where the experiment has several.
    test_set : TestSet
        What was tested on.
    rows : tuple of Row
        One a model.
    seeds : mapping of str to frozenset of (int, int)
        By model, the seeds and folds that it was tested on.
    tested : mapping of str to tuple of pyarrow.Table
        By model, the predictions of each seed.
    validated : mapping of str to pyarrow.Table
        By model, its validation predictions of the first seed, where there are any.
    bootstrap : DocumentBootstrap
        The resamples that all models share.
    estimates : mapping of str to mapping of str to Estimate
        By model and metric.
    differences : tuple of Difference
        Of every pair of models, corrected over all boards; empty where none were asked for.
    """

    setting: str
    test_set: TestSet
    rows: tuple[Row, ...]
    seeds: Mapping[str, frozenset[tuple[int, int]]]
    tested: Mapping[str, tuple[pa.Table, ...]]
    validated: Mapping[str, pa.Table]
    bootstrap: DocumentBootstrap
    estimates: Mapping[str, Mapping[str, Estimate]]
    differences: tuple[Difference, ...] = ()

    @property
    def best(self) -> Row | None:
        """The row with the highest macro-F1, of the models that may be chosen."""
        models = [row for row in self.rows if row.role == "model"]
        return max(models, key=lambda row: row.macro_f1, default=None)


def leaderboard(cells: Sequence[CellScore], scoring: Scoring) -> list[Row]:
    """Score every model of an experiment on every test set, with intervals.

    Parameters
    ----------
    cells : sequence of CellScore
        The finished cells, in the order in which the models are to be shown.
    scoring : Scoring
        What the plan says of them.
    """
    return [row for board in score_boards(cells, scoring) for row in board.rows]


def score_boards(cells: Sequence[CellScore], scoring: Scoring) -> list[ScoredBoard]:
    """Score every model of an experiment: one board for each setting and test set.

    Cells that were trained on a share of the documents are left to the learning curve.
    """
    by_setting: dict[str, dict[str, list[CellScore]]] = defaultdict(lambda: defaultdict(list))
    for cell in cells:
        if cell.share == 1:
            by_setting[cell.setting][cell.model].append(cell)
    boards: list[ScoredBoard] = []
    for setting, by_model in by_setting.items():
        tested = [
            one.predictions.filter(_PART == "test") for own in by_model.values() for one in own
        ]
        present = {name for rows in tested for name in rows["test_set"].unique().to_pylist()}
        boards += [
            _board(by_model, setting, test_set, scoring)
            for test_set in scoring.test_sets
            if test_set.name in present
        ]
    return boards


def with_differences(boards: Sequence[ScoredBoard]) -> list[ScoredBoard]:
    """Compare every pair of models of each board, and correct over all of them.

    The models that were tested on the seeds that most of a board have are compared; of one whose
    training failed for a seed nothing is said.

    Returns
    -------
    list of ScoredBoard
        Their rows say whether the model can be told from the best of its board.
    """
    family = sum(len(board.rows) * (len(board.rows) - 1) // 2 for board in boards)
    pairs = corrected([_differences(board, family) for board in boards])
    return [_marked(board, own) for board, own in zip(boards, pairs, strict=True)]


def _marked(board: ScoredBoard, pairs: Sequence[Difference]) -> ScoredBoard:
    if board.best is None:
        return replace(board, differences=tuple(pairs))
    best = board.best.model
    alike = indistinct(best, pairs)
    to_best = {
        one.second if one.first == best else one.first: one
        for one in pairs
        if best in (one.first, one.second)
    }
    compared = {*to_best, best} if to_best else set()
    rows = [
        replace(row, is_indistinct=row.model in alike if row.model in compared else None)
        for row in board.rows
    ]
    marked = [
        replace(
            row,
            best_difference=row.macro_f1 - board.best.macro_f1,
            best_p=to_best[row.model].p_corrected,
            best_detectable=_known(to_best[row.model].detectable),
        )
        if row.model in to_best
        else row
        for row in rows
    ]
    return replace(board, rows=tuple(marked), differences=tuple(pairs))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value


def _differences(board: ScoredBoard, family: int) -> list[Difference]:
    """Compare the models that were tested on the same seeds: those that most of them have."""
    most = Counter(board.seeds.values()).most_common(1)[0][0]
    whole = [name for name, seeds in board.seeds.items() if seeds == most]
    outcomes = {
        name: [outcome(rows, board.test_set) for rows in board.tested[name]] for name in whole
    }
    return differences(
        outcomes, board.bootstrap, board.estimates, board.test_set.labels, comparisons=family
    )


def _board(
    by_model: Mapping[str, Sequence[CellScore]], setting: str, test_set: TestSet, scoring: Scoring
) -> ScoredBoard:
    """Score the models of one setting on one test set, on the same resamples."""
    tested = {name: _tested(own, test_set.name, "test") for name, own in by_model.items()}
    outcomes = {name: [outcome(rows, test_set) for rows in own] for name, own in tested.items()}
    documents = {name for own in outcomes.values() for one in own for name in one.documents}
    bootstrap = DocumentBootstrap(documents, test_set.documents)
    labels = test_set.labels
    estimates = {name: bootstrap.estimate(own, labels) for name, own in outcomes.items()}
    validation = _validation(by_model, scoring.trained_labels[setting])
    about = {
        "train": setting or scoring.title,
        "test": test_set.name,
        "leaked": scoring.leaked.get((setting, test_set.name), 0.0),
    }
    rows = tuple(
        _row(
            own,
            estimates,
            validation[name],
            outcomes[name],
            _control(name, by_model, scoring.controls),
            about,
        )
        for name, own in by_model.items()
    )
    if test_set.hostile_or_not:  # there is no scale where a corpus says only hostile or not
        unscaled: dict[str, Any] = {
            f"{name}{end}": None for name in ORDINAL for end in ("", "_low", "_high")
        }
        rows = tuple(replace(row, **unscaled) for row in rows)
    validated = {
        name: each[0] for name, own in by_model.items() if (each := _tested(own, "", "validation"))
    }
    seeds = {name: frozenset((one.seed, one.fold) for one in own) for name, own in by_model.items()}
    return ScoredBoard(setting, test_set, rows, seeds, tested, validated, bootstrap, estimates)


def _tested(cells: Sequence[CellScore], test_set: str, part: str) -> tuple[pa.Table, ...]:
    """Give one table a seed; the folds of a seed are one test set together."""
    by_seed: dict[int, list[pa.Table]] = defaultdict(list)
    for cell in sorted(cells, key=lambda cell: (cell.seed, cell.fold)):
        rows = cell.predictions.filter(part == _PART)
        if part == "test":
            rows = rows.filter(pc.field("test_set") == test_set)
        if len(rows):  # a small corpus may not be in every seed's test part
            by_seed[cell.seed].append(rows)
    return tuple(pa.concat_tables(parts) for parts in by_seed.values())


def _validation(
    by_model: Mapping[str, Sequence[CellScore]], labels: tuple[int, ...]
) -> dict[str, float | None]:
    """Give the mean validation macro-F1 over seeds, by which the best model is chosen."""
    test_set = TestSet("validation", labels, 0)
    found: dict[str, float | None] = {}
    for name, cells in by_model.items():
        each = [outcome(rows, test_set) for rows in _tested(cells, "", "validation")]
        values = [scores(confusion(one.labels, one.predicted), labels)["macro_f1"] for one in each]
        found[name] = float(np.mean(values)) if values else None
    return found


def _control(
    name: str, by_model: Mapping[str, Sequence[CellScore]], controls: Mapping[str, str]
) -> str | None:
    """Name the control of a model, where both have been run on the same seeds."""
    control = controls.get(name)
    if control is None or control not in by_model:
        return None
    seeds = ({(cell.seed, cell.fold) for cell in by_model[one]} for one in (name, control))
    return control if next(seeds) == next(seeds) else None


def _row(
    cells: Sequence[CellScore],
    estimates: Mapping[str, Mapping[str, Estimate]],
    validation: float | None,
    outcomes: Sequence[Outcome],
    control: str | None,
    about: Mapping[str, Any],
) -> Row:
    own = estimates[cells[0].model]
    values: dict[str, Any] = {}
    for metric in METRICS:
        values |= _spread(metric, own[metric])
    seconds = float(np.mean([cell.train_seconds for cell in cells]))
    low, high = own["macro_f1"].interval_over_seeds or (None, None)
    difference = own["macro_f1"].minus(estimates[control]["macro_f1"]) if control else None
    empty = dict.fromkeys(f"{_CONTROL}{end}" for end in ("", "_low", "_high"))
    values |= _spread(_CONTROL, difference) if difference else empty
    return Row(
        model=cells[0].model,
        role=cells[0].role,
        seeds=len(outcomes),
        macro_f1_seeds_low=low,
        macro_f1_seeds_high=high,
        validation_macro_f1=validation,
        control=control,
        above_control=difference.interval[0] > 0 if difference else None,
        train_seconds=None if np.isnan(seconds) else seconds,
        predict_microseconds=float(np.mean([cell.predict_microseconds for cell in cells])),
        test_rows=sum(len(one.labels) for one in outcomes),
        **about,
        **values,
    )


def _spread(name: str, estimate: Estimate) -> dict[str, float | None]:
    low, high = estimate.interval
    found = {name: estimate.value, f"{name}_low": low, f"{name}_high": high}
    return {key: None if np.isnan(value) else value for key, value in found.items()}
