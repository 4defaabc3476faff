"""Models of natural-language inference as zero-shot classifiers."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from made_encoders import tiny_bert, tiny_roberta

from stancelab.encoders import find_encoder
from stancelab.errors import EncoderError
from stancelab.export.onnx.wanted import ExportError
from stancelab.models.zero_shot import ZeroShot, ZeroShotConfig
from stancelab.predictors.calibrated import CalibratedPredictor
from stancelab.predictors.checked import StateError
from stancelab.predictors.ensemble import EnsemblePredictor
from stancelab.predictors.entailment import EntailmentPredictor
from stancelab.schema import as_table
from stancelab.tracking.exportable import check_holds
from stancelab.zero_shot.source import entailment_label
from stancelab.zero_shot.wordings import packaged_hypotheses

NAMES = ("contradiction", "neutral", "entailment")
ROWS = [
    {"text": "Oslo thanked Warsaw.", "actor": "Warsaw", "language": "en"},
    {"text": "Варшава подякувала Києву.", "actor": "Київ", "language": "uk-UA"},
    {"text": "Rooma kiitti Osloa.", "actor": "Oslo", "language": "fi"},
    {"text": "Minsk accused Vilnius. " * 40, "actor": "Vilnius", "language": ""},
]


def make_nli(folder, names=NAMES, made=tiny_bert):
    """Write a random classifier of pairs, and a tokenizer."""
    import torch
    from transformers import AutoConfig, AutoModelForSequenceClassification

    made(folder)
    labels = {"id2label": dict(enumerate(names)), "label2id": {n: i for i, n in enumerate(names)}}
    config = AutoConfig.from_pretrained(folder, initializer_range=0.5, **labels)
    torch.manual_seed(1)
    AutoModelForSequenceClassification.from_config(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def nli(tmp_path_factory):
    return make_nli(tmp_path_factory.mktemp("nli") / "tiny")


@pytest.fixture(scope="module")
def table():
    return as_table(ROWS)


def fitted(folder, table, **options):
    return ZeroShot(method="nli", encoder=str(folder), **options).fit(table, [1] * len(table))


def recompute(folder, pairs, entailment):
    """Ask the model itself, pair by pair."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    found = []
    for premise, hypothesis in pairs:
        one = tokenizer(premise, hypothesis, return_tensors="pt", truncation=True, max_length=40)
        with torch.inference_mode():
            found.append(float(model(**one).logits[0, entailment]))
    return np.array(found)


def test_probabilities_are_those_of_the_three_entailments(nli, table):
    known = packaged_hypotheses()
    pairs = [(ROWS[0]["text"], one) for one in known["en"].about("Warsaw")]
    logits = recompute(nli, pairs, 2)
    shares = np.exp(logits) / np.exp(logits).sum()
    found = fitted(nli, table).predict_proba(table.slice(0, 1))[0]
    np.testing.assert_allclose(found, shares, atol=1e-5)
    assert np.ptp(found) > 0.01


def test_hypotheses_are_in_the_language_of_the_statement(nli, table):
    asked = fitted(nli, table).predictor_._pairs(table)
    known = packaged_hypotheses()
    assert [one for _, one in asked[3:6]] == known["uk"].about("Київ")
    assert [one for _, one in asked[6:9]] == known["en"].about("Oslo")
    polish = fitted(nli, table, languages=["pl", "de"]).predictor_._pairs(table)
    assert [one for _, one in polish[:3]] == known["pl"].about("Warsaw")


def test_the_name_asked_for_comes_first_then_the_mention_then_someone(nli):
    rows = [
        {"text": "They met in Rome.", "actor": name, "mention_start": start, "mention_end": end}
        for name, start, end in (("Italy", 12, 16), ("", 12, 16), ("", -1, -1))
    ]
    asked = fitted(nli, as_table(rows)).predictor_._pairs(as_table(rows))
    assert [one.rstrip(".").split()[-1] for _, one in asked[::3]] == ["Italy", "Rome", "someone"]


def test_company_changes_nothing(nli, table):
    model = fitted(nli, table, batch=2)
    together = model.predict_proba(table)
    alone = np.vstack([model.predict_proba(table.slice(at, 1)) for at in range(len(table))])
    np.testing.assert_allclose(alone, together, atol=1e-5)
    whole = fitted(nli, table, batch=64).predict_proba(table)
    np.testing.assert_allclose(whole, together, atol=1e-5)
    assert model.predict_proba(table.slice(0, 0)).shape == (0, 3)


def test_a_model_without_token_types_is_read_too(table, tmp_path):
    names = ("ENTAILMENT", "NOT_ENTAILMENT")
    found = fitted(make_nli(tmp_path / "roberta", names, tiny_roberta), table).predict_proba(table)
    np.testing.assert_allclose(found.sum(axis=1), 1)


