"""From a tracked run to each format with one command, and what each answers after that."""

from __future__ import annotations

import json
import os
import subprocess

import mlflow
import numpy as np
import pandas as pd
import pytest
from bare_python import bare_python
from made_trained import TINY, write_toy

import stancelab
from stancelab.errors import VerificationError
from stancelab.export.bundle import read_bundle
from stancelab.export.digests import write_sums
from stancelab.export.formats import verify_folder
from stancelab.export.probes import read_probes
from stancelab.tracking import names
from stancelab.tracking.reading import bundle_of, find_experiment, find_run, model_of
from stancelab.tracking.registering import register_best

MORE = """\
max_steps = 20
precision = "fp32"
calibration = "temperature"
[model.words]
kind = "tfidf_word_logreg"
min_df = 1
[model.frozen]
kind = "embedding_logreg"
encoder = "{encoder}"
"""
SHARES = ["p_hostile", "p_neutral", "p_cooperative"]
ASKED = ["text", "actor", "mention_start", "mention_end"]
HUB = "models/hub"


@pytest.fixture(scope="module")
def place(encoders, tmp_path_factory):
    """A folder with a store in which a tiny encoder, n-grams and frozen vectors were trained."""
    from stancelab.tracking.flow import run_experiment

    folder, before = tmp_path_factory.mktemp("formats"), os.getcwd()
    write_toy(folder)
    content = (TINY + MORE).format(encoder=encoders["words"])
    (folder / "01_toy.toml").write_text(content, encoding="utf-8")
    os.chdir(folder)
    try:
        run_experiment(folder / "01_toy.toml")
    finally:
        os.chdir(before)
    return folder


@pytest.fixture
def inside(place, monkeypatch):
    """Work in that folder."""
    monkeypatch.chdir(place)
    return place


def run_of(model):
    cells = find_experiment("01_toy").cells
    return next(run for run in cells if run.data.tags["model.name"] == model)


def tracked_rows(model):
    run = run_of(model)
    return names.read_cell(find_experiment("01_toy").client, run).predictions.to_pandas()


def exported(call, model, folder, *words):
    """Export a model and give what the command prints for programs."""
    status, out, err = call("export", run_of(model).info.run_id, folder, "--json", *words)
    assert (status, err) == (0, "")
    return json.loads(out)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "words", "kind"),
    [
        ("words", (), "tfidf_linear"),
        ("tiny", (), "calibrated"),
        ("tiny/blind", ("--format", "onnx"), "actor_blind"),
        ("frozen", ("--format", "onnx", "--precision", "fp32"), "onnx_embedding"),
    ],
)
def test_a_bundle_answers_as_tracked_with_the_base_install(call, inside, model, words, kind):
    folder = inside / "models" / model.replace("/", "-")
    found = exported(call, model, folder, *words)
    assert (found["model"], found["run"]) == (model, run_of(model).info.run_id)
    assert found["statements_per_second"] > 0
    assert found["bytes"] == sum(file.stat().st_size for file in folder.iterdir())
    bundle = stancelab.load_bundle(folder)
    assert (bundle.manifest["predictor"], bundle.manifest["requires"]) == (kind, [])
    rows = tracked_rows(model)
    tags = bundle.tag(rows[ASKED])
    shares = np.column_stack([tags[name].to_numpy() for name in SHARES])
    np.testing.assert_allclose(shares, rows[SHARES], atol=1e-4)
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert f"of run {found['run']}" in card
    assert ("ONNX (opset" in card) == (model != "words")
    assert str(inside) not in card + (folder / "manifest.json").read_text(encoding="utf-8")


@pytest.mark.slow
def test_transformers_answer_as_tracked(call, inside):
    found = exported(call, "tiny", inside / HUB, "--format", "huggingface")
    assert found["difference"] < 1e-6
    assert found["notes"] == [
        "before you pass it on, look at what it learnt from: toy.jsonl is your own file, whose "
        "terms you know"
    ]
    run, tracked = find_run(found["run"])
    own, probes = read_bundle(bundle_of(run, tracked.client)).predictor, read_probes(inside / HUB)
    np.testing.assert_allclose(probes.expected, own.predict_proba(probes.table), atol=1e-6)
    again = exported(call, "tiny", inside / HUB, "--format", "huggingface")
    assert again["difference"] == found["difference"]
    status, out, err = call("export", "--verify", inside / HUB, "--json")
    assert (status, err, json.loads(out)["difference"]) == (0, "", found["difference"])


