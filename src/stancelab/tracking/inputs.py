"""Saying on what data a run is trained and tested, while other processes say the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from time import sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import DatasetInput

_TRIES, _SECONDS = 10, 0.2
_THERE_ALREADY = re.compile(r"unique constraint|duplicate key|unique violation", re.IGNORECASE)
"""What SQLite and PostgreSQL say."""


def log_inputs(client: MlflowClient, run_id: str, inputs: Sequence[DatasetInput]) -> None:
    """Say on what data a run is trained and tested.

    MLflow looks whether it knows the data, and then adds them: of two processes that do so at
    once, the second is refused. Asked again it knows them.

    Parameters
    ----------
    client : mlflow.MlflowClient
        Of the store.
    run_id : str
        The run.
    inputs : sequence of mlflow.entities.DatasetInput
        The data.
    """
    from mlflow.exceptions import MlflowException

    for left in reversed(range(_TRIES)):
        try:
            client.log_inputs(run_id, list(inputs))
            return
        except MlflowException as error:
            if not left or not _THERE_ALREADY.search(str(error)):
                raise
        sleep(_SECONDS)
