"""An ensemble is converted member by member, and answers as its trained members do."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from made_trained import small, toy_table, two_corpora

from stancelab.encoders import open_encoder
from stancelab.errors import StancelabError
from stancelab.export.bundle import read_bundle, write_bundle
from stancelab.export.card.cost import conversion
from stancelab.export.encoder import encoders_of
from stancelab.export.manifest import read_manifest
from stancelab.export.onnx.convert import convert, is_convertible, needs_conversion
from stancelab.export.onnx.wanted import ExportError, Material, OnnxWanted
from stancelab.inference.engines import installed
from stancelab.models.linear import TfidfLogreg
from stancelab.predictors.abstaining import AbstainingPredictor
from stancelab.predictors.calibrated import CalibratedPredictor
from stancelab.predictors.ensemble import EnsemblePredictor
from stancelab.predictors.heads import choose_head, heads_of
from stancelab.predictors.holding import innermost, workers
from stancelab.predictors.linear import EmbeddingLinearPredictor
from stancelab.predictors.runtime import choose_runtime, runtime_of
from stancelab.schema import labels_of

TABLE = toy_table()
MATERIAL = Material(TABLE.slice(0, 60), TABLE.slice(60))


def networks(encoders, epochs):
    chosen = {"max_tokens": 24, "format": "mark_pair", "epochs": epochs}
    made = (small(encoders["words"], random_state=seed, **chosen) for seed in (0, 1))
    return [one.fit(TABLE, labels_of(TABLE)).predictor_ for one in made]


@pytest.fixture(scope="module")
def learnt(encoders):
    """Two networks, one of them calibrated, and n-grams between them."""
    first, last = networks(encoders, 12)
    words = TfidfLogreg().fit(TABLE, labels_of(TABLE)).predictor_
    held = EnsemblePredictor([first, words, CalibratedPredictor(last, "temperature", 2.0)])
    return AbstainingPredictor(held, 0.4)


@pytest.fixture(scope="module", params=["fp32", pytest.param("int8", marks=pytest.mark.slow)])
def converted(request, learnt, tmp_path_factory):
    steps = []
    scratch = tmp_path_factory.mktemp(request.param)
    wanted = OnnxWanted(request.param)
    return convert(learnt, scratch, wanted, MATERIAL, lambda *told: steps.append(told)), steps


def test_each_network_is_converted_and_what_has_none_is_left(learnt, converted):
    found, steps = converted
    kinds = [one.kind for one in workers(found.predictor)]
    assert kinds == ["onnx_transformer", "tfidf_linear", "onnx_transformer"]
    assert found.predictor.threshold == 0.4
    assert found.predictor.inner.members[1] is learnt.inner.members[1]
    assert found.predictor.inner.members[2].temperature == 2.0
    assert [one["member"] for one in found.about["members"]] == [1, 3]
    assert ("member 3: opening the encoder", 0, 4) in steps


def test_it_answers_as_the_trained_one_in_every_runtime(learnt, converted):
    found, _ = converted
    expected = learnt.predict_proba(TABLE)
    assert found.about["exact"]["largest_difference"] < 1e-5
    np.testing.assert_allclose(found.exact.predict_proba(TABLE), expected, atol=1e-5)
    for runtime in installed():
        answers = choose_runtime(found.predictor, runtime).predict_proba(TABLE)
        if found.about["precision"] == "fp32":
            np.testing.assert_allclose(answers, expected, atol=1e-5)
        else:
            assert (answers.argmax(axis=1) == expected.argmax(axis=1)).mean() > 0.95


def test_what_eight_bits_change_is_measured_on_the_mean(converted):
    found, _ = converted
    if found.about["precision"] == "fp32":
        assert "int8" not in found.about
        return
    own, members = found.about["int8"], [one["int8"] for one in found.about["members"]]
    assert own["rows"] == len(MATERIAL.validation)
    assert own["agreement"] == 1.0
    assert 0 < own["largest_difference"] < max(one["largest_difference"] for one in members)
    assert found.about["tolerance"] == own["largest_difference"]


def test_its_bundle_needs_no_training_stack(converted, tmp_path):
    found, _ = converted
    write_bundle(tmp_path / "bundle", found.predictor, {**found.about, "model": {"name": "x"}})
    manifest = read_manifest(tmp_path / "bundle")
    assert manifest["requires"] == []
    assert manifest["files"] == [
        f"{at}.{name}" for at in (0, 2) for name in ("encoder.onnx", "tokenizer.json")
    ]
    again = read_bundle(tmp_path / "bundle").predictor
    expected = found.predictor.predict_proba(TABLE)
    np.testing.assert_array_equal(again.predict_proba(TABLE), expected)
    code = f"""
