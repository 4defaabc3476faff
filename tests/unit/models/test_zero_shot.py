"""Answers from what the labels mean: no label is used, and an export holds it."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from stancelab.export.bundle import read_bundle, write_bundle
from stancelab.export.onnx.convert import is_convertible
from stancelab.export.verify import verify_in_fresh_process
from stancelab.models.zero_shot import ZeroShot, ZeroShotConfig
from stancelab.schema import LABELS, as_table
from stancelab.zero_shot.similarity import centred
from stancelab.zero_shot.wordings import (
    ACTOR,
    chosen_languages,
    packaged_descriptions,
    packaged_hypotheses,
)

TOLD = {
    "Riga condemned Oslo and imposed sanctions on it.": ("Oslo", 0),
    "Riga threatened Oslo with a missile strike.": ("Oslo", 0),
    "The talks take place in Oslo on Tuesday.": ("Oslo", 1),
    "Rome thanked Oslo for its generous help.": ("Oslo", 2),
    "Київ засудив Мінськ і вислав його дипломатів.": ("Мінськ", 0),
    "Зустріч відбудеться у Варшаві наступного тижня.": ("Варшаві", 1),
    "Київ подякував Варшаві за допомогу.": ("Варшаві", 2),
    "Прага підписала з Варшавою угоду про співпрацю.": ("Варшавою", 2),
}
TRUTH = [label for _, label in TOLD.values()]


@pytest.fixture(scope="module")
def table():
    return as_table([{"text": text, "actor": actor} for text, (actor, _) in TOLD.items()])


def test_clear_statements_are_known_without_a_label(table):
    answers = ZeroShot().fit(table, [1] * len(TOLD)).predict(table)
    assert (answers == TRUTH).mean() >= 0.75


def test_labels_are_not_looked_at(table):
    one = ZeroShot().fit(table, TRUTH).predict_proba(table)
    other = ZeroShot().fit(table, TRUTH[::-1]).predict_proba(table)
    np.testing.assert_array_equal(one, other)
    assert not ZeroShot.trained


def test_no_label_is_commoner_than_others_by_its_descriptions():
    vectors = np.random.default_rng(0).normal(0.3, 1.0, (500, 8)).astype(np.float32)
    weights, bias = centred(vectors, np.random.default_rng(1).normal(size=(8, 3)))
    scores = vectors @ weights + bias
    np.testing.assert_allclose(scores.mean(axis=0), 0, atol=1e-9)
    assert scores.std() == pytest.approx(1 / 0.7)
    same = np.ones((1, 2), dtype=np.float32)
    assert all(np.isfinite(one).all() for one in centred(same, np.ones((2, 3))))


def test_temperature_and_weights_change_how_sure_it_is(table):
    plain = ZeroShot().fit(table, TRUTH).predict_proba(table)
    soft = ZeroShot(temperature=10.0).fit(table, TRUTH).predict_proba(table)
    tilted = ZeroShot(class_weight={"hostile": 3.0}).fit(table, TRUTH).predict_proba(table)
    assert soft.max() < plain.max()
    np.testing.assert_array_equal(soft.argmax(axis=1), plain.argmax(axis=1))
    odds = (tilted[:, 0] / tilted[:, 1]) / (plain[:, 0] / plain[:, 1])
    np.testing.assert_allclose(odds, 3)


def test_other_languages_and_encoders_can_be_named(encoders, table):
    few = ZeroShot(languages=["uk"]).fit(table, TRUTH).predict_proba(table)
    assert not np.allclose(few, ZeroShot().fit(table, TRUTH).predict_proba(table))
    mine = ZeroShot(encoder=str(encoders["words"])).fit(table, TRUTH)
    assert mine.predict_proba(table).shape == (len(TOLD), 3)


def test_an_export_answers_the_same_without_the_training_stack(table, tmp_path):
    predictor = ZeroShot().fit(table, TRUTH).predictor_
    write_bundle(tmp_path / "bundle", predictor, {"model": {"name": "zero_shot"}})
    assert verify_in_fresh_process(tmp_path / "bundle") < 1e-3
    again = read_bundle(tmp_path / "bundle").predictor
    np.testing.assert_allclose(again.predict_proba(table), predictor.predict_proba(table))
    assert is_convertible(predictor)


def test_labels_are_described_alike_in_every_language(corpus):
    described = packaged_descriptions()
    assert set(described) == set(packaged_hypotheses())
    assert set(described) == set(corpus.column("language").unique().to_pylist())
    for language, labels in described.items():
        assert [len(one) for one in labels] == [12] * len(LABELS), language
        assert len({text for one in labels for text in one}) == 36, language


def test_hypotheses_name_the_actor_or_someone():
    for worded in packaged_hypotheses().values():
        assert all(ACTOR in one for one in worded.labels)
        for name in ("Осло", "{actor}", ""):
            written = worded.about(name)
            assert len(set(written)) == 3
            assert all((name or worded.someone) in one for one in written)


def test_what_cannot_be_is_refused(table):
    with pytest.raises(ValidationError, match=r"unknown language of label descriptions 'ua'"):
        ZeroShotConfig(languages=["uk", "ua"])
    with pytest.raises(ValidationError, match="class_weight"):
        ZeroShotConfig(class_weight="balanced")
    with pytest.raises(ValidationError, match="greater than 0"):
        ZeroShotConfig(temperature=0)
    with pytest.raises(ValueError, match="'none' or a weight by label; found 'balanced'"):
        ZeroShot(class_weight="balanced").fit(table, TRUTH)
    with pytest.raises(ValueError, match="'similarity' or 'nli'; found 'nil'"):
        ZeroShot(method="nil").fit(table, TRUTH)
    assert chosen_languages(["en", "en"]) == ("en",)
