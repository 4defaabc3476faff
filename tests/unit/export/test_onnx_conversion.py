"""A converted encoder answers as the trained one does, in every runtime, from its files alone."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import onnx
import pyarrow as pa
import pytest
from made_trained import small, toy_table

from stancelab.encoders import open_encoder
from stancelab.export.bundle import read_bundle, write_bundle
from stancelab.export.onnx.convert import convert, is_convertible, needs_conversion
from stancelab.export.onnx.wanted import ExportError, Material, OnnxWanted
from stancelab.inference.engines import installed
from stancelab.predictors.abstaining import AbstainingPredictor
from stancelab.predictors.blind import ActorBlindPredictor
from stancelab.predictors.calibrated import CalibratedPredictor
from stancelab.predictors.holding import innermost
from stancelab.predictors.linear import EmbeddingLinearPredictor
from stancelab.predictors.priors import ConstantPredictor
from stancelab.predictors.runtime import choose_runtime
from stancelab.schema import as_table, labels_of

TABLE = toy_table()
MATERIAL = Material(TABLE.slice(0, 60), TABLE.slice(60))
UNNAMED = as_table([{"text": "Nobody met .", "actor": "Oslo"}, {"text": "", "actor": "Oslo"}])


def trained(encoders, name, **chosen):
    return small(encoders[name], **{"epochs": 1, "max_tokens": 24} | chosen).fit(
        TABLE, labels_of(TABLE)
    )


@pytest.fixture(scope="module")
def learnt(encoders):
    """A predictor that has learnt the toy set."""
    return trained(encoders, "words", format="mark_pair", epochs=12).predictor_


@pytest.fixture(scope="module")
def rounded(learnt, tmp_path_factory):
    return convert(learnt, tmp_path_factory.mktemp("int8"), OnnxWanted("int8"), MATERIAL)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["words", "bundled", "roberta", "modernbert"])
@pytest.mark.parametrize("pooling", ["mean_span", "cls"])
def test_single_precision_answers_as_torch_does(encoders, tmp_path, name, pooling):
    predictor = trained(encoders, name, pooling=pooling, format="mark_pair").predictor_
    found = convert(predictor, tmp_path, OnnxWanted(), MATERIAL)
    assert found.about["exact"]["largest_difference"] < 1e-5
    asked = pa.concat_tables([TABLE, UNNAMED])
    for runtime in installed():
        answers = choose_runtime(found.predictor, runtime).predict_proba(asked)
        np.testing.assert_allclose(answers, predictor.predict_proba(asked), atol=1e-5)


def test_both_runtimes_are_installed_here():
    assert installed() == ("openvino", "onnxruntime")


@pytest.mark.slow
def test_a_frozen_encoder_of_a_directory_is_written_too(encoders, tmp_path):
    encoder = open_encoder(str(encoders["roberta"]))
    draw = np.random.default_rng(0)
    weights = draw.normal(size=(2 * encoder.size, 3)).astype(np.float32)
    predictor = EmbeddingLinearPredictor(encoder, 20, weights, np.array([0.1, -np.inf, 0.2]))
    assert needs_conversion(predictor)
    found = convert(predictor, tmp_path, OnnxWanted(), MATERIAL)
    write_bundle(tmp_path / "bundle", found.predictor, found.about)
    again = read_bundle(tmp_path / "bundle").predictor
    asked = pa.concat_tables([TABLE, UNNAMED.slice(0, 1)])
    np.testing.assert_allclose(
        again.predict_proba(asked), predictor.predict_proba(asked), atol=1e-5
    )
    assert (again.predict_proba(asked)[:, 1] == 0).all()


def test_eight_bits_give_the_same_labels_from_fewer_bytes(rounded):
    other = rounded.predictor.state().files["encoder.onnx"]
    one = other.parent.parent / "fp32" / "encoder.onnx"
    kinds = {}
    for each in onnx.load(other).graph.initializer:
        kinds[each.data_type] = kinds.get(each.data_type, 0) + int(np.prod(each.dims))
    assert kinds[onnx.TensorProto.INT8] > 0.8 * sum(kinds.values())
    assert other.stat().st_size < 0.5 * one.stat().st_size  # a small network has much else
    about = rounded.about["int8"]
    assert about["agreement"] == 1.0
    assert about["rows"] == len(MATERIAL.validation)
    assert 0 < about["largest_difference"] == rounded.about["tolerance"] < 0.2
    assert len(about["runtimes"]) == 2
    left = len(about["layers_left"])
    assert left == -(-(left + about["layers"]) // 8)
    assert rounded.notes == ()
    assert rounded.about["exact"]["largest_difference"] < 1e-5


def test_a_sentence_has_opposite_labels_in_eight_bits_too(rounded):
    answers = rounded.predictor.predict_proba(TABLE).argmax(axis=1)
    assert (answers == labels_of(TABLE)).mean() > 0.95


def test_order_and_company_of_rows_change_nothing(rounded):
    whole = rounded.predictor.predict_proba(TABLE)
    order = np.random.default_rng(1).permutation(len(TABLE))
    np.testing.assert_allclose(
        rounded.predictor.predict_proba(TABLE.take(order)), whole[order], atol=1e-6
    )
    alone = [rounded.predictor.predict_proba(TABLE.slice(at, 1))[0] for at in range(6)]
    np.testing.assert_allclose(alone, whole[:6], atol=1e-6)
    twice = rounded.predictor.predict_proba(pa.concat_tables([TABLE, TABLE]))
    np.testing.assert_array_equal(twice[: len(TABLE)], twice[len(TABLE) :])
    assert rounded.predictor.predict_proba(TABLE.slice(0, 0)).shape == (0, 3)


@pytest.mark.slow
def test_wrappers_stay_around_what_was_converted(learnt, tmp_path):
    softened = CalibratedPredictor(ActorBlindPredictor(learnt), "temperature", 2.0)
    careful = AbstainingPredictor(softened, 0.5)
    found = convert(careful, tmp_path, OnnxWanted(), MATERIAL).predictor
    assert (found.threshold, found.inner.temperature, found.inner.inner.kind) == (
        0.5,
        2.0,
        "actor_blind",
    )
    assert innermost(found).kind == "onnx_transformer"
    np.testing.assert_allclose(found.predict_proba(TABLE), careful.predict_proba(TABLE), atol=1e-5)
    write_bundle(tmp_path / "bundle", found, {})
    again = read_bundle(tmp_path / "bundle")
    np.testing.assert_array_equal(again.predictor.predict_proba(TABLE), found.predict_proba(TABLE))


def test_the_written_files_tell_nothing_of_this_machine(rounded):
    for path in rounded.predictor.state().files.values():
        content = path.read_bytes()
        for told in (b"site-packages", b"/work", b"stack_trace", b".py"):
            assert told not in content, told


def test_a_bundle_of_it_answers_without_the_training_stack(rounded, tmp_path):
    write_bundle(tmp_path / "bundle", rounded.predictor, {**rounded.about, "model": {"name": "x"}})
    code = f"""
