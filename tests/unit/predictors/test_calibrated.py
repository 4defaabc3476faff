"""Wrappers around predictors: what they change, what they leave, and that they survive export."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_trained import toy_table
from pydantic import ValidationError
from scipy.optimize import minimize
from scipy.special import softmax
from sklearn.base import clone

from stancelab.errors import DataError
from stancelab.evaluation.calibration import calibration
from stancelab.models.baselines import Majority, MajorityConfig
from stancelab.models.blind import ActorBlind
from stancelab.models.calibrated import Calibrated, fit_curves, fit_temperature, held_out
from stancelab.models.linear import EmbeddingLogreg, TfidfLogreg, TfidfWordLogregConfig
from stancelab.models.transformer import Transformer
from stancelab.monitor import Surroundings
from stancelab.predictors.abstaining import AbstainingPredictor, answer, answers_of, threshold_of
from stancelab.predictors.base import predictor_class
from stancelab.predictors.blind import ActorBlindPredictor
from stancelab.predictors.calibrated import CalibratedPredictor, Curve, follow, soften
from stancelab.predictors.holding import WRAPPERS
from stancelab.predictors.priors import ConstantPredictor
from stancelab.schema import labels_of

METHODS = ("temperature", "isotonic")


def boastful(rows, temperature=0.4, seed=0):
    """Draw labels, and probabilities that are too sure by a known temperature."""
    generator = np.random.default_rng(seed)
    logits = generator.normal(size=(rows, 3))
    honest = softmax(logits, axis=1)
    truth = (generator.random(rows)[:, None] > honest.cumsum(axis=1)).sum(axis=1).clip(0, 2)
    return softmax(logits / temperature, axis=1), truth


@pytest.fixture(scope="module")
def parts(corpus):
    """Give training, validation and test rows of the embedded corpus, documents apart."""
    documents = np.array(corpus["document"].to_pylist())
    names = np.random.default_rng(0).permutation(np.unique(documents))[:800]
    return [corpus.filter(np.isin(documents, own)) for own in np.split(names, [400, 600])]


def around(validation):
    return Surroundings(validation, labels_of(validation))


def test_temperature_is_found_and_is_that_of_another_minimiser():
    probabilities, truth = boastful(4000)
    found = fit_temperature(probabilities, truth)
    assert found == pytest.approx(1 / 0.4, rel=0.1)

    def loss(inverse):
        softened = softmax(np.log(probabilities) * inverse[0], axis=1)
        return -np.log(softened[np.arange(len(truth)), truth]).mean()

    other = minimize(loss, [1.0], method="Nelder-Mead", tol=1e-8).x[0]
    assert found == pytest.approx(1 / other, rel=1e-3)


@given(st.floats(0.05, 20), st.integers(0, 999))
def test_temperature_changes_no_answer_and_keeps_zeros(temperature, seed):
    probabilities = np.random.default_rng(seed).dirichlet([1, 1, 1], size=8)
    probabilities[:, 1] = 0
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    softened = soften(probabilities, temperature)
    np.testing.assert_allclose(softened.sum(axis=1), 1)
    assert softened[:, 1].max() == 0
    np.testing.assert_array_equal(softened.argmax(axis=1), probabilities.argmax(axis=1))


def test_curves_rise_and_are_never_sure_from_so_few_rows():
    probabilities, truth = boastful(300)
    for code, curve in enumerate(fit_curves(probabilities, truth)):
        assert (np.diff(curve.x) > 0).all()
        assert (np.diff(curve.y) >= 0).all()
        assert curve.y[0] >= 1 / ((truth != code).sum() + 2)
        assert curve.y[-1] <= 1 - 1 / ((truth == code).sum() + 2)


def test_a_label_without_rows_to_fit_on_keeps_its_probabilities():
    probabilities, truth = boastful(200)
    curves = fit_curves(probabilities[truth != 1], truth[truth != 1])
    np.testing.assert_array_equal(curves[1].x, curves[1].y)
    assert fit_temperature(np.array([[1.0, 0.0, 0.0]]), np.array([1])) == 1.0


def test_a_row_that_the_curves_leave_nothing_of_keeps_its_probabilities():
    flat = Curve(np.array([0.0, 1.0]), np.array([0.0, 0.0]))
    shares = np.array([[0.2, 0.3, 0.5]])
    np.testing.assert_array_equal(follow(shares, [flat] * 3), shares)


@pytest.mark.parametrize("method", METHODS)
def test_a_model_that_is_too_sure_gets_honest(parts, method):
    train, validation, test = parts
    plain = TfidfLogreg(C=30.0, characters=False, random_state=0)
    model = Calibrated(plain, method, 0)
    truth = labels_of(test)
    before, after = (
        calibration(
            one.fit(train, labels_of(train), around(validation)).predict_proba(test),
            truth,
            (0, 1, 2),
        )
        for one in (clone(plain), model)
    )
    assert before.ece > 0.15 > 0.1 > after.ece
    assert after.log_loss < before.log_loss - 0.1
    assert after.brier < before.brier


@pytest.mark.parametrize("method", METHODS)
def test_validation_rows_are_all_that_the_correction_is_fitted_on(parts, method):
    train, validation, test = parts
    model = Calibrated(TfidfLogreg(characters=False, random_state=0), method, 0)
    found = model.fit(train, labels_of(train), around(validation)).predictor_
    plain = clone(model.estimator).fit(train, labels_of(train))
    shares = plain.predict_proba(validation)
    np.testing.assert_array_equal(found.inner.predict_proba(validation), shares)
    expected = (
        soften(plain.predict_proba(test), fit_temperature(shares, labels_of(validation)))
        if method == "temperature"
        else follow(plain.predict_proba(test), fit_curves(shares, labels_of(validation)))
    )
    np.testing.assert_allclose(found.predict_proba(test), expected)


def test_without_validation_rows_a_fifth_of_the_documents_is_held_out(parts):
    train, _, test = parts
    model = Calibrated(TfidfLogreg(characters=False, random_state=0), "temperature", 3)
    found = model.fit(train, labels_of(train)).predict_proba(test)
    out = held_out(train, 3)
    documents = np.array(train["document"].to_pylist())
    assert not set(documents[out]) & set(documents[~out])
    assert len(set(documents[out])) == len(set(documents)) // 5
    held, rest = train.filter(out), train.filter(~out)
    given_them = clone(model).fit(rest, labels_of(rest), around(held))
    np.testing.assert_array_equal(found, given_them.predict_proba(test))
    assert (held_out(train, 4) != out).any()


def test_one_document_cannot_be_parted():
    table = toy_table().slice(0, 2)  # two actors of one sentence
    with pytest.raises(DataError, match=r'found 1; give validation rows .* calibration = "none"'):
        Calibrated(Majority()).fit(table, [0, 2])


@pytest.mark.parametrize("method", METHODS)
def test_a_control_is_corrected_on_what_it_sees(parts, method):
    train, validation, test = parts
    blind = ActorBlind(Calibrated(TfidfLogreg(characters=False, random_state=0), method, 0))
    for surroundings in (None, around(validation)):
        shares = blind.fit(train, labels_of(train), surroundings).predict_proba(test)
        statements = np.array(test["statement"].to_pylist())
        for statement in np.unique(statements)[:50]:
            own = shares[statements == statement]
            np.testing.assert_array_equal(own, np.tile(own[0], (len(own), 1)))


def test_the_wrapper_asks_of_the_model_what_the_flow_asks_of_it():
    tfidf, majority, frozen = Calibrated(TfidfLogreg()), Calibrated(Majority()), EmbeddingLogreg()
    assert (tfidf.trained, majority.trained) == (True, False)
    assert (tfidf.asks_by_name, Calibrated(Transformer()).asks_by_name) == (False, True)
    assert not hasattr(tfidf, "prepare")
    assert hasattr(Calibrated(frozen), "prepare")
    assert tfidf.set_params(estimator__C=3.0).estimator.C == 3.0


class Native(ConstantPredictor):
    """A predictor with a head for other labels."""

    native_labels: ClassVar = {"plv": ("con", "pro")}

    def predict_native(self, table, head=None):
        return np.tile([0.25, 0.75], (len(table), 1))

    def predict_heads(self, table):
        return self.predict_proba(table), {"plv": self.predict_native(table)}


def test_a_head_for_native_labels_is_reached_through_the_wrapper():
    table, shares = toy_table(), np.array([0.2, 0.3, 0.5])
    wrapped = CalibratedPredictor(Native(shares), "temperature", 2.0)
    assert wrapped.native_labels == {"plv": ("con", "pro")}
    np.testing.assert_array_equal(wrapped.predict_native(table)[0], [0.25, 0.75])
    corrected, own = wrapped.predict_heads(table)
    np.testing.assert_array_equal(corrected, wrapped.predict_proba(table))
    np.testing.assert_array_equal(own["plv"], wrapped.predict_native(table))
    assert CalibratedPredictor(ConstantPredictor(shares), "temperature").native_labels == {}


@pytest.mark.parametrize("method", METHODS)
def test_wrappers_around_wrappers_survive_their_state(parts, method):
    train, validation, test = parts
    twice = Calibrated(Calibrated(TfidfLogreg(characters=False, random_state=0), method), method)
    blind = ActorBlind(twice).fit(train, labels_of(train), around(validation)).predictor_
    predictor = AbstainingPredictor(blind, 0.6)
    again = predictor_class("abstaining").from_state(predictor.state())
    np.testing.assert_array_equal(again.predict_proba(test), blind.predict_proba(test))
    assert threshold_of(again) == 0.6
    kinds = [again.kind]
    while kinds[-1] in WRAPPERS:
        again = again.inner
        kinds.append(again.kind)
    assert kinds == ["abstaining", "actor_blind", "calibrated", "calibrated", "tfidf_linear"]


def test_an_abstaining_predictor_answers_from_its_threshold_on():
    shares = np.array([[0.6, 0.2, 0.2], [0.2, 0.2, 0.6], [0.5, 0.3, 0.2]])
    assert answer(shares, 0.6) == ["hostile", "cooperative", "uncertain"]
    assert answer(shares) == ["hostile", "cooperative", "hostile"]
    assert answer(shares[:0], 0.6) == []
    inner = ConstantPredictor(shares[0])
    assert answers_of(AbstainingPredictor(inner, 0.6))[-1] == "uncertain"
    assert answers_of(ActorBlindPredictor(inner)) == ("hostile", "neutral", "cooperative")


def test_every_config_takes_the_key_and_wraps_in_one_place():
    for kind in ("none", *METHODS):
        for config in (TfidfWordLogregConfig(calibration=kind), MajorityConfig(calibration=kind)):
            made, built = config.make(7), config.build(7)
            assert "calibration" not in config.parameters()
            assert not isinstance(built, Calibrated)
            if kind == "none":
                assert type(made) is type(built)
            else:
                assert (made.method, made.random_state) == (kind, 7)
                assert made.estimator.get_params() == built.get_params()
    with pytest.raises(ValidationError, match="'none', 'temperature' or 'isotonic'"):
        MajorityConfig(calibration="platt")
    with pytest.raises(ValueError, match="'temperature' or 'isotonic'; found 'platt'"):
        Calibrated(Majority(), "platt").fit(toy_table(), labels_of(toy_table()))
