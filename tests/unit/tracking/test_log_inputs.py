"""Data that two processes tell a store of at once."""

from __future__ import annotations

import pytest
from mlflow.exceptions import MlflowException

from stancelab.tracking import inputs
from stancelab.tracking.inputs import log_inputs

RACES = (
    "(sqlite3.IntegrityError) UNIQUE constraint failed: datasets.experiment_id, datasets.name",
    '(psycopg2.errors.UniqueViolation) duplicate key value violates unique constraint "dataset_pk"',
)


class Store:
    """Refuses the first calls."""

    def __init__(self, *answers):
        self.answers, self.calls = list(answers), 0

    def log_inputs(self, run_id, data):
        self.calls += 1
        if self.answers:
            raise MlflowException(self.answers.pop(0))


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    monkeypatch.setattr(inputs, "_SECONDS", 0)


@pytest.mark.parametrize("message", RACES)
def test_who_comes_second_asks_again(message):
    store = Store(message, message)
    log_inputs(store, "run", [])
    assert store.calls == 3


def test_what_else_is_refused_is_told():
    store = Store("no such run")
    with pytest.raises(MlflowException, match="no such run"):
        log_inputs(store, "run", [])
    assert store.calls == 1


def test_it_gives_up_at_last():
    store = Store(*RACES * 20)
    with pytest.raises(MlflowException, match=r"UNIQUE|duplicate"):
        log_inputs(store, "run", [])
    assert store.calls == 10
