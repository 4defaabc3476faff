"""What runs found, as data frames: predictions, slices, the errors that a model is surest of."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from stancelab.errors import StoreError
from stancelab.evaluation.predictions import PROBABILITIES
from stancelab.schema import LABELS
from stancelab.tracking import names
from stancelab.tracking.reading import Tracked, find_experiment

if TYPE_CHECKING:
    import pandas as pd
    from mlflow.entities import Run


def read_predictions(experiment: str) -> pd.DataFrame:
    """Read what every model of an experiment answered on its test rows.

    Parameters
    ----------
    experiment : str
        The stem of the experiment's file.

    Returns
    -------
    pandas.DataFrame
        A row for each model, seed and tested pair: ``model``, ``train``, ``seed``, ``fold``, the
        columns of the statement table with ``label`` in words, ``predicted``, and the three
        probabilities.

    Raises
    ------
    UnknownNameError, StoreError
        There is no such experiment, or the store cannot be reached.
    """

    def read(path: Path) -> pd.DataFrame:
        frame: pd.DataFrame = pq.read_table(path, filters=[("part", "=", "test")]).to_pandas()
        decided = frame["test_set"].map(allowed)
        shares = frame[list(PROBABILITIES)].to_numpy()
        chosen = [
            max(codes, key=row.__getitem__) for codes, row in zip(decided, shares, strict=True)
        ]
        return frame.assign(
            label=frame["label"].map(dict(enumerate(LABELS))),
            predicted=[LABELS[code] for code in chosen],
        )

    scoring = names.restore_scoring(find_experiment(experiment).plan)
    allowed = {one.name: one.decided for one in scoring.test_sets}
    return _together(experiment, names.PREDICTIONS, read)


def read_slices(experiment: str) -> pd.DataFrame:
    """Read the scores of every model of an experiment on its slices.

    Returns
    -------
    pandas.DataFrame
        A row for each model, seed and slice: ``model``, ``train``, ``seed``, ``fold``,
        ``dimension``, ``value``, ``name`` (in the metrics
        ``slice/NAME/…``), ``rows``, ``documents``, ``macro_f1``, ``low``,
        ``high``, ``accuracy``, ``is_small``.
    """

    def read(path: Path) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame(json.loads(path.read_text(encoding="utf-8")))

    return _together(experiment, names.SLICES, read)


def read_mistakes(experiment: str) -> pd.DataFrame:
    """Read the errors that every model of an experiment is surest of.

    Returns
    -------
    pandas.DataFrame
        A row for each model, seed and error, the surest first: ``model``, ``train``, ``seed``,
        ``fold``, ``text``, ``actor``, ``label``, ``predicted``, ``confidence``,
        and ``words``, a list of the words
        that spoke most for the answer, each with its weight.
    """

    def read(path: Path) -> pd.DataFrame:
        frame: pd.DataFrame = pq.read_table(path).to_pandas()
        return frame.assign(words=frame["words"].map(json.loads))

    return _together(experiment, names.MISTAKES, read)


def _together(experiment: str, artifact: str, read: Callable[[Path], pd.DataFrame]) -> pd.DataFrame:
    import pandas as pd

    tracked = find_experiment(experiment)
    frames = [
        read(path).assign(
            model=run.data.tags["model.name"],
            train=run.data.tags.get(names.SETTING, "") or run.data.tags["data"],
            seed=int(run.data.tags["seed"]),
            fold=int(run.data.tags["fold"]),
        )
        for run, path in _paths(tracked, artifact)
    ]
    if not frames:
        raise StoreError(f"experiment {experiment!r} has no finished run; run it first")
    found: pd.DataFrame = pd.concat(frames, ignore_index=True)
    first = ["model", "train", "seed", "fold"]
    return found[[*first, *(name for name in found.columns if name not in first)]]


def _paths(tracked: Tracked, artifact: str) -> Iterator[tuple[Run, Any]]:
    import mlflow

    for run in tracked.whole:
        uri = f"{run.info.artifact_uri}/{artifact}"
        found = mlflow.artifacts.download_artifacts(
            artifact_uri=uri, tracking_uri=tracked.client.tracking_uri
        )
        yield run, Path(found)
