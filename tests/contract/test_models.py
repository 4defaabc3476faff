"""What every model kind keeps: scikit-learn's contract, ours, and the export's."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from llm_server import LlmServer
from pydantic import ValidationError
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import VotingClassifier
from sklearn.model_selection import cross_val_predict

from stancelab.datasets.registry import load
from stancelab.llm import cache
from stancelab.models.blind import ActorBlind
from stancelab.models.calibrated import Calibrated
from stancelab.models.registry import KINDS, config_class
from stancelab.predictors.base import predictor_class
from stancelab.predictors.transformer import TransformerPredictor
from stancelab.schema import as_table, labels_of

ROWS = 72
USUAL = {
    "sklearn": {"estimator": "made_estimators:words"},
    "ensemble": {"members": {"tfidf_word_logreg": {}, "majority": {}}, "seeds": 2},
    "distil": {"members": {"tfidf_word_logreg": {}}, "student": {}},
    "llm": {"base_url": "http://127.0.0.1:9/v1", "model": "tiny"},
}
"""What a kind must be given."""
TRAINED = [
    kind for kind in KINDS if config_class(kind)(kind=kind, **USUAL.get(kind, {})).build(0).trained
]


@pytest.fixture(scope="module")
def table() -> pa.Table:
    """A few English statements, several actors each."""
    everything = load("statements").table
    english = np.flatnonzero(np.array(everything["language"].to_pylist()) == "en")
    return everything.take(english[:ROWS])


@pytest.fixture(scope="module")
def llm(tmp_path_factory):
    """A chat endpoint on loopback, whose answers are kept apart."""
    folder = tmp_path_factory.mktemp("answers")
    server = LlmServer()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        patch.setattr(cache, "cache_directory", lambda: folder)
        yield server
    server.stop()


@pytest.fixture(scope="module")
def build(encoders, llm):
    """Make a model of a kind, the slow ones small."""
    small = {"max_steps": 6, "max_tokens": 64, "learning_rate": 3e-3, "precision": "fp32"}
    encoder = {"encoder": str(encoders["words"]), "batch_tokens": 512, **small}
    student = {"distil": USUAL["distil"] | {"student": encoder}}
    asked = {"llm": USUAL["llm"] | {"base_url": llm.url}}
    few = {"few_shot": {"encoder": str(encoders["words"]), **small}}
    usual = USUAL | student | asked | few | {"transformer": encoder}

    def build(kind, **options):
        chosen = usual.get(kind, {}) | options
        return config_class(kind)(kind=kind, **chosen).build(random_state=0)

    return build


@pytest.fixture(params=[*KINDS, "blind", "temperature", "isotonic"])
def model(request, build):
    """Every kind, the control that hides the actor from one, and one that is calibrated."""
    if request.param == "blind":
        return ActorBlind(build("tfidf_word_logreg"))
    if request.param in ("temperature", "isotonic"):
        return Calibrated(build("tfidf_word_logreg"), request.param, random_state=0)
    return build(request.param)


def test_answers_three_labels_in_order(model, table):
    probabilities = model.fit(table, labels_of(table)).predict_proba(table)
    assert model.classes_.tolist() == [0, 1, 2]
    assert probabilities.shape == (ROWS, 3)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    np.testing.assert_array_equal(model.predict(table), probabilities.argmax(axis=1))


def test_clone_keeps_parameters_and_forgets_what_was_learnt(model, table):
    model.fit(table, labels_of(table))
    copy = clone(model)
    assert not hasattr(copy, "predictor_")
    assert str(copy.get_params()) == str(clone(model).get_params())


def test_works_in_scikit_learns_wrappers(model, build, table):
    labels = labels_of(table)
    crossed = cross_val_predict(model, table, labels, cv=2, method="predict_proba")
    calibrated = CalibratedClassifierCV(model, cv=2).fit(table, labels).predict_proba(table)
    voters = [("one", model), ("other", build("majority"))]
    voted = VotingClassifier(voters, voting="soft").fit(table, labels).predict_proba(table)
    for probabilities in (crossed, calibrated, voted):
        assert probabilities.shape == (ROWS, 3)
        np.testing.assert_allclose(probabilities.sum(axis=1), 1)


def test_same_seed_repeats(model, table):
    one = clone(model).fit(table, labels_of(table)).predict_proba(table)
    two = clone(model).fit(table, labels_of(table)).predict_proba(table)
    np.testing.assert_array_equal(one, two)


def test_rows_do_not_depend_on_their_company(model, table):
    model.fit(table, labels_of(table))
    together = model.predict_proba(table)
    order = np.random.default_rng(0).permutation(ROWS)
    single = isinstance(model.predictor_, TransformerPredictor)  # it adds up in single precision
    atol = 1e-5 if single else 1e-6
    np.testing.assert_allclose(model.predict_proba(table.take(order)), together[order], atol=atol)
    np.testing.assert_allclose(model.predict_proba(table.slice(3, 1)), together[3:4], atol=atol)


def test_a_label_that_training_lacked_has_probability_zero(model, table):
    labels = labels_of(table)
    polar = np.flatnonzero(labels != 1)
    model.fit(table.take(polar), labels[polar])
    neutral = model.predict_proba(table)[:, 1]
    knows_by_hand = type(model).__name__ in ("LexiconClassifier", "ZeroShot")
    assert (neutral.max() > 0) if knows_by_hand else (neutral.max() == 0)


def test_predictor_survives_its_state(model, table):
    model.fit(table, labels_of(table))
    predictor = model.predictor_
    again = predictor_class(predictor.kind).from_state(predictor.state())
    np.testing.assert_allclose(again.predict_proba(table), model.predict_proba(table), atol=1e-9)


def test_class_weights_are_an_option_everywhere(build, table):
    labels = labels_of(table)
    weighed = [kind for kind in KINDS if "class_weight" in config_class(kind).model_fields]
    made_of_others = {"ensemble", "distil"}  # which weigh in their members
    assert set(KINDS) - set(weighed) <= made_of_others | {"llm"}  # and one that learns nothing
    for kind in weighed:
        plain = build(kind, class_weight="none").fit(table, labels).predict_proba(table)
        tilted = build(kind, class_weight={"hostile": 50.0}).fit(table, labels)
        assert tilted.predict_proba(table)[:, 0].sum() > plain[:, 0].sum(), kind


def test_unknown_options_and_labels_are_refused(build, table):
    for kind in KINDS:
        with pytest.raises(ValidationError, match="classweight"):
            config_class(kind)(kind=kind, classweight="none", **USUAL.get(kind, {}))
    with pytest.raises(ValueError, match="labels are 0, 1 and 2"):
        build("majority").fit(table, [3] * ROWS)
    with pytest.raises(ValueError, match="got 72 rows and 2 labels"):
        build("majority").fit(table, [0, 1])


@pytest.mark.parametrize("kind", TRAINED)
def test_control_cannot_tell_the_actors_of_a_statement_apart(kind, build, table):
    control = ActorBlind(build(kind)).fit(table, labels_of(table))
    probabilities = control.predict_proba(table)
    statements = np.array(table["statement"].to_pylist())
    several = [s for s in set(statements) if (statements == s).sum() > 1]
    assert len(several) > 5
    for statement in several:
        own = probabilities[statements == statement]
        np.testing.assert_array_equal(own, np.tile(own[0], (len(own), 1)))


@pytest.mark.parametrize("kind", [*TRAINED, "lexicon", "zero_shot"])
def test_one_text_two_actors_get_different_answers(kind, build, table):
    model = build(kind).fit(table, labels_of(table))
    text = "Oslo thanked Warsaw and condemned Minsk for its threats."
    pair = as_table([{"text": text, "actor": actor} for actor in ("Warsaw", "Minsk")])
    warsaw, minsk = model.predict_proba(pair)
    assert np.abs(warsaw - minsk).max() > 1e-4
