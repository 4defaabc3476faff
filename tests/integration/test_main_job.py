"""From an experiment file to tags: run, compare, choose, export, predict."""

from __future__ import annotations

import csv
import json

import numpy as np
import pyarrow as pa
import pytest

import stancelab
from stancelab.evaluation.boards import leaderboard
from stancelab.experiment import choose_best
from stancelab.schema import LABELS
from stancelab.tracking import names
from stancelab.tracking.exporting import export
from stancelab.tracking.reading import find_experiment


def test_run_again_prints_the_same_rows_and_trains_nothing(workplace, call):
    before = find_experiment("01_baselines").cells
    status, out, _ = call("run", workplace.experiment, "--json")
    rows = json.loads(out)
    assert status == 0
    assert [row["model"] for row in rows] == [
        "majority",
        "actor_majority",
        "lexicon",
        "tfidf_word_logreg",
        "tfidf_word_logreg/blind",
        "tfidf_logreg",
        "tfidf_logreg/blind",
    ]
    assert [c.info.run_id for c in find_experiment("01_baselines").cells] == [
        c.info.run_id for c in before
    ]
    assert json.loads(call("compare", "01_baselines", "--json")[1]) == rows


def test_the_actor_helps_and_its_control_cannot_swap(workplace, call):
    rows = {row["model"]: row for row in json.loads(call("compare", "01_baselines", "--json")[1])}
    best = rows["tfidf_logreg"]
    assert best["seeds"] == 2
    assert best["macro_f1"] >= 0.58
    assert best["macro_f1_low"] < best["macro_f1"] < best["macro_f1_high"]
    assert best["above_control"]
    assert best["control_difference_low"] > 0
    for name, row in rows.items():
        if name.endswith("/blind") or name == "majority":
            assert row["actor_swap"] == 0, name


def test_table_for_people_shows_every_model_and_its_interval(workplace, call):
    status, out, _ = call("compare", "01_baselines")
    assert status == 0
    for word in ("tfidf_logreg/blind", "macro-F1", "actor swap", "yes +0.", "95 % intervals"):
        assert word in out


def test_metrics_in_mlflow_are_those_of_the_predictions(workplace):
    from sklearn.metrics import accuracy_score, f1_score

    tracked = find_experiment("01_baselines")
    for run in tracked.cells:
        rows = names.read_cell(tracked.client, run).predictions.to_pandas()
        test = rows[rows["part"] == "test"]
        predicted = test[["p_hostile", "p_neutral", "p_cooperative"]].to_numpy().argmax(axis=1)
        metrics = run.data.metrics
        macro = f1_score(test["label"], predicted, labels=[0, 1, 2], average="macro")
        assert metrics["test/macro_f1"] == pytest.approx(macro)
        assert metrics["test/accuracy"] == pytest.approx(accuracy_score(test["label"], predicted))
        low, high = metrics["test/macro_f1_low"], metrics["test/macro_f1_high"]
        assert low <= metrics["test/macro_f1"] <= high
        assert metrics["test/rows/neutral"] == (test["label"] == 1).sum()


def test_runs_hold_what_the_design_says(workplace):
    tracked = find_experiment("01_baselines")
    parent, child = tracked.parent, tracked.cells[-1]
    kept = {file.path for file in tracked.client.list_artifacts(parent.info.run_id)}
    assert {"01_baselines.toml", "experiment.json", "plan.json", "leaderboard.json"} <= kept
    assert {"environment.txt", "comparison.html"} <= kept
    assert len(parent.data.params["data.sha256"]) == 64
    assert parent.inputs.dataset_inputs[0].dataset.name == "statements"
    kept = {file.path for file in tracked.client.list_artifacts(child.info.run_id)}
    assert {"predictions.parquet", "mistakes.parquet", "slices.json", "answers.svg"} <= kept
    assert child.data.params["model.C"] == "1.0"
    assert child.data.tags["mlflow.parentRunId"] == parent.info.run_id
    model = tracked.client.get_logged_model(child.outputs.model_outputs[0].model_id)
    assert model.name == "tfidf_logreg-blind"


def test_test_labels_choose_nothing(workplace):
    tracked = find_experiment("01_baselines")
    scores = [names.read_cell(tracked.client, run) for run in tracked.cells]
    chosen = choose_best(tracked.rows()).model
    generator = np.random.default_rng(0)
    shuffled = []
    for score in scores:
        table = score.predictions
        test = np.flatnonzero(np.array(table["part"].to_pylist()) == "test")
        labels = table["label"].to_numpy().copy()
        labels[test] = generator.permutation(labels[test])
        at = table.schema.get_field_index("label")
        changed = table.set_column(at, "label", pa.array(labels))
        shuffled.append(type(score)(**{**fields(score), "predictions": changed}))
    rows = leaderboard(shuffled, names.restore_scoring(tracked.plan))
    assert max(row.macro_f1 for row in rows) < 0.42
    assert choose_best(rows).model == chosen


