"""What MLflow holds of an experiment, found by MLflow's own means."""

from __future__ import annotations

import json
import subprocess

import mlflow
import numpy as np
import pyarrow.parquet as pq
import pytest
from made_verbs import write_verbs

import stancelab
from stancelab.schema import LABELS
from stancelab.tracking import names
from stancelab.tracking.flow import run_experiment
from stancelab.tracking.reading import find_experiment
from stancelab.tracking.store import open_store

CHILDREN = "attributes.status = 'FINISHED' and tags.`stancelab.role` != 'experiment'"


def search(condition=""):
    mlflow.set_tracking_uri(open_store().tracking_uri)
    both = f"{CHILDREN} and {condition}" if condition else CHILDREN
    return mlflow.search_runs(experiment_names=["01_baselines"], filter_string=both)


def artifact(run, name):
    client = open_store()
    return mlflow.artifacts.download_artifacts(
        artifact_uri=f"{run.info.artifact_uri}/{name}", tracking_uri=client.tracking_uri
    )


def test_search_runs_reproduces_the_leaderboard(workplace):
    means = search().groupby("tags.model.name")["metrics.test/macro_f1"].mean()
    rows = {row.model: row.macro_f1 for row in find_experiment("01_baselines").rows()}
    assert set(means.index) == set(rows)
    for model, value in rows.items():
        assert means[model] == pytest.approx(value)


def test_tags_find_runs(workplace):
    found = search(
        "tags.`model.kind` = 'tfidf_logreg' and tags.seed = '1' and tags.leaky = 'false'"
    )
    assert sorted(found["tags.model.name"]) == ["tfidf_logreg", "tfidf_logreg/blind"]
    assert len(search("tags.`data.test` = 'statements'")) == 14


def test_every_metric_stands_by_label_and_by_slice(workplace):
    runs = find_experiment("01_baselines").cells
    run = next(run for run in runs if run.data.tags["model.name"] == "tfidf_logreg")
    metrics = run.data.metrics
    for label in LABELS:
        for metric in ("f1", "precision", "recall", "rows"):
            assert f"test/{metric}/{label}" in metrics
    for metric in ("mae", "weighted_kappa", "polar_errors", "ece", "brier", "log_loss"):
        assert f"test/{metric}" in metrics
    parts = (metrics[f"test/{name}"] for name in ("reliability", "resolution", "uncertainty"))
    reliability, resolution, uncertainty = parts
    assert metrics["test/brier"] == pytest.approx(reliability - resolution + uncertainty)
    assert metrics["test/ece"] < 0.15
    assert 0 <= metrics["form/changed"] < 0.5
    assert metrics["model_megabytes"] > 0.1
    assert 0.3 < metrics["slice/language:uk/macro_f1"] < 0.9
    assert metrics["slice/language:uk/macro_f1_low"] < metrics["slice/language:uk/macro_f1_high"]


def test_the_table_of_slices_leads_back_from_the_metrics(workplace):
    run = find_experiment("01_baselines").cells[-1]
    with open(artifact(run, names.SLICES), encoding="utf-8") as file:
        slices = json.load(file)
    sliced = {name for name in run.data.metrics if name.startswith("slice/")}
    assert {f"slice/{one['name']}/macro_f1" for one in slices} <= sliced
    assert {"language", "actor", "genre", "topic", "length", "actors", "negation"} <= {
        one["dimension"] for one in slices
    }
    uk = next(one for one in slices if (one["dimension"], one["value"]) == ("language", "uk"))
    rows = names.read_cell(open_store(), run).predictions.to_pandas()
    own = rows[(rows["part"] == "test") & (rows["language"] == "uk")]
    assert uk["rows"] == len(own)
    predicted = own[[f"p_{name}" for name in LABELS]].to_numpy().argmax(axis=1)
    assert uk["accuracy"] == pytest.approx((predicted == own["label"]).mean())


def test_data_sets_are_inputs_with_their_split_and_digest(workplace):
    run = find_experiment("01_baselines").cells[-1]
    inputs = {one.tags[0].value: one.dataset for one in run.inputs.dataset_inputs}
    assert set(inputs) == {"train", "validation", "test"}
    assert len({one.digest for one in inputs.values()}) == 3
    sizes = {part: json.loads(one.profile)["rows"] for part, one in inputs.items()}
    assert sum(sizes.values()) == 4259
    assert json.loads(inputs["test"].source)["split"] == "grouped"


def test_the_surest_errors_are_kept_with_their_words(workplace):
    runs = find_experiment("01_baselines").cells
    run = next(run for run in runs if run.data.tags["model.name"] == "tfidf_logreg")
    kept = pq.read_table(artifact(run, names.MISTAKES)).to_pandas()
    assert len(kept) == 100
    assert (kept["label"] != kept["predicted"]).all()
    assert kept["confidence"].is_monotonic_decreasing
    read = stancelab.read_mistakes("01_baselines")
    own = read[(read["model"] == "tfidf_logreg") & (read["seed"] == 0)]
    assert own["text"].tolist() == kept["text"].tolist()
    with_words = [words for words in own["words"] if words]
    assert len(with_words) > 80
    for text, words in zip(own["text"], own["words"], strict=True):
        assert all(word.lower() in text.lower() for word, _ in words)


def test_predictions_and_slices_are_read_as_frames(workplace):
    predictions = stancelab.read_predictions("01_baselines")
    runs = stancelab.read_runs("01_baselines")
    own = predictions[(predictions["model"] == "lexicon") & (predictions["seed"] == 1)]
    run = runs[(runs["model"] == "lexicon") & (runs["seed"] == 1)].iloc[0]
    right = (own["label"] == own["predicted"]).mean()
    assert right == pytest.approx(run["test/accuracy"])
    slices = stancelab.read_slices("01_baselines")
    uk = slices[(slices["name"] == "language:uk") & (slices["model"] == "lexicon")]
    assert np.allclose(
        uk["macro_f1"], runs[runs["model"] == "lexicon"]["slice/language:uk/macro_f1"]
    )


def test_the_page_lies_with_the_parent(workplace):
    tracked = find_experiment("01_baselines")
    with open(artifact(tracked.parent, names.PAGE), encoding="utf-8") as file:
        text = file.read()
    for model in ("tfidf_logreg/blind", "actor_majority", "lexicon"):
        assert model in text


def test_a_run_samples_the_machine_and_keeps_the_changes_of_the_code(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL", "0.05")
    write_verbs(tmp_path)
    experiment = tmp_path / "mine.toml"
    experiment.write_text(
        'seeds = [0]\n[data]\npath = "mine.jsonl"\n[model.lexicon]\n', encoding="utf-8"
    )
    who = ["-c", "user.name=A", "-c", "user.email=a@b.c"]
    for words in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", "One"]):
        subprocess.run(["git", *words], check=True)
    with experiment.open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    run_experiment("mine.toml")
    parent = find_experiment("mine").parent
    assert parent.data.tags["git.dirty"] == "true"
    with open(artifact(parent, "changes.diff"), encoding="utf-8") as file:
        assert "+# changed" in file.read()
    assert "system/cpu_utilization_percentage" in parent.data.metrics
