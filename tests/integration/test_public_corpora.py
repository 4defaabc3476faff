"""Experiments over several corpora from the command line, on small files in their schemes."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from made_corpora import write_plv, write_tweets

import stancelab
from stancelab.cli import main
from stancelab.schema import as_table

EACH = """\
question = "Each by itself?"
seeds = [0, 1]

[data]
names = ["plv", "tweeteval_stance"]

[split]
kind = "each_corpus"

[model.tfidf_word_logreg]
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with made-up corpora, a store of its own and nothing else."""
    write_plv(tmp_path / "corpora")
    write_tweets(tmp_path / "corpora")
    monkeypatch.setenv("STANCELAB_DATA", str(tmp_path / "corpora"))
    monkeypatch.setenv("STANCELAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def stance(monkeypatch, capsys):
    """Run a command and give what it printed to standard output and error."""

    def run(*words, status=0):
        monkeypatch.setattr("sys.argv", ["stancelab", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        assert ended.value.code == status, printed.err
        return printed

    return run


def write(place: Path, name: str, content: str) -> Path:
    (place / name).write_text(content, encoding="utf-8")
    return place / name


def test_each_corpus_has_rows_of_its_own_and_a_best_to_export(place, stance):
    file = write(place, "each.toml", EACH)
    done = stance("run", file, "--unverified", "--json")
    rows = json.loads(done.out)
    assert [(row["train"], row["test"]) for row in rows[::4]] == [
        ("plv", "plv"),
        ("tweeteval_stance", "tweeteval_stance"),
    ]
    learnt = [row for row in rows if row["model"] == "tfidf_word_logreg"]
    assert [row["macro_f1"] for row in learnt] == [1.0, 1.0]
    assert {row["leaked"] for row in rows} == {0.0}
    assert json.loads(stance("compare", "each", "--json").out) == rows
    mistakes = stancelab.compare("each").mistakes["majority"]
    assert {one.id.partition("/")[0] for one in mistakes} == {"plv", "tweeteval_stance"}

    again = stance("run", file, "--unverified").out
    assert "Export the best of one of them: stancelab export best:each/plv DIR" in again
    message = stance("export", "best:each", "out", status=2).err
    assert "unknown model to take 'best:each/'; did you mean 'best:each/plv'?" in message
    stance("export", "best:each/plv", "out")
    manifest = json.loads((place / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["setting"] == "plv"
    assert [one["name"] for one in manifest["training_data"]] == ["plv"]
    assert manifest["training_data"][0]["licence"] == "none stated"
    assert "On the test parts of plv, 2 seeds" in (place / "out" / "README.md").read_text()
    stance("export", "best:each/plv", "again", "--refit")

    refused = stance("run", file, "--unverified", "--register", "x", status=2).err
    assert "trains on several things, each with a best of its own" in refused


def test_one_corpus_trains_and_another_tests_and_the_best_is_exported(place, stance):
    content = EACH.replace("each_corpus", "corpora").replace(
        "[split]", '[split]\ntrain_on = ["plv"]\ntest_on = ["tweeteval_stance"]'
    )
    file = write(place, "corp.toml", content)
    done = stance("run", file, "--unverified", "--register", "tweets")
    assert "Export it: stancelab export best:corp DIR" in done.out
    stance("export", "best:corp", "out")
    manifest = json.loads((place / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert [(one["name"], one["rows"]) for one in manifest["training_data"]] == [("plv", 68)]
    assert "champion is version 1" in stance("compare", "corp", "--champion").err


def test_a_row_without_a_label_is_refused_where_it_would_be_tested(place, stance):
    rows = [
        {"text": f"Day {n} {word} Oslo", "actor": "Oslo", "label": label, "split": split}
        for n in range(20)
        for word, label in [("good", 2), ("bad", 0), ("plain", 1)]
        for split in ("train", "test")
    ]
    for number, row in enumerate(rows):
        row["text"] += f" {number}"
    table = as_table([{**row, "dataset": "mine"} for row in [*rows, {**rows[1], "label": -1}]])
    pq.write_table(table, place / "mine.parquet")
    content = EACH.replace('names = ["plv", "tweeteval_stance"]', 'path = "mine.parquet"')
    file = write(place, "mine.toml", content.replace("each_corpus", "official"))
    assert (
        "mine.parquet: 1 of 121 rows have no label; label them" in stance("run", file, status=2).err
    )


def test_a_matrix_is_printed_where_each_is_tested_on_all(place, stance):
    content = EACH.replace("each_corpus", "cross_corpus").replace("[0, 1]", "[0]")
    done = stance("run", write(place, "cross.toml", content), "--unverified")
    assert "macro-F1 of tfidf_word_logreg" in done.out
    assert "Trained on (down), tested on (across)" in done.out
    runs = stancelab.read_runs("cross")
    assert set(runs["train"]) == {"plv", "tweeteval_stance"}
    assert runs["test/plv/macro_f1"].notna().all()
    assert runs["test/tweeteval_stance/f1/neutral"].notna().all()
    assert "test/plv/f1/neutral" not in runs


def test_a_leaking_official_split_is_refused_cleaned_or_tagged(place, stance):
    write_plv(place / "corpora", copies=20)
    leaky = EACH.replace('["plv", "tweeteval_stance"]', '["plv"]').replace(
        "each_corpus", "official"
    )
    leaky = leaky.replace("[0, 1]", "[0]")
    message = stance("run", write(place, "leaky.toml", leaky), "--unverified", status=2).err
    assert "the split leaks in" in message
    assert "clean = true under [split] takes copies out of training" in message

    allowed = leaky.replace('"official"', '"official"\nallow_leaks = true')
    done = stance("run", write(place, "allowed.toml", allowed), "--unverified")
    assert "Leaked: the share of the tested rows" in done.out
    shares = {row["leaked"] for row in json.loads(stance("compare", "allowed", "--json").out)}
    (share,) = shares  # of the 20 copies, those that validation was not cut from
    assert 10 / 80 <= share <= 20 / 80
    assert f" {share:.1%} " in done.out
    assert set(stancelab.read_runs("allowed")["test/leaked"]) == shares

    cleaned = leaky.replace('"official"', '"official"\nclean = true')
    done = stance("run", write(place, "cleaned.toml", cleaned), "--unverified", "--json")
    assert "removed 20 rows from training and validation that stand in a later part too" in done.err
    assert {row["leaked"] for row in json.loads(done.out)} == {0.0}


def test_another_file_than_the_published_one_is_refused(place, stance):
    message = stance("data", "show", "plv", status=2).err
    assert "PLV_test.tsv: SHA-256 " in message
    assert "stancelab data fetch plv, or go on with --unverified" in message
    assert message.count("\n") == 1
    shown = json.loads(stance("data", "show", "plv", "--unverified", "--json").out)
    assert shown["rows"] == {"train": 80, "test": 80}
    assert shown["labels"]["test"] == {"hostile": 40, "cooperative": 40}
    assert len(shown["samples"]) == 3
    assert "hostile" in stance("data", "show", "plv", "--unverified").out


def test_a_folder_without_the_files_says_which_and_how_to_get_them(place, stance):
    (place / "corpora" / "plv" / "PLV_test.tsv").unlink()
    message = stance("run", write(place, "each.toml", EACH), status=2).err
    assert "plv: " in message
    assert "lacks PLV_test.tsv; get them with: stancelab data fetch plv" in message
    listed = json.loads(stance("data", "list", "--json").out)
    here = {one["name"]: one["here"] for one in listed}
    assert (here["statements"], here["tweeteval_stance"], here["plv"]) == (True, True, False)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("gold_penta", "penta", "PLV_train.tsv:1: column 'gold_penta': found 'uid, sentence_id,"),
        ("\t3\tAGREE", "\t5\tAGREE", "PLV_train.tsv:4: column 'gold_penta': found '5', expected 1"),
        ("day 2 Rome", "day 2 \ud800Rome", "PLV_train.tsv:4: found 'invalid continuation byte'"),
        ("\tAGREE\n2\t", "\n2\t", "PLV_train.tsv:3: found 'more or fewer', expected 8 cells"),
    ],
)
def test_a_changed_scheme_names_file_line_and_column(place, stance, old, new, message):
    path = place / "corpora" / "plv" / "PLV_train.tsv"
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_bytes(content.replace(old, new, 1).encode("utf-8", "surrogatepass"))
    complaint = stance("data", "show", "plv", "--unverified", status=2).err
    assert message in complaint
    assert "the scheme has changed upstream" in complaint


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('"plv"', '"pvl"'), "data.names: unknown data set 'pvl'; did you mean 'plv'?"),
        (
            (', "tweeteval_stance"]\n\n[split]\nkind = "each', ']\n\n[split]\nkind = "cross'),
            'kind = "cross_corpus" needs names = […] of several corpora under [data]',
        ),
        (('"plv", "tweeteval_stance"', '"plv", "plv"'), "names holds a corpus twice"),
        (
            ("[split]", "[data.options]\nplv = { actors = true }\n[split]"),
            "unknown option of plv 'actors'",
        ),
        (("[split]", "[data.options]\npvl = {}\n[split]"), "data.options: unknown data set 'pvl'"),
        (("each_corpus", "corpora"), 'kind = "corpora", and no other, needs train_on and test_on'),
        (("each_corpus", "each"), "split.kind: Input should be 'grouped'"),
    ],
)
def test_wrong_words_under_data_and_split(place, stance, change, message):
    assert message in stance("run", write(place, "x.toml", EACH.replace(*change)), status=2).err


def test_a_data_set_in_hub_layout_is_trained_on_by_name(place, stance):
    verbs = {"for": "thanked", "against": "accused", "none": "met"}
    lines = ["sentence,target,stance"]
    lines += [
        f"Day {n}: Rome {verb} Oslo.,Oslo,{word}" for n in range(40) for word, verb in verbs.items()
    ]
    (place / "telegrams").mkdir()
    (place / "telegrams" / "train.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    content = """\