import sys, stancelab
bundle = stancelab.load_bundle({str(tmp_path / "bundle")!r})
bundle.predict_proba(["Rome thanked Oslo ."], ["Oslo"])
stack = ("torch", "transformers", "datasets", "mlflow", "sklearn", "skops", "pandas", "onnx")
print([name for name in stack if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_card_tells_of_each_member(converted):
    found, _ = converted
    kept = {"languages": ["uk"], "tokens": 4, "of": 9, "changed_segmentation": 0.1}
    kept["macro_f1_change"] = -0.001
    first, last = found.about["members"]
    told = "\n".join(conversion({**found.about, "members": [{**first, "vocabulary": kept}, last]}))
    assert f"The networks of 2 members are ONNX (opset 20) in {found.about['precision']}" in told
    assert "- Member 1: of its 9 tokens it keeps 4, for uk: 10.0%" in told
    assert told.count("the same label for") == (found.about["precision"] == "int8")


@pytest.mark.slow
def test_a_frozen_encoder_that_answers_by_itself_is_written_only_where_asked(encoders, tmp_path):
    encoder = open_encoder("bundled")
    weights = np.random.default_rng(0).normal(size=(2 * encoder.size, 3)).astype(np.float32)
    frozen = EmbeddingLinearPredictor(encoder, 20, weights, np.zeros(3))
    (network, _), few = networks(encoders, 1), Material(TABLE.slice(0, 8), TABLE.slice(8, 8))
    held = EnsemblePredictor([frozen, network])
    assert is_convertible(held)
    assert needs_conversion(held)
    assert not needs_conversion(EnsemblePredictor([frozen]))
    found = convert(held, tmp_path / "one", OnnxWanted(frozen=False), few).predictor
    assert [one.kind for one in workers(found)] == ["embedding_linear", "onnx_transformer"]
    found = convert(held, tmp_path / "all", OnnxWanted(), few).predictor
    assert [one.kind for one in workers(found)] == ["onnx_embedding", "onnx_transformer"]
    np.testing.assert_allclose(found.predict_proba(TABLE), held.predict_proba(TABLE), atol=0.02)


@pytest.mark.slow
def test_a_member_that_loses_too_much_is_told(learnt, tmp_path, monkeypatch):
    monkeypatch.setattr("stancelab.export.onnx.rounding.REFUSED", 1.01)
    with pytest.raises(ExportError, match="at least 101% are needed; export with --precision fp32"):
        convert(learnt, tmp_path, OnnxWanted("int8"), MATERIAL)


def test_encoders_are_named_once(encoders, learnt):
    assert [one["name"] for one in encoders_of(learnt)] == [encoders["words"].name]


@pytest.mark.slow
def test_an_ensemble_answers_by_the_heads_that_all_its_members_have(encoders, tmp_path):
    table = two_corpora()
    chosen = {"native": True, "epochs": 2, "format": "mark_pair"}
    models = (small(encoders["words"], random_state=seed, **chosen) for seed in (0, 1))
    one, other = (model.fit(table, labels_of(table)).predictor_ for model in models)
    held = EnsemblePredictor([one, other])
    assert heads_of(held) == ("signs", "verbs")
    found = convert(held, tmp_path, OnnxWanted(), Material(table.slice(0, 80), table.slice(80)))
    assert runtime_of(found.predictor)
    for predictor in (held, found.predictor):
        members = [choose_head(each, "verbs") for each in (one, other)]
        mean = np.mean([each.predict_proba(table) for each in members], axis=0)
        answers = choose_head(predictor, "verbs").predict_proba(table)
        np.testing.assert_allclose(answers, mean, atol=1e-5)
        assert np.abs(answers - predictor.predict_proba(table)).max() > 1e-3
    without = EnsemblePredictor([one, innermost(networks(encoders, 1)[0])])
    assert heads_of(without) == ()
    with pytest.raises(StancelabError, match="has no head but one"):
        choose_head(without, "verbs")