def test_temperature_and_weights(nli, table):
    plain = fitted(nli, table).predict_proba(table)
    soft = fitted(nli, table, temperature=1e5).predict_proba(table)
    np.testing.assert_allclose(soft, 1 / 3, atol=1e-3)
    tilted = fitted(nli, table, class_weight={"cooperative": 2.0}).predict_proba(table)
    np.testing.assert_allclose(tilted[:, 2] / tilted[:, 0], 2 * plain[:, 2] / plain[:, 0])


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"id2label": {"0": "entailment", "1": "not_entailment"}}, 0),
        ({"id2label": {"0": "Contradiction", "1": "Entailment", "2": "Neutral"}}, 1),
        ({"label2id": {"contradiction": 0, "neutral": 1, "entailment": 2}}, 2),
    ],
)
def test_entailment_is_found_by_its_name(labels, expected, nli, tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(labels), encoding="utf-8")
    files = replace(find_encoder(str(nli)), folder=tmp_path)
    assert entailment_label(files) == expected


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ({}, "its labels are nothing; expected one 'entailment'"),
        ({"id2label": {"0": "LABEL_0", "1": "LABEL_1"}}, "its labels are LABEL_0, LABEL_1;"),
        ({"id2label": {"0": "negative", "1": "positive"}}, "its labels are negative, positive;"),
        ({"id2label": {"a": "entailment"}}, "its labels are nothing"),
        ({"id2label": ["entailment"]}, "its labels are nothing"),
        ({"id2label": {"0": "entails", "1": "entailment"}}, "its labels are entails, entailment;"),
    ],
)
def test_a_model_that_says_nothing_of_entailment_is_refused(labels, told, nli, tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(labels), encoding="utf-8")
    with pytest.raises(EncoderError, match=f"{told}.*fine-tuned on MNLI"):
        entailment_label(replace(find_encoder(str(nli)), folder=tmp_path))


def test_wrong_models_are_refused_before_any_work(encoders, tmp_path):
    for name, told in (
        ("bundled", "does not say what entails what"),
        (str(encoders["words"]), "expected one 'entailment'"),
        (str(tmp_path / "nowhere"), "no such directory"),
    ):
        with pytest.raises(EncoderError, match=told):
            ZeroShotConfig(method="nli", encoder=name).check("x.toml: model.zero_shot")
    ZeroShotConfig().check("x.toml: model.zero_shot")


def test_weights_that_would_be_random_are_refused(table, tmp_path):
    folder = tiny_bert(tmp_path / "headless")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["id2label"] = dict(enumerate(NAMES))
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(EncoderError, match=r"its weights lack classifier.* they would be random"):
        fitted(folder, table).predict_proba(table)


def test_other_weights_than_those_of_the_run_are_refused(table, tmp_path):
    model = fitted(make_nli(tmp_path / "tiny"), table)
    make_nli(tmp_path / "tiny", NAMES[::-1])
    with pytest.raises(EncoderError, match="the weights belong to its revision"):
        model.predict_proba(table)


def test_state_is_read_and_a_damaged_one_refused(nli, table):
    predictor = fitted(nli, table).predictor_
    state = predictor.state()
    json.dumps(state.settings)
    again = EntailmentPredictor.from_state(state)
    np.testing.assert_array_equal(again.predict_proba(table), predictor.predict_proba(table))
    own = state.settings["hypotheses"]
    bare = {"en": {**own["en"], "neutral": "Nothing."}}
    for told, changed in {
        "'encoder' is 3": {"encoder": 3},
        "'fallback' is 'xx', expected": {"fallback": "xx"},
        "'temperature' is 0": {"temperature": 0},
        "'batch' is 0": {"batch": 0},
        "'en' is missing|'hypotheses' is": {"hypotheses": []},
        "hypothesis en.neutral has no {actor}": {"hypotheses": bare},
        "'someone' is missing": {"hypotheses": {"en": dict(list(own["en"].items())[:3])}},
    }.items():
        with pytest.raises(StateError, match=told):
            EntailmentPredictor.from_state(replace(state, settings={**state.settings, **changed}))
    with pytest.raises(StateError, match="expected numbers above 0"):
        EntailmentPredictor.from_state(replace(state, arrays={"weights": np.array([0.0, 1, 1])}))


def test_no_export_holds_it(nli, table):
    predictor = fitted(nli, table).predictor_
    for whole in (
        predictor,
        CalibratedPredictor(predictor, "temperature", 1.5),
        EnsemblePredictor([predictor, predictor]),
    ):
        for form in ("bundle", "onnx", "huggingface", "mlflow"):
            with pytest.raises(ExportError, match="zero asks a model of natural-language inf"):
                check_holds("zero", whole, form, None)
