"""`stancelab compare`: experiments, runs and bundles, on the same rows or not at all."""

from __future__ import annotations

import json
import os

import pytest
from made_verbs import write_verbs

import stancelab
from stancelab.tracking.flow import run_experiment
from stancelab.tracking.reading import find_experiment

OTHER = """\
question = "Do the words of another C tell more?"
seeds = [0, 1]
[data]
name = "statements"
[model.tfidf_word_logreg]
C = 0.1
[model.lexicon]
"""


@pytest.fixture(scope="module")
def other(workplace):
    """A second experiment on the same data and split, in the same store."""
    before = os.getcwd()
    os.chdir(workplace.folder)
    try:
        (workplace.folder / "other.toml").write_text(OTHER, encoding="utf-8")
        run_experiment("other.toml")
    finally:
        os.chdir(before)
    return "other"


def run_of(model, seed, experiment="01_baselines"):
    return next(
        run.info.run_id
        for run in find_experiment(experiment).cells
        if (run.data.tags["model.name"], run.data.tags["seed"]) == (model, str(seed))
    )


def test_the_best_is_marked_and_what_cannot_be_told_from_it(workplace, call):
    status, out, _ = call("compare", "01_baselines")
    assert status == 0
    best = next(line for line in out.splitlines() if line.startswith(" tfidf_logreg "))
    assert " best " in best
    assert "would show a difference from the best of 0.0" in out
    rows = {row["model"]: row for row in json.loads(call("compare", "01_baselines", "--json")[1])}
    assert rows["tfidf_logreg"]["is_indistinct"]
    assert not rows["majority"]["is_indistinct"]
    assert rows["majority"]["best_p"] < 0.05
    assert rows["majority"]["best_difference"] < -0.3
    assert 0 < rows["lexicon"]["best_detectable"] < 0.2
    own = rows["tfidf_logreg"]
    assert own["macro_f1_seeds_low"] < own["macro_f1"] < own["macro_f1_seeds_high"]
    assert own["mae_low"] < own["mae"] < own["mae_high"]


def test_every_pair_is_shown_with_its_tests(workplace, call):
    status, out, _ = call("compare", "01_baselines", "--differences", "--json")
    pairs = json.loads(out)
    assert status == 0
    assert len(pairs) == 7 * 6 / 2
    assert all(pair["p"] <= pair["p_corrected"] <= 1 for pair in pairs)
    to_majority = next(pair for pair in pairs if pair["first"] == "majority")
    assert to_majority["is_significant"]
    assert "McNemar" in call("compare", "01_baselines", "--differences")[1]


def test_runs_of_one_seed_are_compared(workplace, call):
    words = [run_of("tfidf_logreg", 0), run_of("lexicon", 0)]
    status, out, _ = call("compare", *words, "--json")
    assert status == 0
    assert [row["model"] for row in json.loads(out)] == ["tfidf_logreg", "lexicon"]
    assert [row["seeds"] for row in json.loads(out)] == [1, 1]


def test_runs_on_different_rows_are_refused_by_name(workplace, call):
    first, second = run_of("tfidf_logreg", 0), run_of("lexicon", 1)
    status, out, err = call("compare", first, second)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert f"run {first[:8]}" in err
    assert f"run {second[:8]}" in err
    assert "seed 0" in err


def test_experiments_on_the_same_rows_are_one_leaderboard(workplace, other, call):
    status, out, _ = call("compare", "01_baselines", other, "--json")
    models = [row["model"] for row in json.loads(out)]
    assert status == 0
    assert models.count("lexicon") == 1, "one cell that both experiments have is one model"
    assert models.count("majority") == 1
    assert {"tfidf_word_logreg (01_baselines)", "tfidf_word_logreg (other)"} <= set(models)
    rows = {row["model"]: row for row in json.loads(out)}
    named = "tfidf_word_logreg (other)"
    assert rows[named]["control"] == "tfidf_word_logreg/blind (other)"


def test_a_bundle_stands_for_its_run(workplace, call):
    status, out, _ = call("compare", workplace.bundle, run_of("lexicon", 0), "--json")
    assert status == 0
    assert [row["model"] for row in json.loads(out)] == ["tfidf_logreg", "lexicon"]


def test_other_rows_test_bundles_and_experiments(workplace, call, tmp_path):
    mine = write_verbs(tmp_path)
    status, out, err = call("compare", "01_baselines", "--data", mine, "--json")
    rows = {row["model"]: row for row in json.loads(out)}
    assert (status, err) == (0, "")
    assert rows["lexicon"]["test_rows"] == 48
    assert rows["lexicon"]["macro_f1"] > rows["majority"]["macro_f1"]
    assert rows["lexicon"]["train_seconds"] is None
    assert "mine.jsonl" in call("compare", workplace.bundle, "--data", mine)[1]
    _, _, err = call("compare", workplace.bundle, "--data", "statements", "--json")
    assert "learnt from statements too" in err


def test_a_page_is_written_whole_or_not_at_all(workplace, call, tmp_path):
    page = tmp_path / "page.html"
    status, _, err = call("compare", "01_baselines", "--html", page)
    assert status == 0
    assert str(page) in err
    assert "tfidf_logreg/blind" in page.read_text(encoding="utf-8")
    status, out, err = call("compare", "01_baselines", "--html", tmp_path / "no" / "page.html")
    assert (status, out, err.count("\n")) == (2, "", 1)
    status, out, err = call("compare", "01_baselins", "--html", tmp_path / "other.html")
    assert (status, out) == (2, "")
    assert "did you mean '01_baselines'" in err
    assert not (tmp_path / "other.html").exists()


@pytest.mark.parametrize("words", [["models/nothing"], ["models/nothing", "--data", "plv"]])
def test_a_folder_that_is_no_bundle_is_named(workplace, call, words):
    status, out, err = call("compare", *words)
    assert (status, out) == (2, "")
    assert "models/nothing: no such folder" in err


def test_from_python(workplace):
    comparison = stancelab.compare("01_baselines")
    board = comparison.boards[0]
    best = next(one for one in board.standings if one.is_best)
    assert best.row.model == "tfidf_logreg"
    assert best.matrix.sum() * 2 == best.row.test_rows
    assert {one.dimension for one in best.slices} >= {"language", "actor", "topic"}
    assert comparison.configs["tfidf_logreg"]["min_df"] == "2"
    assert "majority" in comparison.mistakes
    assert comparison.about["experiment"] == "01_baselines"
