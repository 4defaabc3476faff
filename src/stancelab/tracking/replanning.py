"""Loading the data of a tracked experiment again, to train on it once more or to look at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow.compute as pc

from stancelab.cells import Cell
from stancelab.config import ExperimentConfig, restore_experiment
from stancelab.errors import DataError, StoreError
from stancelab.plan import Plan, make_plan
from stancelab.tracking import names
from stancelab.tracking.reading import Tracked, read_config

if TYPE_CHECKING:
    import pyarrow as pa
    from mlflow.entities import Run


def replan(tracked: Tracked, run: Run) -> tuple[Plan, Cell]:
    """Plan a tracked experiment again and find the cell of a run, to train it again.

    Raises
    ------
    DataError
        The data has changed since.
    StoreError
        The code of the model has.
    """
    planned = _plan(tracked)
    for cell in planned.cells:
        if cell.fingerprint == run.data.tags[names.FINGERPRINT]:
            return planned, cell
    raise StoreError(
        "the code of the model has changed since the run; run the experiment again, then refit"
    )


def training_rows(tracked: Tracked, run: Run, predictions: pa.Table) -> pa.Table:
    """Give the rows that a run was trained on.

    The code of the model may have changed since; that of its split must not, which its
    validation rows tell.

    Parameters
    ----------
    tracked : Tracked
        The experiment.
    run : mlflow.entities.Run
        A run of it.
    predictions : pyarrow.Table
        What the run answered.

    Raises
    ------
    DataError
        The data has changed since.
    StoreError
        It is split otherwise than then.
    """
    planned, tags = _plan(tracked), run.data.tags
    key = (tags.get(names.SETTING, ""), int(tags["seed"]), int(tags["fold"]))
    split = planned.splits.get(key)
    table = planned.loaded.table
    validated = predictions.filter(pc.field("part") == "validation").column("id").to_pylist()
    if split is None or table.column("id").take(split.validation).to_pylist() != validated:
        raise StoreError(
            "the experiment is split otherwise than when it was run; run it again, then export"
        )
    return table.take(split.train)


def _plan(tracked: Tracked) -> Plan:
    config: ExperimentConfig = restore_experiment(read_config(tracked))
    planned = make_plan(config)
    recorded = tracked.parent.data.params["data.sha256"]
    if planned.data_digest != recorded:
        raise DataError(
            f"{config.data.title}: the data has changed since the run (SHA-256 "
            f"{planned.data_digest[:12]}…, recorded {recorded[:12]}…); run the experiment again"
        )
    return planned
