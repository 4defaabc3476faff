"""Label errors: planted ones come first, and what cannot be checked is told."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from check_tables import records

from stancelab.checks.label_errors import find_label_errors
from stancelab.errors import MissingExtraError

VERBS = {0: ("accused", "attacked", "condemned"), 2: ("praised", "thanked", "welcomed")}
CITIES = ("Rome", "Oslo", "Kyiv", "Bern", "Riga", "Lima")


def planted(wrong=30):
    """Give plain sentences, and the numbers of some whose label was turned around."""
    rows = [
        {"text": f"{one} {verb} {other} on day {day}.", "actor": other, "label": label}
        for day in range(3)
        for one in CITIES
        for other in CITIES
        if one != other
        for label in VERBS
        for verb in VERBS[label]
    ]
    turned = np.random.default_rng(0).choice(len(rows), wrong, replace=False).tolist()
    for row in turned:
        rows[row]["label"] = 2 - rows[row]["label"]
    return rows, turned


def test_planted_errors_are_found():
    rows, turned = planted()
    found = find_label_errors(records(*rows, {"text": "No label.", "label": -1}))
    assert found.checked == len(rows)
    suspected = {int(one.row.id) for one in found.suspects}
    assert len(suspected & set(turned)) >= 0.8 * len(turned)
    assert len(suspected - set(turned)) <= 0.2 * len(suspected)
    for one in found.suspects:
        assert one.suggested != one.row.label
        assert one.suggested in ("hostile", "cooperative")
    qualities = [one.quality for one in found.suspects]
    assert qualities == sorted(qualities)


def test_one_seed_repeats_and_progress_is_told():
    rows = records(*planted()[0])
    told = []
    found = find_label_errors(rows, 3, lambda *one: told.append(one))
    assert found == find_label_errors(rows, 3)
    assert told[-1] == ("label errors", 5, 5)


@pytest.mark.parametrize(
    "rows",
    [
        [{"text": "x", "label": 0}],
        [{"text": f"text {number}", "label": 0} for number in range(20)],
        [{"text": "x", "label": number % 2} for number in range(20)],
        [{"text": f"text {number}", "label": -1} for number in range(20)],
    ],
)
def test_too_little_to_learn_from_is_told(rows):
    found = find_label_errors(records(*rows))
    assert found.suspects == ()
    assert found.skipped.startswith("needs two labels, and 5 texts and rows of each; found ")


def test_a_missing_package_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "cleanlab.filter", None)
    with pytest.raises(MissingExtraError, match=r"'cleanlab'.*stancelab\[check\]"):
        find_label_errors(records({"text": "x"}))
