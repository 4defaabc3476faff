"""What a threshold gives is counted from the run's predictions, and said everywhere alike."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from stancelab.cli.exported import what_it_gives
from stancelab.cli.exports import _wanted
from stancelab.errors import StancelabError
from stancelab.evaluation.abstention import ThresholdError
from stancelab.evaluation.predictions import PROBABILITIES, asked
from stancelab.evaluation.report import Scoring
from stancelab.evaluation.test_sets import TestSet
from stancelab.export.abstaining import abstention
from stancelab.export.card.page import model_card
from stancelab.schema import as_table
from stancelab.tracking.exporting import export

SURE, UNSURE, WRONG = (0.9, 0.05, 0.05), (0.5, 0.2, 0.3), (0.1, 0.8, 0.1)
TEST_SETS = (
    TestSet("mine", (0, 1, 2), 10),
    TestSet("polar", (0, 2), 10),
    TestSet("either", (0, 1), 10, hostile_or_not=True),
    TestSet("untested", (0, 1, 2), 10),
)
SCORING = Scoring("mine", TEST_SETS, {"": (0, 1, 2)}, {}, {})


def predictions():
    """Give a validation part and three test sets: sure rows are right, unsure ones are not."""
    rows = [("validation", "mine", 0, SURE)] * 30 + [("validation", "mine", 1, UNSURE)] * 30
    rows += [("test", "mine", 0, SURE)] * 3 + [("test", "mine", 2, UNSURE)]
    rows += [("test", "polar", 0, SURE), ("test", "polar", 0, WRONG)]  # which answers neutral
    rows += [("test", "either", -1, WRONG), ("test", "either", -1, SURE)]
    part, test_set, label, shares = zip(*rows, strict=True)
    table = asked(as_table([{"text": "a", "actor": "b", "label": one} for one in label]))
    table = table.append_column("part", pa.array(part)).append_column(
        "test_set", pa.array(test_set)
    )
    for name, values in zip(PROBABILITIES, np.array(shares).T, strict=True):
        table = table.append_column(name, pa.array(values))
    return table


@pytest.fixture(scope="module")
def found():
    return abstention(predictions(), SCORING, ("precision", 0.9))


def test_the_threshold_is_chosen_on_validation_rows_and_measured_on_each_test_set(found):
    assert found == {
        "threshold": 0.7,
        "asked": {"precision": 0.9},
        "validation": {"rows": 60, "coverage": 0.5, "precision": 1.0},
        "test": {
            "mine": {"rows": 4, "coverage": 0.75, "precision": 1.0},
            "polar": {"rows": 2, "coverage": 1.0, "precision": 0.5},
            "either": {"rows": 2, "coverage": 1.0, "precision": 0.5},
        },
    }


def test_all_rows_answered_a_precision_out_of_reach_and_no_answer_at_all():
    rows = predictions()
    shares = pa.array([0.4] * 60 + [0.1] * 8)
    only_unsure = rows.set_column(rows.schema.get_field_index("p_hostile"), "p_hostile", shares)
    given = abstention(only_unsure, SCORING, ("coverage", 1.0))
    assert given["threshold"] == 0
    with pytest.raises(ThresholdError, match=r"reaches precision=0\.9 .* highest is 0\.500, where"):
        abstention(only_unsure, SCORING, ("precision", 0.9))
    unanswered = {"rows": 3, "coverage": 0.0, "precision": None}
    line = what_it_gives({"threshold": 0.7, "validation": unanswered, "test": {}})
    assert line == "answers 'uncertain' below 0.7000: validation 0.0% of 3 answered"


def test_the_command_and_the_card_say_it(found):
    line = what_it_gives(found)
    assert line.startswith(
        "answers 'uncertain' below 0.7000: validation 50.0% of 60 answered, 100.0% of these right; "
        "test on mine 75.0% of 4 answered, 100.0% of these right; test on polar"
    )
    manifest = {"training_data": [], "model": {"name": "mine"}, "requires": [], "refit": True}
    card = model_card(manifest | {"abstention": found})
    assert "reaches 0.7000 it answers `uncertain`" in card
    assert "for a precision of 0.9" in card
    assert "- the test rows of polar: 100.0% of 2 answered, 50.0% of these right." in card
    assert "uncertain" not in model_card(manifest)


def test_the_card_of_a_refit_says_which_rows_were_held_out():
    manifest = {"training_data": [], "model": {"name": "mine"}, "requires": [], "refit": True}
    assert "trained on all rows, the test" in model_card(manifest)
    manifest["model"]["config"] = {"calibration": "isotonic"}
    assert "trained on all rows (but a fifth of the documents" in model_card(manifest)


@pytest.mark.parametrize("text", ["0.9", "precision=1.5", "recall=0.5", "coverage=0", "precision="])
def test_wishes_that_mean_nothing_are_refused(text):
    with pytest.raises(StancelabError, match=f"--abstain '{text}': expected precision=SHARE or"):
        _wanted(text)
    assert (_wanted("coverage=0.8"), _wanted(None)) == (("coverage", 0.8), None)


def test_a_refit_has_no_rows_to_choose_a_threshold_on(tmp_path):
    with pytest.raises(StancelabError, match="--refit trains on them; leave out one of the two"):
        export("best:mine", tmp_path / "bundle", refit=True, abstain=("precision", 0.9))
    assert list(tmp_path.iterdir()) == []