question = "Does a hub data set train?"
seeds = [0]

[data]
name = "hub:telegrams"
labels = { for = "cooperative", against = "hostile", none = "neutral" }

[data.columns]
text = "sentence"
actor = "target"
label = "stance"

[data.hub]
splits = ["train"]

[model.tfidf_word_logreg]
"""
    rows = json.loads(stance("run", write(place, "hub.toml", content), "--json").out)
    learnt = next(row for row in rows if row["model"] == "tfidf_word_logreg")
    assert (learnt["train"], learnt["macro_f1"]) == ("hub:telegrams", 1.0)
    refused = content.replace('["train"]', '["tain"]')
    message = stance("run", write(place, "hub.toml", refused), status=2).err
    assert "unknown split of hub:telegrams 'tain'; did you mean 'train'?" in message


def test_a_check_takes_label_words_and_a_page(place, stance):
    rows = "text,actor,view\nRome met Oslo.,Oslo,pro\nrome met oslo,Oslo,contra\n"
    (place / "mine.csv").write_text(rows, encoding="utf-8")
    words = ("--label-column", "view", "--label", "pro=cooperative", "--label", "contra=hostile")
    found = json.loads(stance("data", "check", "mine.csv", *words, "--json").out)
    assert [sum(one["labels"].values()) for one in found["balance"]] == [2]
    assert "unknown label" in stance("data", "check", "mine.csv", *words[:4], status=2).err
    stance("data", "check", "mine.csv", *words, "--html", "mine.html")
    assert "Rome met Oslo." in (place / "mine.html").read_text(encoding="utf-8")
