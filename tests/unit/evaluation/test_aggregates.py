from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from stancelab.errors import DataError, InputError, UnknownNameError
from stancelab.evaluation.aggregates import MeanStance, error, mean_stances
from stancelab.schema import LABELS

ALL = (0, 1, 2)
ERRORS = np.array([[0.8, 0.15, 0.05], [0.2, 0.65, 0.15], [0.05, 0.2, 0.75]])
VALIDATION = 200 * ERRORS


def answered(truth, rng):
    """Answer with the errors of the classifier."""
    drawn = (rng.random(len(truth))[:, None] > ERRORS[truth].cumsum(axis=1)).sum(axis=1)
    return [LABELS[code] for code in np.minimum(drawn, 2)]


def tagged(actors, predicted, **columns):
    return pa.table({"actor": actors, "predicted": predicted, **columns})


def test_groups_of_tagged_rows_by_actor():
    names = ["Oslo"] * 6 + ["Rome"] * 4 + [""] * 9
    predicted = ["hostile"] * 3 + ["cooperative"] * 2 + ["neutral"] * 14
    (oslo,) = mean_stances(tagged(names, predicted), VALIDATION, ALL, "actor")
    assert (oslo.group, oslo.rows, oslo.documents, oslo.true) == ("Oslo", 6, 6, None)
    assert oslo.counted == pytest.approx(-1 / 6)
    assert oslo.low < oslo.corrected < oslo.high


def test_probabilities_are_decided_among_the_labels_and_truth_is_averaged():
    columns = {
        "p_hostile": [0.3] * 8,
        "p_neutral": [0.4] * 8,
        "p_cooperative": [0.3] * 6 + [0.5] * 2,
    }
    table = pa.table({"actor": ["Oslo"] * 8, "label": [0] * 4 + [2] * 4, **columns})
    validation = np.array([[90.0, 0, 10], [0, 0, 0], [10, 0, 90]])
    (found,) = mean_stances(table, validation, (0, 2), "actor")
    assert (found.counted, found.true) == (-0.5, 0.0)
    assert found.corrected == pytest.approx(-0.625)  # (0.75 - 0.1) / (0.9 - 0.1) are hostile
    unknown = table.set_column(1, "label", [[0] * 7 + [-1]])
    assert mean_stances(unknown, validation, (0, 2), "actor")[0].true is None


def test_periods_come_from_the_dates():
    days = ["2014-03-15"] * 5 + ["2014-04-01T10:00:00"] * 5 + ["2015-01-01"] * 5
    attributes = [f'{{"date": "{day}"}}' for day in days] + ["{}"] * 5
    table = tagged(["Oslo"] * 20, ["neutral"] * 20, attributes=attributes)
    found = {
        by: [(one.group, one.rows) for one in mean_stances(table, VALIDATION, ALL, by)]
        for by in ("month", "year")
    }
    assert found["month"] == [("2014-03", 5), ("2014-04", 5), ("2015-01", 5)]
    assert found["year"] == [("2014", 10), ("2015", 5)]
    own = mean_stances(table, VALIDATION, ALL, ["early"] * 10 + ["late"] * 5 + [""] * 5)
    assert [one.group for one in own] == ["early", "late"]


def test_documents_are_resampled_whole():
    """Ten rows of each document alike: the interval is that of the documents, not of the rows."""
    predicted = [LABELS[document % 3] for document in range(12) for _ in range(10)]
    documents = [str(document) for document in range(12) for _ in range(10)]
    rows = tagged(["Oslo"] * 120, predicted)
    (alone,) = mean_stances(rows, VALIDATION, ALL, "actor")
    (together,) = mean_stances(
        rows.append_column("document", [documents]), VALIDATION, ALL, "actor"
    )
    assert together.corrected == alone.corrected
    assert together.high - together.low > 1.5 * (alone.high - alone.low)
    one_document = rows.append_column("document", [["d"] * 120])
    assert mean_stances(one_document, VALIDATION, ALL, "actor") == []