@pytest.mark.slow
def test_int8_is_measured_on_the_validation_rows_after_a_refit_too(call, inside):
    folder = inside / "models" / "int8"
    found = exported(call, "tiny", folder, "--precision", "int8")
    validated = int((tracked_rows("tiny")["part"] == "validation").sum())
    assert found["conversion"]["precision"] == "int8"
    assert found["conversion"]["int8"]["rows"] == validated
    assert found["conversion"]["int8"]["agreement"] >= 0.97
    refitted = exported(call, "tiny", folder, "--refit", "--precision", "int8")
    assert refitted["refit"]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["metrics"], manifest["int8"]["rows"]) == ({}, validated)
    assert "No test figure belongs to them" in (folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("model", ["words", "tiny"])
def test_a_registered_export_serves_where_stancelab_is_not_installed(call, inside, model, tmp_path):
    folder, name = inside / "models" / f"served-{model}", f"served-{model}"
    words = ("--format", "mlflow", "--register", name, "--alias", "champion")
    found = exported(call, model, folder, *words)
    assert found["registered"] == {
        "name": name,
        "version": "1",
        "alias": "champion",
        "uri": f"models:/{name}@champion",
    }
    rows = tracked_rows(model)
    rows[ASKED].to_json(tmp_path / "rows.json", orient="records")
    logged = mlflow.artifacts.download_artifacts(found["registered"]["uri"])
    for place in (folder, logged):
        code = (
            "import sys, mlflow, pandas as pd\n"
            f"rows = pd.read_json({str(tmp_path / 'rows.json')!r})\n"
            f"model = mlflow.pyfunc.load_model({str(place)!r})\n"
            "print(model.predict(rows).to_json(orient='records'))\n"
            "import stancelab\n"
            "print(stancelab.__file__)\n"
            "print([name for name in ('torch', 'sklearn', 'datasets') if name in sys.modules])\n"
        )
        python = bare_python(tmp_path / "bare")
        done = subprocess.run(
            [python, "-B", "-c", code],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        )
        answers, imported, loaded = done.stdout.splitlines()
        assert imported.startswith(str(place))
        assert loaded == "[]"
        shares = pd.DataFrame(json.loads(answers))[SHARES]
        np.testing.assert_allclose(shares, rows[SHARES], atol=1e-4)
    needed = (folder / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert not [line for line in needed if line.startswith(("stancelab", "torch"))]
    assert any(line.startswith("onnxruntime==") for line in needed) == (model == "tiny")


@pytest.mark.slow
def test_a_run_stays_what_it_trained_after_an_export_of_it_was_registered(call, inside):
    run = run_of("words")
    own = model_of(run)
    folder = inside / "models" / "again"
    one = exported(call, "words", folder, "--format", "mlflow", "--register", "best")
    other = exported(call, "words", folder, "--format", "mlflow", "--register", "best")
    assert [found["registered"]["uri"] for found in (one, other)] == [
        "models:/best/1",
        "models:/best/2",
    ]
    again, tracked = find_run("models:/best/2")
    assert (again.info.run_id, model_of(again)) == (run.info.run_id, own)
    assert find_experiment("01_toy").best_run().info.run_id == run.info.run_id
    assert register_best("01_toy", "best") == "3"
    assert tracked.client.get_model_version("best", "3").source == f"models:/{own}"


@pytest.mark.slow
def test_a_folder_without_its_code_is_noticed(call, inside):
    folder = inside / "models" / "lacking"
    exported(call, "words", folder, "--format", "mlflow")
    assert not list(folder.rglob("__pycache__"))
    assert not (folder / "code" / "stancelab" / "corpus").exists()
    (folder / "code" / "stancelab" / "scoring" / "bundle.py").unlink()
    write_sums(folder)
    with pytest.raises(VerificationError, match="does not answer by itself"):
        verify_folder(folder)


@pytest.mark.slow
def test_what_else_is_at_the_place_is_left_there(call, inside, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    for chosen in ("bundle", "huggingface"):
        status, out, err = call("export", run_of("tiny").info.run_id, tmp_path, "--format", chosen)
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert "choose another folder or remove it" in err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--format", "onnx"], "tfidf_logreg (tfidf_logreg) has no network to write as ONNX"),
        (["--precision", "int8"], "has no network to convert; leave out --precision"),
        (["--languages", "uk,en"], "has no network to convert; leave out --precision"),
        (["--keep-tokens-of", "a.txt"], "has no network to convert; leave out --precision"),
        (["--languages", "uk,"], "--languages 'uk,': expected codes with commas"),
        (["--format", "huggingface"], "holds a fine-tuned encoder"),
        (["--format", "huggingface", "--precision", "fp32"], "whole network in single precision"),
        (["--format", "huggingface", "--abstain", "coverage=0.5"], "always answers; leave out"),
        (["--register", "stance"], "--register goes with --format mlflow"),
        (["--alias", "champion"], "add --register NAME"),
        (["--verify", "models/best"], "--verify DIR takes no other argument"),
        (["--format", "gguf"], "'gguf' is not one of 'bundle', 'onnx', 'huggingface', 'mlflow'"),
    ],
)
def test_what_cannot_be_exported_is_one_line(workplace, call, tmp_path, words, message):
    status, out, err = call("export", "best:01_baselines", tmp_path / "out", *words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert message in err
    assert list(tmp_path.iterdir()) == []
