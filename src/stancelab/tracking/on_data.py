"""Testing what was trained on other rows than those of its experiment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from stancelab.comparison.building import Known
from stancelab.datasets.base import Loaded
from stancelab.datasets.choice import DataConfig, load_data
from stancelab.datasets.registry import SPECS
from stancelab.errors import DataError, StancelabError
from stancelab.evaluation.mistakes import mistakes
from stancelab.evaluation.predictions import answered
from stancelab.evaluation.report import CellScore, Scoring
from stancelab.evaluation.test_sets import TestSet
from stancelab.export.bundle import read_bundle
from stancelab.schema import UNLABELLED, labels_of
from stancelab.tracking.gathering import Gathered
from stancelab.tracking.known import speaking_runs
from stancelab.tracking.reading import bundle_of, find_experiment, find_run
from stancelab.tracking.sources import is_experiment, is_folder
from stancelab.tracking.store import open_store
from stancelab.training import time_prediction

if TYPE_CHECKING:
    from stancelab.predictors.base import Predictor

AS_TRAINED = "as trained"
_BYTES = 1e6


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A classifier that was trained: a bundle, or the model of a run."""

    name: str
    role: str
    predictor: Predictor
    megabytes: float
    corpora: tuple[str, ...]


def score_on(
    targets: Sequence[str], data: str, progress: Callable[[str, int, int], None]
) -> Gathered:
    """Test bundles, runs and the models of experiments on all labelled rows of other data.

    Parameters
    ----------
    targets : sequence of str
        Folders of bundles, run IDs, or experiments, of which each model's first seed is taken.
    data : str
        A corpus by name, or a file.
    progress : callable
        Takes what is being done, and how much of it is done.

    Raises
    ------
    StancelabError
        There is no such bundle, run or data, or no row of it has a label.
    """
    trained = [one for target in targets for one in _trained(target)]
    table, test_set = _rows(data)
    twice = [one.name for one in trained if [each.name for each in trained].count(one.name) > 1]
    if twice:
        raise StancelabError(
            f"{twice[0]!r} is named twice; compare runs or bundles of different models"
        )
    cells = []
    for number, one in enumerate(trained):
        progress(f"testing {one.name}", number, len(trained))
        cells.append(_score(one, table, test_set))
    learnt = {one.name: ", ".join(one.corpora) for one in trained}
    scoring = Scoring(AS_TRAINED, (test_set,), {"": test_set.labels}, {}, {})
    return Gathered(
        f"{', '.join(targets)} on {test_set.name}",
        "",
        tuple(cells),
        scoring,
        partial(_known, trained, cells, test_set),
        {"data": f"{test_set.name}, {len(table):,} labelled rows"}
        | {f"{name} learnt from": corpora for name, corpora in learnt.items() if corpora},
    )


def seen_in_training(gathered: Gathered) -> list[str]:
    """Name the models that learnt from the corpus that they are tested on."""
    corpus = gathered.scoring.test_sets[0].name
    ending = " learnt from"
    return [
        name.removesuffix(ending)
        for name, corpora in gathered.about.items()
        if name.endswith(ending) and corpus in corpora.split(", ")
    ]


def _rows(data: str) -> tuple[pa.Table, TestSet]:
    config = DataConfig(path=Path(data)) if Path(data).is_file() else DataConfig(name=data)
    config.check_names("--data")
    loaded: Loaded = load_data(config)
    spec = SPECS.get(data)
    trainable = spec is None or spec.is_trainable
    labels = labels_of(loaded.table)
    table = loaded.table.filter(pa.array(labels != UNLABELLED)) if trainable else loaded.table
    if len(table) == 0:
        raise DataError(f"{data}: no row has a label, so nothing can be tested on it")
    documents = len(table.column("document").unique())
    codes = np.unique(labels_of(table)).tolist()
    return table, TestSet.of(config.title, codes, documents, trainable=trainable)


def _trained(target: str) -> Iterator[Trained]:
    if is_folder(target):
        yield _read(Path(target), str(Path(target)), "model")
        return
    client = open_store()
    if is_experiment(target, client):
        each = speaking_runs(find_experiment(target, client).whole)
        runs = [own[0] for own in each.values()]
    else:
        runs = [find_run(target)[0]]
    for run in runs:
        tags = run.data.tags
        yield _read(bundle_of(run, client), tags["model.name"], tags["stancelab.role"])


def _read(folder: Path, name: str, role: str) -> Trained:
    contents = read_bundle(folder)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    corpora = tuple(one["name"] for one in contents.manifest.get("training_data", ()))
    return Trained(name, role, contents.predictor, size / _BYTES, corpora)


def _score(one: Trained, table: pa.Table, test_set: TestSet) -> CellScore:
    probabilities = one.predictor.predict_proba(table)
    predictions = answered(table, probabilities, "test", [test_set.name] * len(table))
    microseconds = time_prediction(one.predictor, table)
    return CellScore(one.name, one.role, 0, 0, predictions, float("nan"), microseconds)


def _known(
    trained: Sequence[Trained], cells: Sequence[CellScore], test_set: TestSet
) -> dict[str, Known]:
    return {
        one.name: Known(
            megabytes=one.megabytes,
            mistakes=mistakes(cell.predictions, one.predictor, test_set),
        )
        for one, cell in zip(trained, cells, strict=True)
    }
