"""A state that makes no predictor is refused when it is read, not when a row is asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_bundles import (
    ROWS,
    actor_prior,
    constant,
    curved,
    embedding,
    lexicon,
    onnx_embedding,
    onnx_transformer,
    softened,
    tfidf,
    transformer,
)

from stancelab.predictors.base import predictor_class
from stancelab.predictors.checked import StateError
from stancelab.schema import as_table


def read(predictor, arrays=None, **settings):
    """Make a predictor again from its state with other arrays or settings; None takes one out."""
    state = predictor.state()
    changed = {**state.settings, **settings}
    arrays = {**state.arrays, **(arrays or {})}
    kept = {name: one for name, one in arrays.items() if one is not None}
    settings = {name: one for name, one in changed.items() if one is not ...}
    return predictor_class(predictor.kind).from_state(
        replace(state, settings=settings, arrays=kept)
    )


def refuse(match, predictor, arrays=None, **settings):
    with pytest.raises(StateError, match=match):
        read(predictor, arrays, **settings)


@pytest.mark.parametrize("made", [constant, actor_prior, lexicon, tfidf, softened, curved])
def test_whole_states_are_read(made):
    table = as_table(ROWS)
    predictor = made()
    again = read(predictor)
    np.testing.assert_array_equal(again.predict_proba(table), predictor.predict_proba(table))


def test_shares_are_shares():
    refuse(r"array 'shares' is missing", constant(), {"shares": None})
    refuse(r"is float64 of shape \(2,\), expected \(3\)", constant(), {"shares": np.ones(2) / 2})
    refuse(r"is int64 of shape \(3,\)", constant(), {"shares": np.array([1, 0, 0])})
    for bad in ([0.5, 0.5, 0.5], [-0.5, 0.5, 1.0]):
        refuse("something other than shares of one", constant(), {"shares": np.array(bad)})
    for bad in (np.nan, np.inf):
        refuse("no finite numbers", constant(), {"shares": np.array([bad, 0.5, 0.5])})


def test_actors_are_different_and_have_shares_each():
    refuse("setting 'actors' is missing", actor_prior(), actors=...)
    refuse("setting 'actors' is 'Oslo', expected list", actor_prior(), actors="Oslo")
    refuse("other than different texts", actor_prior(), actors=["Oslo", "Oslo"])
    refuse("other than different texts", actor_prior(), actors=["Oslo", ["Rome"]])
    refuse(r"expected \(2, 3\)", actor_prior(), actors=["Oslo"])


def test_a_lexicon_has_weights_above_zero():
    for bad in ([0.0, 1, 1], [-1.0, 1, 1]):
        refuse("expected numbers above 0", lexicon(), {"weights": np.array(bad)})


def test_terms_have_a_frequency_and_a_weight_each():
    terms = len(tfidf().features.idf)
    settings = tfidf().state().settings["settings"]
    vocabularies = tfidf().state().settings["vocabularies"]
    refuse(rf"array 'idf' .*expected \({terms}\)", tfidf(), {"idf": np.ones(terms - 1)})
    refuse(rf"array 'weights' .*\({terms}, 3\)", tfidf(), {"weights": np.ones((terms, 2))})
    for bad in (0.0, 0.99, 1e9):
        refuse("'idf' has values outside 1 to 100", tfidf(), {"idf": np.full(terms, bad)})
    refuse("'vocabularies' has 4 blocks", tfidf(), vocabularies=vocabularies[:-1])
    refuse("expected list", tfidf(), vocabularies=[*vocabularies[:-1], "abc"])
    refuse("different texts", tfidf(), vocabularies=[["a", "a"], *vocabularies[1:]])
    for key, bad in {"char_min": 0, "char_max": 1, "window": 0, "characters": 1}.items():
        refuse(f"setting '{key}' is {bad}, expected", tfidf(), settings={**settings, key: bad})
    refuse("'window' is True, expected int", tfidf(), settings={**settings, "window": True})
    refuse("'window' is 2.0, expected int", tfidf(), settings={**settings, "window": 2.0})


def test_a_bias_may_lack_labels_and_nothing_else():
    assert read(tfidf(), {"bias": np.array([0.1, -np.inf, 0.2])}).bias[1] == -np.inf
    for bad in ([np.nan, 0, 0], [np.inf, 0, 0], [-np.inf] * 3):
        refuse("array 'bias' is", tfidf(), {"bias": np.array(bad)})


def test_weights_of_an_encoder_have_its_size():
    refuse("'encoder' is 1, expected str", embedding(), encoder=1)
    refuse("'window' is 0", embedding(), window=0)
    refuse(r"expected \(768, 3\)", embedding(), {"weights": np.ones((4, 3), np.float32)})


def test_a_temperature_is_no_extreme():
    inner = softened().inner
    for bad in (0, -1.0, 1e-300, 1e300, True, "1"):
        refuse(r"'temperature' is .*expected", inner, temperature=bad)
    refuse("'method' is 'warm', expected temperature or isotonic", inner, method="warm")
    refuse("array 'hostile.x' is missing", inner, method="isotonic")
    refuse("'kind' is None", inner, kind=None)
    refuse("'settings' is", inner, settings=[])


def test_curves_rise_from_0_to_1():
    name = "neutral.y"
    for bad in ([0.5, 0.4, 0.9], [-0.1, 0.4, 0.9], [0.1, 0.4, 1.1], [0.1, 0.4], []):
        refuse("curve", curved(), {name: np.array(bad)})
        refuse("curve", curved(), {"neutral.x": np.array(bad)})
    refuse("finite", curved(), {name: np.array([0.1, np.nan, 0.9])})
    refuse(r"shape \(3, 1\)", curved(), {name: np.ones((3, 1))})


def test_a_threshold_is_a_probability():
    for bad in (-0.1, 1.1, None, "0.5", False):
        refuse("'threshold' is", softened(), threshold=bad)
    assert read(softened(), threshold=1).threshold == 1.0


def test_fine_tuned_weights_fit_together():
    found = transformer()
    inputs = found.state().settings["inputs"]
    refuse("'encoder' is 1", found, encoder=1)
    refuse("'revision' is None", found, revision=None)
    refuse("'pooling' is 'max', expected mean or span", found, pooling="max")
    refuse("'format' is 'bold', expected mark or pair", found, inputs={**inputs, "format": "bold"})
    refuse("'source' is 0, expected bool", found, inputs={**inputs, "source": 0})
    refuse("'max_tokens' is 0", found, inputs={**inputs, "max_tokens": 0})
    for bad in ([], [0, 0], [2, 0], [3], [True], [0.0], ["0"]):
        refuse("setting 'known' is", found, known=bad)
    own = [{"corpus": "plv", "labels": {"1": 2, "4": 0}}]
    refuse("array 'heads.own_0.weight' is missing", found, own=own)
    refuse("'own' has 'plv' twice", found, own=own * 2)
    for labels in ({"1": 3}, {"1": -2}, {"1": True}, {"1": "0"}):
        refuse("'own' has a label of 'plv'", found, own=[{"corpus": "plv", "labels": labels}])
    refuse("array 'heads.own_0.weight' is missing", found, native_labels=["a", "b"])
    for bad in ([2, 2, 9], [-1, 5, 9]):
        refuse("other than different numbers", found, {"words.ids": np.array(bad)})
    refuse(r"'words.rows' .*expected \(3, any\)", found, {"words.rows": np.ones((2, 4))})
    refuse(r"'heads.stance.bias' .*\(3\)", found, {"heads.stance.bias": np.ones(2)})
    refuse("'encoder.more' has values", found, {"encoder.more": np.array([np.nan])})


def test_networks_in_files_have_their_settings_and_files(tmp_path):
    found = onnx_transformer(tmp_path)
    for key, bad in {"pad": -1, "typed": 1, "precision": "int4", "known": [7], "inputs": 3}.items():
        refuse(f"setting '{key}' is", found, **{key: bad})
    state = found.state()
    without = replace(state, files={"encoder.onnx": state.files["encoder.onnx"]})
    with pytest.raises(StateError, match=r"tokenizer\.json is missing among the files"):
        predictor_class(found.kind).from_state(without)
    (tmp_path / "other").mkdir()
    other = onnx_embedding(tmp_path / "other")
    for key in ("size", "longest", "window", "prefix", "name", "revision"):
        refuse(f"setting '{key}' is None, expected", other, **{key: None})
    refuse(r"expected \(10, 3\)", other, size=5)