import sys, stancelab
bundle = stancelab.load_bundle({str(tmp_path / "bundle")!r})
print(bundle.predict_proba(["Rome thanked Oslo ."], ["Oslo"]).round(4).tolist())
stack = ("torch", "transformers", "datasets", "mlflow", "sklearn", "skops", "pandas", "onnx")
print([name for name in stack if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    shares, imported = done.stdout.splitlines()
    asked = as_table([{"text": "Rome thanked Oslo .", "actor": "Oslo"}])
    np.testing.assert_allclose(
        json.loads(shares), rounded.predictor.predict_proba(asked), atol=1e-3
    )
    assert imported == "[]"


def test_what_has_no_network_is_not_converted(learnt):
    constant = ConstantPredictor(np.array([0.2, 0.3, 0.5]))
    assert not is_convertible(constant)
    assert not is_convertible(AbstainingPredictor(constant, 0.4))
    assert is_convertible(AbstainingPredictor(learnt, 0.4))


def test_rows_to_measure_on_are_needed(learnt, tmp_path):
    none = Material(TABLE, TABLE.slice(0, 0))
    with pytest.raises(ExportError, match="the run has no validation rows"):
        convert(learnt, tmp_path, OnnxWanted(), none)
    at = TABLE.schema.get_field_index("language")
    spoken = TABLE.set_column(at, "language", pa.array(["en"] * len(TABLE)))
    with pytest.raises(ExportError, match="--languages uk: no training row is in one of them"):
        convert(learnt, tmp_path, OnnxWanted(languages=("uk",)), Material(spoken, spoken))


def test_the_command_says_what_computes_it_and_takes_another(rounded, tmp_path, call):
    write_bundle(tmp_path / "bundle", rounded.predictor, {**rounded.about, "model": {"name": "x"}})
    asked = ("predict", tmp_path / "bundle", "--text", "Rome thanked Oslo .", "--actor", "Oslo")
    status, shown, said = call(*asked)
    assert (status, "cooperative" in shown) == (0, True)
    assert said.startswith("computed with OpenVINO 20")
    status, other, said = call(*asked, "--runtime", "onnxruntime")
    assert (status, "cooperative" in other) == (0, True)
    assert said.startswith("computed with ONNX Runtime 1.")


def test_a_loss_is_measured_on_as_many_rows_as_it_takes():
    found = MATERIAL.drawn(12).validation
    assert found.equals(MATERIAL.drawn(12).validation)
    places = [MATERIAL.validation.to_pylist().index(row) for row in found.to_pylist()]
    assert places == sorted(set(places))
    assert len(places) == 12
    assert MATERIAL.drawn(len(MATERIAL.validation)) is MATERIAL
