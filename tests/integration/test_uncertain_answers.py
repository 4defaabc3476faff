"""An exported classifier that says when it is not sure, wherever it is asked."""

from __future__ import annotations

import json

import mlflow
import pandas as pd
import pytest

import stancelab

UNCERTAIN = "uncertain"


@pytest.fixture(scope="module")
def bundle(workplace, tmp_path_factory):
    """The best model, answering half of the validation rows."""
    import os

    from stancelab.tracking.exporting import export

    folder = tmp_path_factory.mktemp("abstaining") / "bundle"
    before = os.getcwd()
    os.chdir(workplace.folder)
    try:
        export("best:01_baselines", folder, abstain=("coverage", 0.5))
    finally:
        os.chdir(before)
    return folder


def asked(workplace):
    """Tested rows of the run that the bundle comes from."""
    rows = stancelab.read_predictions("01_baselines")
    return rows[(rows["model"] == "tfidf_logreg") & (rows["seed"] == 0)].head(200)


def test_it_answers_about_as_often_as_was_asked_for(workplace, bundle):
    rows = asked(workplace)
    asked_for = rows[["text", "actor", "mention_start", "mention_end"]]
    predicted = stancelab.load_bundle(bundle).tag(asked_for)["predicted"].to_pylist()
    unsure = [answer == UNCERTAIN for answer in predicted]
    assert 0.3 < sum(unsure) / len(unsure) < 0.7
    right = (rows["label"] == predicted)[[not one for one in unsure]].mean()
    assert right > (rows["label"] == rows["predicted"]).mean() + 0.05
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["answers"][-1] == UNCERTAIN
    assert manifest["abstention"]["validation"]["coverage"] == pytest.approx(0.5, abs=0.01)
    assert UNCERTAIN in (bundle / "README.md").read_text(encoding="utf-8")


def test_the_command_line_and_mlflow_say_the_same(workplace, bundle, call, tmp_path):
    rows = asked(workplace)[["text", "actor", "mention_start", "mention_end"]].head(40)
    expected = stancelab.load_bundle(bundle).tag(rows)["predicted"].to_pylist()
    assert UNCERTAIN in expected
    rows.to_json(tmp_path / "in.jsonl", orient="records", lines=True, force_ascii=False)
    status, out, _ = call("predict", bundle, tmp_path / "in.jsonl", "-o", tmp_path / "out.jsonl")
    tagged = pd.read_json(tmp_path / "out.jsonl", lines=True)
    assert status == 0
    assert f"{expected.count(UNCERTAIN)} {UNCERTAIN}" in out
    assert tagged["predicted"].tolist() == expected
    served = mlflow.pyfunc.load_model(str(bundle)).predict(rows.reset_index(drop=True))
    assert served["predicted"].tolist() == expected


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--abstain", "0.9"], "expected precision=SHARE or coverage=SHARE"),
        (["--abstain", "precision=1.5"], "above 0 and up to 1"),
        (["--abstain", "recall=0.5"], "expected precision=SHARE or coverage=SHARE"),
        (["--abstain", "coverage=0.5", "--refit"], "leave out one of the two"),
        (["--abstain", "coverage=0.01"], "at least 20"),
    ],
)
def test_what_cannot_be_is_one_line(workplace, call, tmp_path, words, message):
    place = tmp_path / "bundle"
    status, out, err = call("export", "best:01_baselines", place, *words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert message in err
    assert not place.exists()
