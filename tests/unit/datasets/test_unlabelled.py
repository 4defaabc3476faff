"""Texts without labels: what is read of them, and where they may not be learnt from."""

from __future__ import annotations

import json

import pytest

from stancelab.config import read_experiment
from stancelab.datasets.unlabelled import TEXTS, Unlabelled, without
from stancelab.errors import ConfigError, StancelabError
from stancelab.export.licences import caution, learnt_from, unlabelled_data, weights_licence
from stancelab.plan import make_plan
from stancelab.schema import labels_of

POSTS = [
    {"id": "a", "text": "Варшава засудила Мінськ.\nОбидві країни мовчать.", "language": "uk"},
    {"id": "b", "text": "Kyiv thanked Warsaw for its help. It rained.", "language": "en"},
]
FILE = """
question = "Do texts without labels help?"
seeds = [0]
[data]
name = "statements"
unlabelled = ["posts.jsonl"]
[model.words]
kind = "tfidf_word_logreg"
[model.student]
kind = "distil"
members = ["words"]
student = { epochs = 1 }
"""


@pytest.fixture
def posts(tmp_path):
    """Two posts, in a folder where a run looks for them."""
    place = tmp_path / "posts.jsonl"
    place.write_text("".join(f"{json.dumps(one)}\n" for one in POSTS), encoding="utf-8")
    return place


def test_each_sentence_stands_once_for_each_actor_that_it_names(posts):
    rows = Unlabelled((str(posts),)).table
    found = [(one["text"], one["actor"], one["language"]) for one in rows.to_pylist()]
    assert found == [  # who thanks or condemns says nothing of itself
        ("Варшава засудила Мінськ.", "Belarus", "uk"),
        ("Kyiv thanked Warsaw for its help.", "Poland", "en"),
    ]
    for one in rows.to_pylist():
        mention = one["text"][one["mention_start"] : one["mention_end"]]
        assert mention in ("Мінськ", "Warsaw")
    assert set(labels_of(rows).tolist()) == {-1}
    assert len(set(rows["id"].to_pylist())) == len(rows)
    assert len(set(rows["document"].to_pylist())) == 2


def test_what_is_tested_on_is_left_out(posts):
    rows = Unlabelled((str(posts),)).table
    kept = without(rows, ["Kyiv  thanked Warsaw for its help."])
    assert {one["language"] for one in kept.to_pylist()} == {"uk"}


def test_a_missing_file_is_told(tmp_path, monkeypatch):
    with pytest.raises(StancelabError, match=r"data.unlabelled: nowhere.txt is not there"):
        Unlabelled(("nowhere.txt",)).table  # noqa: B018
    monkeypatch.setenv("STANCELAB_DATA", str(tmp_path))
    with pytest.raises(StancelabError, match=r"unlp2025/posts.jsonl is not there"):
        Unlabelled(("unlp2025",)).table  # noqa: B018


def test_other_texts_are_another_training(posts, tmp_path, monkeypatch):
    """For the models that learn from them, and for no others."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.toml").write_text(FILE)
    before = {
        one.title: one.fingerprint
        for one in make_plan(read_experiment(tmp_path / "one.toml")).cells
    }
    posts.write_text(posts.read_text("utf-8") + json.dumps({"id": "c", "text": "Oslo met Rome."}))
    after = {
        one.title: one.fingerprint
        for one in make_plan(read_experiment(tmp_path / "one.toml")).cells
    }
    changed = {title for title, fingerprint in after.items() if before[title] != fingerprint}
    assert changed == {"student, seed 0", "student/blind, seed 0"}


def test_the_licence_of_what_was_learnt_from_counts(posts, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.toml").write_text(FILE)
    planned = make_plan(read_experiment(tmp_path / "one.toml"))
    of = {one.model: unlabelled_data(planned, one) for one in planned.cells}
    assert of["words"] == []
    [own] = of["student"]
    assert (own["name"], own["terms"], own["learnt"]) == ("posts.jsonl", "unstated", True)
    assert "posts.jsonl is your own file, whose terms you know" in caution([], of["student"])
    free = {"name": "statements", "licence": "CC-BY-4.0", "terms": "open"}
    manifest = {"training_data": [free], "unlabelled_data": [own]}
    assert weights_licence(learnt_from(manifest)).name == "other"
    assert TEXTS["unlp2025"].terms == "non-commercial"


def test_texts_that_no_model_learns_from_are_told(tmp_path):
    words, _, _ = FILE.partition("[model.student]")
    (tmp_path / "one.toml").write_text(words)
    told = r"data.unlabelled: no model here learns from texts without labels; .* a distil or a zero"
    with pytest.raises(ConfigError, match=told):
        read_experiment(tmp_path / "one.toml")
