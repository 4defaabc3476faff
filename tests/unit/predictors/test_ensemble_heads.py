"""An ensemble answers in a corpus' own labels where all its members do."""

from __future__ import annotations

import numpy as np
from made_trained import small, two_corpora

from stancelab.models.ensemble import Ensemble
from stancelab.predictors.calibrated import CalibratedPredictor
from stancelab.predictors.ensemble import EnsemblePredictor
from stancelab.predictors.heads import native_labels_of
from stancelab.predictors.priors import ConstantPredictor
from stancelab.schema import labels_of

TABLE = two_corpora()
CHOSEN = {"epochs": 1, "pooling": "span", "native": True}


class Knowing:
    """Answers the same to every row, in our labels and in own ones."""

    kind = "knowing"

    def __init__(self, stance, **own):
        self.stance, self.own = stance, own
        self.native_labels = {name: labels for name, (labels, _) in own.items()}

    def predict_heads(self, table):
        answers = {name: np.tile(given, (len(table), 1)) for name, (_, given) in self.own.items()}
        return np.tile(self.stance, (len(table), 1)), answers


ONE = Knowing([0.2, 0.2, 0.6], a=(("x", "y"), [0.9, 0.1]), b=(("u", "v"), [0.5, 0.5]))
OTHER = Knowing([0.4, 0.4, 0.2], a=(("x", "y"), [0.3, 0.7]), b=(("v", "u"), [0.5, 0.5]))


def test_its_heads_are_those_that_all_members_have_alike():
    assert EnsemblePredictor([ONE, OTHER]).native_labels == {"a": ("x", "y")}
    assert EnsemblePredictor([ONE, ConstantPredictor(np.ones(3) / 3)]).native_labels == {}
    assert native_labels_of(ConstantPredictor(np.ones(3) / 3)) == {}


def test_they_answer_with_the_mean():
    stance, own = EnsemblePredictor([ONE, OTHER]).predict_heads(TABLE.slice(0, 2))
    np.testing.assert_allclose(stance, [[0.3, 0.3, 0.4]] * 2)
    assert own.keys() == {"a"}
    np.testing.assert_allclose(own["a"], [[0.6, 0.4]] * 2)


def test_trained_encoders_answer_so_and_calibration_leaves_it(encoders):
    members = [small(encoders["words"], random_state=seed, **CHOSEN) for seed in (0, 1)]
    found = Ensemble(members).fit(TABLE, labels_of(TABLE)).predictor_
    assert found.native_labels.keys() == {"verbs", "signs"}
    each = [one.predict_native(TABLE, "verbs") for one in found.members]
    stance, own = found.predict_heads(TABLE)
    np.testing.assert_allclose(own["verbs"], np.mean(each, axis=0))
    np.testing.assert_allclose(stance, found.predict_proba(TABLE), atol=1e-12)
    cooled = CalibratedPredictor(found, "temperature", 2.0)
    assert cooled.native_labels == found.native_labels
    np.testing.assert_array_equal(cooled.predict_heads(TABLE)[1]["verbs"], own["verbs"])
