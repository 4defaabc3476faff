"""The header of a card is what the hub reads."""

from __future__ import annotations

import pytest
import yaml
from huggingface_hub import ModelCard
from made_manifest import manifest

from stancelab.export.card.header import base_model, header
from stancelab.export.card.page import model_card


@pytest.mark.parametrize(
    ("export_format", "library"),
    [
        ("bundle", "stancelab"),
        ("onnx", "stancelab"),
        ("mlflow", "mlflow"),
        ("huggingface", "transformers"),
    ],
)
def test_the_hub_reads_every_part(tmp_path, export_format, library):
    (tmp_path / "README.md").write_text(model_card(manifest(), export_format), encoding="utf-8")
    data = ModelCard.load(tmp_path / "README.md").data
    assert (data.license, data.library_name) == ("mit", library)
    assert (data.language, data.datasets) == (["en"], ["newsmtsc"])
    assert (data.pipeline_tag, data.metrics) == ("text-classification", ["f1", "accuracy"])
    assert data.base_model is None
    found = {one.metric_name: one for one in data.eval_results}
    assert found["macro-F1"].metric_value == 0.611
    assert found["macro-F1"].dataset_name == "newsmtsc"
    assert found["accuracy"].metric_value == 0.7


def test_names_that_yaml_reads_otherwise_stay_as_they_are():
    one = manifest()["training_data"][0]
    odd = manifest(training_data=[{**one, "languages": ["no", "en"]}])
    odd["model"] = {"name": "yes: #1", "config": {}}
    found = yaml.safe_load(header(odd, "bundle").strip("-"))
    assert found["language"] == ["en", "no"]
    assert found["model-index"][0]["name"] == "yes: #1"


def test_parts_of_a_corpus_are_its_splits():
    tested = {"newsmtsc/devtest_rw": {"macro_f1": 0.5, "accuracy": 0.6}}
    found = manifest(metrics={"tested": tested})
    (result,) = yaml.safe_load(header(found, "bundle").strip("-"))["model-index"][0]["results"]
    assert result["dataset"] == {
        "name": "newsmtsc/devtest_rw",
        "type": "newsmtsc",
        "split": "devtest_rw",
    }


def test_other_terms_are_linked_and_own_files_are_no_data_sets_of_the_hub():
    one = manifest()["training_data"][0]
    own = {**one, "name": "mine.csv", "licence": "not stated: your own file", "languages": []}
    hub = {**one, "name": "hub:owner/name", "licence": "see its page"}
    found = yaml.safe_load(header(manifest(training_data=[own, hub]), "bundle").strip("-"))
    assert (found["license"], found["license_link"]) == ("other", "README.md#licence")
    assert found["datasets"] == ["owner/name"]


def test_a_refit_has_no_results():
    found = yaml.safe_load(header(manifest(refit=True, metrics={}), "bundle").strip("-"))
    assert "model-index" not in found


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("bundled", "intfloat/multilingual-e5-small"),
        ("owner/name@0123", "owner/name"),
        ("mine", None),
        ("/somewhere/mine", None),
    ],
)
def test_the_encoder_is_named_where_others_find_it(name, named):
    encoder = {"name": name, "revision": "one"}
    assert base_model(encoder) == named
    assert (f"base_model: {named}" in header(manifest(encoder=encoder), "onnx")) == (
        named is not None
    )
