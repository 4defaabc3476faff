"""Which of an experiment's models is offered for export."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from stancelab.experiment import Report


def row(train, model, validation, role="model"):
    return SimpleNamespace(train=train, model=model, role=role, validation_macro_f1=validation)


ROWS = (
    row("one", "words", 0.5),
    row("one", "asked", 0.7),
    row("two", "words", 0.6),
    row("two", "asked", 0.4),
    row("two", "majority", 0.9, "control"),
    row("three", "majority", 0.3, "control"),
)


@pytest.mark.parametrize(
    ("services", "exportable"),
    [((), ("one", "two")), (("asked",), ("two",)), (("asked", "words"), ())],
)
def test_a_setting_is_offered_where_its_best_model_asks_no_service(services, exportable):
    settings = ("one", "two", "three")
    report = Report("name", ROWS, settings=settings, services=frozenset(services))
    assert report.best is None
    assert report.exportable == exportable


@pytest.mark.parametrize(("services", "exportable"), [((), ("",)), (("asked",), ())])
def test_one_setting_is_all_its_rows(services, exportable):
    rows = [row("statements", *one) for one in (("words", 0.5), ("asked", 0.7))]
    report = Report("name", tuple(rows), services=frozenset(services))
    assert report.best.model == "asked"
    assert report.exportable == exportable
