"""A SQLite store has its name when it is whole."""

from __future__ import annotations

import pytest

from stancelab.errors import StoreError
from stancelab.tracking.store import open_store


def test_a_store_that_is_not_whole_is_made_anew(tmp_path, monkeypatch):
    from mlflow.store.db import utils

    make = utils._initialize_tables
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")

    def half(engine):
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE experiments (name TEXT)")
        raise OSError("no room")

    monkeypatch.setattr(utils, "_initialize_tables", half)
    with pytest.raises(StoreError, match="no room"):
        open_store()
    assert not (tmp_path / "mlflow.db").exists()
    (tmp_path / "mlflow.db").touch()  # as sqlite3 leaves it
    monkeypatch.setattr(utils, "_initialize_tables", make)
    assert open_store().get_experiment_by_name("mine") is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mlflow.db", "mlflow.db.lock"]
