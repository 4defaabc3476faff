"""Bringing experiments, runs and bundles together, to be compared on the same rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from stancelab.comparison.building import Known, build_comparison
from stancelab.comparison.records import Comparison
from stancelab.comparison.same_rows import aligned, check_same_rows
from stancelab.errors import StoreError
from stancelab.evaluation.boards import ScoredBoard, score_boards, with_differences
from stancelab.evaluation.learning import learning_points
from stancelab.evaluation.report import CellScore, Scoring
from stancelab.tracking import names
from stancelab.tracking.known import about_experiments, known_of
from stancelab.tracking.sources import Source, find_source
from stancelab.tracking.store import open_store

if TYPE_CHECKING:
    from mlflow.entities import Run


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """What is compared: cells under names that tell their models apart.

    Attributes
    ----------
    title, question : str
        The experiments, and what they ask.
    cells : tuple of CellScore
        What each model found for each seed and fold.
    scoring : Scoring
        What is known of their plans.
    known : callable
        Reads what is known of each model besides its predictions.
    about : mapping of str to str
        What all have in common.
    unfinished : mapping of str to (int, int)
        For an experiment that has not all its cells, how many of how many are finished.
    """

    title: str
    question: str
    cells: tuple[CellScore, ...]
    scoring: Scoring
    known: Callable[[], Mapping[str, Known]]
    about: Mapping[str, str]
    unfinished: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def boards(self, *, most: int | None = None) -> list[ScoredBoard]:
        """Score what was gathered, and compare every pair of models.

        Parameters
        ----------
        most : int, optional
            Boards above which pairs are not compared: a matrix of scores shows no differences,
            and those of a hundred boards take half a minute.
        """
        boards = score_boards(self.cells, self.scoring)
        return boards if most is not None and len(boards) > most else with_differences(boards)

    def comparison(self, boards: Sequence[ScoredBoard]) -> Comparison:
        """Put together what the page shows."""
        return build_comparison(
            self.title,
            self.question,
            boards,
            self.known(),
            learning=learning_points(self.cells, self.scoring),
            about=self.about,
        )


def gather(targets: Sequence[str]) -> Gathered:
    """Find what is to be compared, and refuse what was tested on different rows.

    Parameters
    ----------
    targets : sequence of str
        Experiments by name, run IDs, or folders of bundles whose run is in the store.

    Raises
    ------
    UnknownNameError, StoreError, BundleError
        There is no such experiment, run or bundle.
    DifferentRowsError
        They were tested on different rows.
    """
    client = open_store()
    return together([find_source(target, client) for target in targets])


def compare(*targets: str) -> Comparison:
    """Compare models on the same rows: scores, tests of every difference, slices, errors.

    Parameters
    ----------
    *targets : str
        Experiments by name, run IDs, or folders of bundles whose run is in the store.

    Returns
    -------
    Comparison
        One board for each pair of a training and a test set, with the standing of every model.

    Raises
    ------
    UnknownNameError, StoreError, BundleError
        There is no such experiment, run or bundle.
    DifferentRowsError
        They were tested on different rows.
    """
    gathered = gather(targets)
    return gathered.comparison(gathered.boards())


def together(sources: Sequence[Source]) -> Gathered:
    """Put sources together under names that tell their models apart."""
    titled = len(sources) > 1
    kept = _distinct(sources)
    counts = Counter(name for _, own in kept for name in {score.model for _, score in own})
    cells: list[CellScore] = []
    runs: dict[str, list[Run]] = {}
    controls: dict[str, str] = {}
    for source, own in kept:

        def named(model: str, source: Source = source) -> str:
            return f"{model} ({source.name})" if counts[model] > 1 else model

        for run, score in own:
            if titled:
                setting = score.setting or source.scoring.title
                score = replace(score, setting=setting, predictions=aligned(score.predictions))
            cells.append(replace(score, model=named(score.model)))
            speaking = runs.setdefault(named(score.model), [])
            same = not speaking or speaking[0].data.tags["seed"] == str(score.seed)
            if score.share == 1 and same:
                speaking.append(run)
        controls |= {named(one): named(other) for one, other in source.scoring.controls.items()}
    if titled:
        _check_rows(kept)
    experiments = [source.tracked for source in sources]
    questions = dict.fromkeys(one.question for one in experiments if one.question)
    client = experiments[0].client
    return Gathered(
        ", ".join(dict.fromkeys(one.title for one in experiments)),
        " ".join(questions),
        tuple(cells),
        _merged(sources, controls, titled=titled),
        lambda: known_of(client, runs),
        about_experiments(experiments),
        {
            one.tracked.name: (len(one.runs), len(one.tracked.plan["cells"]))
            for one in sources
            if one.tracked.missing and len(one.runs) == len(one.tracked.cells)
        },
    )


def _distinct(
    sources: Sequence[Source],
) -> list[tuple[Source, list[tuple[Run, CellScore]]]]:
    """Leave out cells that an earlier source has: the same model, rows, seed and code."""
    seen: set[str] = set()
    kept = []
    for source in sources:
        own = []
        for run, score in zip(source.runs, source.scores, strict=True):
            fingerprint = run.data.tags[names.FINGERPRINT]
            if fingerprint not in seen:
                seen.add(fingerprint)
                own.append((run, score))
        kept.append((source, own))
    return kept


def _merged(sources: Sequence[Source], controls: Mapping[str, str], *, titled: bool) -> Scoring:
    """Say of all sources together what a plan says of one."""
    each = [source.scoring for source in sources]
    first = each[0]
    if not titled:
        return replace(first, controls=dict(controls))
    test_sets = {one.name: one for scoring in each for one in scoring.test_sets}
    return Scoring(
        first.title,
        tuple(test_sets.values()),
        {
            setting or scoring.title: labels
            for scoring in each
            for setting, labels in scoring.trained_labels.items()
        },
        dict(controls),
        {
            (setting or scoring.title, test): share
            for scoring in each
            for (setting, test), share in scoring.leaked.items()
        },
    )


def _check_rows(kept: Sequence[tuple[Source, Sequence[tuple[Run, CellScore]]]]) -> None:
    """Refuse sources that were tested on different rows, board by board."""
    tested: dict[tuple[str, str], dict[str, dict[tuple[int, int], pa.Table]]] = {}
    for source, own in kept:
        for _, score in own:
            rows = score.predictions.filter(pc.field("part") == "test")
            for name in rows["test_set"].unique().to_pylist():
                place = (score.setting or source.scoring.title, name)
                board = tested.setdefault(place, {}).setdefault(source.name, {})
                board[score.seed, score.fold] = rows.filter(pc.field("test_set") == name)
    wanted = {source.name for source, own in kept if own}
    if not any(set(found) == wanted for found in tested.values()):
        described = "; ".join(
            f"{name}: " + ", ".join(f"{test} after training on {train}" for train, test in places)
            for name, places in _places(tested).items()
        )
        raise StoreError(f"nothing was tested in common, so nothing can be compared ({described})")
    for found in tested.values():
        if len(found) > 1:
            check_same_rows(found)


def _places(
    tested: Mapping[tuple[str, str], Mapping[str, object]],
) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for place, sources in tested.items():
        for name in sources:
            found.setdefault(name, []).append(place)
    return found
