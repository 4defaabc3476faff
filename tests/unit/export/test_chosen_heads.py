"""A bundle of a model of several corpora answers by the head that is named."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pytest
from made_bundles import make_bundle
from made_files import write
from made_trained import small, two_corpora

from stancelab.errors import StancelabError, UnknownNameError
from stancelab.export.bundle import write_bundle
from stancelab.export.card.use import use
from stancelab.export.manifest import read_manifest
from stancelab.export.onnx.convert import convert
from stancelab.export.onnx.wanted import Material, OnnxWanted
from stancelab.inference.engines import installed
from stancelab.predictors.abstaining import AbstainingPredictor
from stancelab.predictors.blind import ActorBlindPredictor
from stancelab.predictors.calibrated import CalibratedPredictor
from stancelab.predictors.checked import StateError
from stancelab.predictors.heads import choose_head, heads_of
from stancelab.predictors.onnx_transformer import OnnxTransformerPredictor
from stancelab.predictors.own_heads import UNKNOWN
from stancelab.predictors.runtime import choose_runtime
from stancelab.schema import labels_of
from stancelab.scoring import load_bundle
from stancelab.scoring.files import score_files
from stancelab.scoring.job import Job
from stancelab.scoring.target import Wishes

TABLE = two_corpora()
SIGNS = TABLE.filter(pa.compute.equal(TABLE["dataset"], "signs"))


@pytest.fixture(scope="module")
def learnt(encoders):
    chosen = {"epochs": 12, "other_names": 0.0, "format": "mark_pair"}
    model = small(encoders["words"], native=True, **chosen)
    return model.fit(TABLE, labels_of(TABLE)).predictor_


@pytest.fixture(scope="module", params=["fp32", "int8"])
def converted(request, learnt, tmp_path_factory):
    material = Material(TABLE.slice(0, 80), TABLE.slice(80))
    return convert(
        learnt, tmp_path_factory.mktemp(request.param), OnnxWanted(request.param), material
    )


@pytest.fixture(scope="module")
def bundle(converted, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundles") / "joint"
    write_bundle(folder, converted.predictor, {**converted.about, "model": {"name": "joint"}})
    return folder


def test_heads_whose_labels_are_known_can_answer(learnt):
    assert heads_of(learnt) == ("signs", "verbs")
    unknown = {**learnt.own, "verbs": dict.fromkeys(learnt.own["verbs"], UNKNOWN)}
    assert heads_of(replace(learnt, own=unknown)) == ("signs",)


@pytest.mark.parametrize("head", ["", "signs", "verbs"])
def test_an_export_answers_by_each_head_as_torch_does(learnt, converted, head):
    rows = TABLE.filter(pa.compute.equal(TABLE["dataset"], head or "signs"))
    expected = choose_head(learnt, head).predict_proba(rows)
    chosen = choose_head(converted.predictor, head)
    for runtime in installed():
        answers = choose_runtime(chosen, runtime).predict_proba(rows)
        np.testing.assert_allclose(answers.sum(axis=1), 1)
        if converted.about["precision"] == "fp32":
            np.testing.assert_allclose(answers, expected, atol=1e-5)
        else:
            assert (answers.argmax(axis=1) == expected.argmax(axis=1)).mean() > 0.95
    if head:
        assert (expected.argmax(axis=1) == labels_of(rows)).mean() > 0.9
        assert not np.allclose(expected, learnt.predict_proba(rows), atol=1e-2)
    if head == "verbs":
        assert (expected[:, 1] == 0).all()  # none of them is neutral


def test_a_bundle_is_opened_with_a_head(converted, bundle):
    shared, own = load_bundle(bundle), load_bundle(bundle, head="signs")
    assert shared.heads == own.heads == ("signs", "verbs")
    assert read_manifest(bundle)["heads"] == ["signs", "verbs"]
    expected = choose_head(converted.predictor, "signs").predict_proba(SIGNS)
    np.testing.assert_array_equal(own.predictor.predict_proba(SIGNS), expected)
    with pytest.raises(UnknownNameError, match="--head: unknown head 'sing'; did you mean 'signs'"):
        load_bundle(bundle, head="sing")


def test_the_command_answers_by_a_head(bundle, call):
    text = "Rome praised Oslo and threatened Kyiv ."
    asked = ("predict", bundle, "--text", text, "--actor", "Oslo", "--json")
    shares = [
        json.loads(call(*asked, *more)[1])[0]["p_neutral"] for more in ((), ("--head", "signs"))
    ]
    opened = [load_bundle(bundle, head=head) for head in ("", "signs")]
    expected = [one.predict_proba([text], ["Oslo"])[0, 1] for one in opened]
    np.testing.assert_allclose(shares, expected, atol=1e-4)
    assert abs(shares[0] - shares[1]) > 1e-3
    status, _, said = call(*asked, "--head", "nouns")
    assert (status, said) == (2, "stancelab: --head: unknown head 'nouns'. Known: signs, verbs\n")


def test_files_are_scored_by_a_head(bundle, tmp_path):
    rows = SIGNS.select(["text", "actor", "mention_start", "mention_end"]).slice(0, 20)
    write(tmp_path / "in.parquet", rows.to_pylist())
    job = Job(
        bundle=bundle,
        inputs=(str(tmp_path / "in.parquet"),),
        wishes=Wishes(output=str(tmp_path / "out.csv")),
        part_rows=8,
        head="signs",
    )
    score_files(job, lambda *_: None)
    found = pyarrow.csv.read_csv(tmp_path / "out.csv")
    own = load_bundle(bundle, head="signs").tag(rows)
    assert found["predicted"].to_pylist() == own["predicted"].to_pylist()
    np.testing.assert_allclose(found["p_neutral"], own["p_neutral"], atol=1e-4)
    shared = load_bundle(bundle).tag(rows)
    assert not np.allclose(found["p_neutral"], shared["p_neutral"], atol=1e-3)


def test_what_was_fitted_to_the_shared_head_has_no_other(learnt):
    softened = CalibratedPredictor(learnt, "temperature", 2.0)
    for fitted, told in ((softened, "calibrated"), (AbstainingPredictor(learnt, 0.5), "given its")):
        assert heads_of(fitted) == ()
        with pytest.raises(StancelabError, match=f"--head signs: this classifier was {told} "):
            choose_head(fitted, "signs")
        with pytest.raises(StancelabError, match=f"--head signs: this classifier was {told} "):
            choose_head(ActorBlindPredictor(fitted), "signs")
    blind = choose_head(ActorBlindPredictor(learnt), "signs")
    expected = ActorBlindPredictor(learnt.answering_by("signs")).predict_proba(SIGNS)
    np.testing.assert_array_equal(blind.predict_proba(SIGNS), expected)


def test_a_classifier_with_one_head_takes_none(tmp_path):
    lexicon = make_bundle("lexicon", tmp_path / "lexicon")
    with pytest.raises(StancelabError, match="--head plv: this classifier has no head but one; le"):
        load_bundle(lexicon, head="plv")


@pytest.mark.parametrize(
    ("own", "problem"),
    [
        ([{"corpus": "a", "known": [0]}, {"corpus": "a", "known": [0]}], "has 'a' where a new"),
        ([{"corpus": "", "known": [0]}], "has '' where a new corpus"),
        ([{"corpus": "a", "known": [3]}], "setting 'known' is"),
        ([{"known": [0]}], "'corpus'"),
        ({}, "'own'"),
    ],
)
def test_heads_that_are_not_described_are_refused(converted, own, problem):
    state = converted.predictor.state()
    with pytest.raises(StateError, match=problem):
        OnnxTransformerPredictor.from_state(
            type(state)({**state.settings, "own": own}, state.arrays, state.files)
        )


def test_files_of_before_have_the_shared_head_alone(converted):
    state = converted.predictor.state()
    settings = {name: one for name, one in state.settings.items() if name != "own"}
    read = OnnxTransformerPredictor.from_state(type(state)(settings, state.arrays, state.files))
    assert heads_of(read) == ()


def test_the_card_tells_of_the_heads():
    assert "labelled: `signs`, `plv`." in use({"heads": ["signs", "plv"], "requires": []}, "bundle")
    assert "--head" not in use({"requires": []}, "bundle")
