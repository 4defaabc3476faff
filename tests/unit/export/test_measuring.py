"""How fast a classifier is comes from rows that it tags, and how large it is from what it holds."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest
from made_trained import toy_table

from stancelab.export import measuring
from stancelab.export.measuring import count_parameters, measure_speed, processor, size_of
from stancelab.models.linear import TfidfLogreg
from stancelab.predictors.base import KINDS, State
from stancelab.schema import labels_of


class Counting:
    """A predictor that counts the rows that it is asked."""

    kind: ClassVar[str] = "counting"
    asked: ClassVar[list[int]] = []

    def predict_proba(self, table):
        self.asked.append(len(table))
        return np.full((len(table), 3), 1 / 3)

    def state(self):
        return State({})

    @classmethod
    def from_state(cls, state):
        return cls()


@pytest.fixture
def counting(monkeypatch):
    monkeypatch.setitem(KINDS, "counting", f"{__name__}:Counting")
    monkeypatch.setattr(measuring, "predictor_class", lambda kind: Counting)
    Counting.asked.clear()
    return Counting()


def test_rows_are_tagged_once_until_the_time_is_over(counting):
    import pyarrow as pa

    table = pa.concat_tables([toy_table()] * 15)
    found = measure_speed(counting, table, seconds=60)
    assert Counting.asked == [16, 512, 512, 176]
    assert (found.rows, found.runtime) == (1200, "")
    assert found.statements_per_second > 0
    Counting.asked.clear()
    assert measure_speed(counting, table, seconds=0).rows == 512
    assert Counting.asked == [16, 512]


def test_the_machine_is_named_by_its_processor_alone():
    import socket

    assert processor()
    assert socket.gethostname() not in processor()


def test_parameters_are_the_trained_numbers(tmp_path):
    table = toy_table()
    predictor = TfidfLogreg(min_df=1, char_max=3).fit(table, labels_of(table)).predictor_
    assert count_parameters(predictor) == predictor.weights.size + 3 + predictor.features.idf.size
    (tmp_path / "inner").mkdir()
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "inner" / "b").write_bytes(b"678")
    assert size_of(tmp_path) == 8
