"""What a fine-tuned encoder is once trained: a state over an encoder that stays where it is."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace

import numpy as np
import pytest
from made_encoders import tiny_electra
from made_trained import small, tiny_words, toy_table

from stancelab.errors import EncoderError, MissingExtraError
from stancelab.export.bundle import read_bundle, write_bundle
from stancelab.export.verify import largest_difference, verify_in_fresh_process
from stancelab.features.actor_tokens import InputSettings
from stancelab.models.blind import ActorBlind
from stancelab.predictors.checked import UnfitWeightsError
from stancelab.predictors.transformer import TransformerPredictor
from stancelab.schema import as_table, labels_of

TABLE = toy_table()
LABELS = labels_of(TABLE)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """An encoder of this module's own, which a test may take away."""
    return tiny_words(tmp_path_factory.mktemp("encoder") / "mine")


@pytest.fixture(scope="module")
def model(home):
    chosen = {"format": "mark_pair", "pooling": "mean_span", "max_tokens": 48, "source": True}
    return small(home, epochs=1, native=True, **chosen).fit(TABLE, LABELS)


def again(model):
    """The same predictor in a new object, which opens the encoder anew."""
    return TransformerPredictor.from_state(model.predictor_.state())


def test_it_survives_its_state(model, home):
    predictor = again(model)
    np.testing.assert_array_equal(predictor.predict_proba(TABLE), model.predict_proba(TABLE))
    np.testing.assert_array_equal(predictor.predict_native(TABLE), model.predict_native(TABLE))
    state = predictor.state()
    assert state.settings["encoder"] == str(home)
    assert state.settings["known"] == [0, 2]
    assert predictor.inputs == InputSettings("mark_pair", True, 48)
    assert predictor.predict_proba(TABLE.slice(0, 0)).shape == (0, 3)


def test_it_keeps_what_training_changed_and_no_other_words(model):
    arrays = model.predictor_.state().arrays
    assert len(arrays["words.ids"]) == len(arrays["words.rows"]) < 40
    assert arrays["words.rows"].dtype == np.float32
    assert all(array.flags["C_CONTIGUOUS"] for array in arrays.values())


def test_words_that_training_never_saw_are_the_encoders_own(model):
    """Their vectors are no less told apart than before training."""
    table = as_table([{"text": f"Rome thanked {word} .", "actor": word} for word in "бвг"])
    found = model.predict_proba(table)
    assert np.abs(found[0] - found[1]).max() > 1e-6
    assert np.abs(found[1] - found[2]).max() > 1e-6


def test_a_bundle_answers_as_the_model_did(model, tmp_path):
    folder = tmp_path / "bundle"
    write_bundle(folder, model.predictor_, {"model": {"name": "mine"}})
    contents = read_bundle(folder)
    np.testing.assert_array_equal(
        contents.predictor.predict_proba(TABLE), model.predict_proba(TABLE)
    )
    assert contents.manifest["tolerance"] == 1e-3
    assert contents.manifest["requires"] == ["train"]
    assert largest_difference(folder) <= 1e-6
    blind = ActorBlind(small(model.encoder, epochs=1)).fit(TABLE, LABELS)
    write_bundle(tmp_path / "blind", blind.predictor_, {})
    assert read_bundle(tmp_path / "blind").manifest["requires"] == ["train"]


@pytest.mark.slow
def test_a_bundle_is_verified_in_a_fresh_process(model, tmp_path):
    write_bundle(tmp_path / "bundle", model.predictor_, {})
    assert verify_in_fresh_process(tmp_path / "bundle") <= 1e-6


def test_an_encoder_that_is_gone_or_another_is_told_in_one_line(model, home, tmp_path):
    kept = shutil.copytree(home, tmp_path / "kept")
    try:
        with (home / "config.json").open("a") as file:
            file.write(" ")
        changed = r"the weights belong to its revision local-\w+, found local-\w+; put back"
        with pytest.raises(EncoderError, match=changed) as raised:
            again(model).predict_proba(TABLE)
        assert "\n" not in str(raised.value)
        shutil.rmtree(home)
        gone = rf"encoder '{home}': no such directory; expected a directory"
        with pytest.raises(EncoderError, match=gone) as raised:
            again(model).predict_proba(TABLE)
        assert "\n" not in str(raised.value)
    finally:
        shutil.copytree(kept, home, dirs_exist_ok=True)
    assert np.isfinite(again(model).predict_proba(TABLE)).all()


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("words.ids", lambda array: array + 10**6),
        ("words.rows", lambda array: array[:, :-1]),
        ("heads.stance.weight", lambda array: array[:, :-1]),
        ("heads.more.weight", None),
    ],
)
def test_weights_of_another_network_are_told_in_one_line(model, name, changed):
    weights = dict(model.predictor_.weights)
    weights[name] = changed(weights[name]) if changed else np.zeros(3, np.float32)
    with pytest.raises(UnfitWeightsError, match="the weights do not fit the encoder") as raised:
        replace(again(model), weights=weights).predict_proba(TABLE)
    assert "\n" not in str(raised.value)


def test_an_encoder_of_no_known_name_is_told(model):
    with pytest.raises(EncoderError, match=r"belong to its revision .*did you mean 'bundled'"):
        replace(again(model), encoder="bundle").predict_proba(TABLE)


def test_without_the_training_stack_the_extra_is_named(model, monkeypatch):
    predictor = again(model)
    monkeypatch.setitem(sys.modules, "stancelab.finetuning.opening", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'stancelab\[train\]'"):
        predictor.predict_proba(TABLE)


def test_layers_may_be_wider_than_word_embeddings(tmp_path):
    encoder = tiny_electra(tmp_path / "electra")
    chosen = {"format": "mark_pair", "pooling": "mean_span", "max_tokens": 32}
    electra = small(encoder, epochs=1, **chosen).fit(TABLE, LABELS)
    np.testing.assert_allclose(
        again(electra).predict_proba(TABLE), electra.predict_proba(TABLE), atol=1e-6
    )