def test_few_validation_rows_widen_the_interval():
    rng = np.random.default_rng(0)
    truth = rng.choice(3, 600, p=(0.5, 0.3, 0.2))
    table = tagged(["Oslo"] * 600, answered(truth, rng))
    widths = []
    for confusion in (20 * VALIDATION, VALIDATION / 10, np.stack([VALIDATION / 40] * 4)):
        (found,) = mean_stances(table, confusion, ALL, "actor")
        widths.append(found.high - found.low)
    assert widths[1] > 1.5 * widths[0]  # single rows
    assert widths[2] > widths[0]  # four documents
    always = np.array([[50.0, 0, 0], [50, 0, 0], [50, 0, 0]])
    (nothing,) = mean_stances(tagged(["a"] * 9, ["hostile"] * 9), always, ALL, "actor")
    assert (nothing.low, nothing.high) == pytest.approx((-1, 1), abs=0.05)


def test_repeats_and_does_not_depend_on_the_order_of_rows():
    rng = np.random.default_rng(1)
    names = [f"a{number % 90:02d}" for number in range(900)]  # more than are corrected at once
    table = tagged(names, answered(rng.choice(3, 900), rng))
    found = mean_stances(table, VALIDATION, ALL, "actor", resamples=20)
    assert len(found) == 90
    other = table.take(rng.permutation(900))
    assert mean_stances(other, VALIDATION, ALL, "actor", resamples=20) == found
    differs = mean_stances(table, VALIDATION, ALL, "actor", resamples=20, random_state=1)
    assert [one.low for one in differs] != [one.low for one in found]


def test_the_error_is_over_groups_with_known_labels():
    stances = [
        MeanStance("a", 9, 0.5, 0.25, 0.0, 0.4, true=0.0),
        MeanStance("b", 9, 0.5, 0.25, 0.3, 0.4, true=0.25),
        MeanStance("c", 9, 0.5, 0.25, 0.0, 0.4),
    ]
    assert error(stances) == {"counted": 0.375, "corrected": 0.125, "covered": 0.5, "groups": 2.0}
    assert error(stances[2:]) == {"groups": 0.0}


@pytest.mark.parametrize(
    ("table", "by", "kind", "text"),
    [
        (tagged(["a"], ["neutral"]), "week", UnknownNameError, "grouping 'week'.*actor, month"),
        (tagged(["a"], ["neutral"]), ["x", "y"], InputError, "found 2 groups for 1 rows"),
        (tagged(["a"], ["neutral"]), "month", InputError, "'attributes': missing"),
        (tagged(["a"], ["nice"]), "actor", InputError, "row 0: expected hostile.*found 'nice'"),
        (pa.table({"actor": ["a"]}), "actor", InputError, "'predicted': missing"),
        (
            tagged(["a"], ["neutral"], attributes=["{}"]),
            "year",
            DataError,
            "none of the 1 rows has a date",
        ),
        (
            tagged(["a"], ["neutral"], attributes=['{"date": "spring"}']),
            "year",
            InputError,
            "row 0: expected a date in ISO 8601.*'spring'",
        ),
    ],
)
def test_says_what_is_missing(table, by, kind, text):
    with pytest.raises(kind, match=text):
        mean_stances(table, VALIDATION, ALL, by)


def test_every_label_needs_validation_rows():
    confusion = VALIDATION * [[1], [0], [1]]
    with pytest.raises(DataError, match="no validation row is neutral"):
        mean_stances(tagged(["a"], ["neutral"]), confusion, ALL, "actor")


@pytest.mark.slow
@pytest.mark.parametrize("prevalence", [(0.5, 0.3, 0.2), (0.8, 0.15, 0.05)])
def test_the_correction_is_less_biased_and_its_interval_covers(prevalence):
    """Validation rows and counted rows are drawn anew from what is known.

    With 500 draws the share that is covered has a standard error of 1 %, which by itself takes
    it out of the bounds now and then; with 2,000 it is half of that.
    """
    rng = np.random.default_rng(7)
    true = float(np.array(prevalence) @ [-1, 0, 1])
    counted, corrected, covered = [], [], []
    for draw in range(2000):
        confusion = np.stack([rng.multinomial(150, own) for own in ERRORS]).astype(float)
        table = tagged(["a"] * 150, answered(rng.choice(3, 150, p=prevalence), rng))
        (one,) = mean_stances(table, confusion, ALL, "actor", resamples=400, random_state=draw)
        counted.append(one.counted - true)
        corrected.append(one.corrected - true)
        covered.append(one.low <= true <= one.high)
    assert abs(np.mean(corrected)) < 0.02 < 0.03 < abs(np.mean(counted))
    assert 0.93 <= np.mean(covered) <= 0.97
