"""Bias is measured as it was put into a model, and slow models are asked less."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest

from stancelab.bias.alone import TEMPLATES
from stancelab.bias.measuring import MAX_ANSWERS, MIN_ANSWERS, bias_report
from stancelab.bias.preparing import prepare
from stancelab.bias.records import restored
from stancelab.schema import as_table

ALL = (0, 1, 2)
NEUTRAL, HOSTILE = [0.1, 0.8, 0.1], [0.8, 0.1, 0.1]
CAPITALS = ("Warsaw", "Prague", "Berlin", "Tokyo", "Rome", "Madrid", "Athens", "Ottawa", "Minsk")
ACTORS = ("Poland", "Czechia", "Germany", "Japan", "Italy", "Spain", "Greece", "Canada", "Belarus")


def table(repeats=3):
    rows = []
    for at in range(repeats * len(ACTORS)):
        name = CAPITALS[at % len(ACTORS)]
        text = f"Note {at}: they met {name}."
        start = text.index(name)
        rows.append(
            {
                "id": f"{at:04}",
                "document": f"d{at // 2}",
                "text": text,
                "actor": ACTORS[at % len(ACTORS)],
                "mention_start": start,
                "mention_end": start + len(name),
                "language": "en",
            }
        )
    return as_table(rows)


class Asked:
    """A model that is told what to say, and counts what it is asked."""

    def __init__(self, hostile):
        self.hostile, self.rows, self.tables = hostile, 0, []

    def __call__(self, asked):
        self.rows += len(asked)
        self.tables.append(asked)
        return np.array([HOSTILE if self.hostile(row) else NEUTRAL for row in asked.to_pylist()])


def test_a_model_that_does_not_look_at_names_has_no_bias():
    report = bias_report(Asked(lambda row: "7" in row["text"]), table(), ALL, microseconds=1)
    assert report.tested == report.rows == 27
    assert report.answers == 5 * 27
    assert report.changed == report.moved == (0.0, 0.0, 0.0)
    assert report.alone_neutral == 1.0
    assert report.alone_spread == 0.0
    assert {one.shift for one in report.actors if one.put_in} == {(0.0, 0.0, 0.0)}


def test_a_model_that_hates_one_actor_is_found_out():
    model = Asked(lambda row: "Minsk" in row["text"] or "Belarus" in row["text"])
    report = bias_report(model, table(), ALL, microseconds=1)
    by_actor = {one.actor: one for one in report.actors}
    minsk = by_actor["Belarus"]
    assert minsk.replaced == 15
    assert minsk.changed.value == minsk.put_in_changed.value == 1.0
    assert minsk.shift.value == pytest.approx(-0.7)
    assert minsk.shift.low == pytest.approx(-0.7)
    assert minsk.alone == pytest.approx(-0.7)
    assert minsk.alone_label == "hostile"
    others = [one for one in report.actors if one.actor != "Belarus"]
    assert all(one.put_in_changed is None or one.shift.value >= 0 for one in others)
    changed = minsk.replaced + minsk.put_in
    assert report.changed.value == pytest.approx(changed / report.answers)
    assert report.changed.low < report.changed.value < report.changed.high
    assert 0 < report.alone_spread < 0.7
    assert report.alone_neutral == pytest.approx(8 / 9)


def test_swapped_rows_are_asked_under_the_other_actor_and_its_span():
    model = Asked(lambda row: False)
    bias_report(model, table(), ALL, microseconds=1)
    named = dict(zip(ACTORS, CAPITALS, strict=True))
    swapped = max(model.tables, key=len).to_pylist()
    for row in swapped:
        mention = row["text"][row["mention_start"] : row["mention_end"]]
        assert named.get(row["actor"], mention) == mention
    by_mention = [row | {"actor": row["text"][row["mention_start"] : row["mention_end"]]}
                  for row in table().to_pylist()]  # fmt: skip
    model = Asked(lambda row: False)
    bias_report(model, as_table(by_mention), ALL, microseconds=1)
    for asked in model.tables:
        for row in asked.to_pylist():
            assert row["actor"] == row["text"][row["mention_start"] : row["mention_end"]]


@pytest.mark.parametrize(("microseconds", "seconds"), [(1.0, 10), (1e4, 10), (1e9, 10)])
def test_slow_models_are_asked_less(microseconds, seconds):
    model = Asked(lambda row: False)
    report = bias_report(model, table(40), ALL, microseconds=microseconds, seconds=seconds)
    most = np.clip(seconds * 1e6 / microseconds, MIN_ANSWERS, MAX_ANSWERS)
    assert 0.7 * min(most, 360 * 6) < model.rows <= most + 6
    assert report.rows == 360
    assert report.tested <= 360


def test_rows_that_cannot_be_tested_leave_a_report():
    none = as_table([{"text": "Nobody came.", "actor": "Rivia", "language": "en"}])
    report = bias_report(Asked(lambda row: False), none, ALL, microseconds=1)
    assert report.metrics() == {
        "bias/rows": 1.0,
        "bias/tested": 0.0,
        "bias/answers": 0.0,
        "bias/not_tested/no_mention": 1.0,
    }
    assert bias_report(Asked(lambda row: False), none.slice(0, 0), ALL, microseconds=1).rows == 0


def test_without_names_of_states_nothing_is_tested(monkeypatch):
    from stancelab.actors import catalogue

    monkeypatch.setitem(sys.modules, "babel.core", None)
    monkeypatch.setitem(sys.modules, "babel", None)
    catalogue._read.cache_clear()
    prepare.cache_clear()
    report = bias_report(Asked(lambda row: False), table(), ALL, microseconds=1)
    catalogue._read.cache_clear()
    prepare.cache_clear()
    assert report.not_tested == {"missing_extra": 27}
    assert report.actors == ()


def test_the_order_of_rows_does_not_matter():
    model = Asked(lambda row: "Minsk" in row["text"])
    rows = table()
    turned = rows.take(np.arange(len(rows))[::-1])
    first, second = (bias_report(model, one, ALL, microseconds=1) for one in (rows, turned))
    assert first == second


def test_a_report_comes_back_from_json():
    report = bias_report(Asked(lambda row: "Minsk" in row["text"]), table(), ALL, microseconds=1)
    assert restored(json.loads(json.dumps(report.as_dict()))) == report


def test_templates_say_nothing_but_a_name():
    for language, templates in TEMPLATES.items():
        assert len(set(templates)) == 3, language
        assert all(template.count("{}") == 1 for template in templates)