def fields(score):
    return {name: getattr(score, name) for name in type(score).__slots__}


def test_champion_is_the_registered_best(workplace, call):
    status, _, err = call("compare", "01_baselines", "--champion")
    assert (status, err) == (0, "models:/stance@champion is version 1\n")
    client = find_experiment("01_baselines").client
    version = client.get_model_version_by_alias("stance", "champion")
    assert version.run_id == find_experiment("01_baselines").best_run().info.run_id


def test_exports_by_run_and_by_alias_answer_as_tracked(workplace, tmp_path):
    tracked = find_experiment("01_baselines")
    run = next(r for r in tracked.cells if r.data.tags["model.name"] == "tfidf_word_logreg")
    done = export(run.info.run_id, tmp_path / "words")
    assert (done.model, done.difference) == ("tfidf_word_logreg", 0)
    assert (done.format, done.notes, done.registered) == ("bundle", (), None)
    assert done.statements_per_second > 500
    bundle = stancelab.load_bundle(tmp_path / "words")
    rows = names.read_cell(tracked.client, run).predictions.slice(0, 50)
    corpus = stancelab.load_corpus("statements").to_pandas().set_index("id")
    asked = corpus.loc[rows["id"].to_pylist()].reset_index()
    tags = bundle.tag(asked)
    for name in ("p_hostile", "p_neutral", "p_cooperative"):
        np.testing.assert_allclose(tags[name].to_numpy(), rows[name].to_numpy(), atol=1e-6)


def test_refit_has_other_weights_and_no_test_figure(workplace, tmp_path):
    done = export("best:01_baselines", tmp_path / "refit", refit=True)
    assert done.refitted
    card = (tmp_path / "refit" / "README.md").read_text(encoding="utf-8")
    assert "No test figure\nbelongs to them" in card or "No test figure belongs to them" in card
    assert json.loads((tmp_path / "refit" / "manifest.json").read_text())["metrics"] == {}
    one, other = stancelab.load_bundle(tmp_path / "refit"), stancelab.load_bundle(workplace.bundle)
    texts, actors = ["Oslo thanked Warsaw."], ["Warsaw"]
    assert np.abs(one.predict_proba(texts, actors) - other.predict_proba(texts, actors)).max() > 0


def test_card_and_manifest_say_what_it_is(workplace):
    card = (workplace.bundle / "README.md").read_text(encoding="utf-8")
    for words in ("pipeline_tag: text-classification", "CC-BY-4.0", "macro-F1", "- uk", "seed 0"):
        assert words in card
    assert "license: cc-by-4.0" in card
    assert "| language: uk |" in card
    manifest = json.loads((workplace.bundle / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["labels"] == list(LABELS)
    data = manifest["training_data"][0]
    assert (data["licence"], data["terms"]) == ("CC-BY-4.0", "open")
    tested = manifest["metrics"]["tested"]["statements"]
    assert tested["macro_f1"] == pytest.approx(manifest["metrics"]["macro_f1"]["statements"])
    assert 0 < tested["ece"] < 0.5
    assert manifest["experiment"] == "01_baselines"


def test_predict_tags_one_statement_and_a_file(workplace, call, tmp_path):
    text = "Київ подякував Варшаві за допомогу й засудив погрози Мінська."
    words = ("--text", text, "--actor", "Варшаві", "--actor", "Мінська", "--json")
    status, out, _ = call("predict", workplace.bundle, *words)
    warsaw, minsk = json.loads(out)
    assert status == 0
    assert warsaw["p_cooperative"] > minsk["p_cooperative"]
    source, target = tmp_path / "mine.csv", tmp_path / "tagged.csv"
    source.write_text(f"n;text;actor\n1;{text};Варшаві\n2;{text};Мінська\n", encoding="utf-8")
    status, out, _ = call("predict", workplace.bundle, source, "-o", target)
    assert (status, out.startswith(str(target))) == (0, True)
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["n"] for row in rows] == ["1", "2"]
    assert float(rows[0]["p_cooperative"]) == pytest.approx(warsaw["p_cooperative"], abs=1e-12)


def test_read_runs_gives_a_row_for_each_cell(workplace):
    runs = stancelab.read_runs("01_baselines")
    assert len(runs) == 14
    assert runs.groupby("model")["seed"].nunique().eq(2).all()
    assert {"test/macro_f1", "validation/macro_f1", "run_id", "role"} <= set(runs.columns)
