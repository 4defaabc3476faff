"""What a classifier learnt from is named with its terms, and what stands in the way is said."""

from __future__ import annotations

import numpy as np
import pytest
from made_trained import write_toy

from stancelab.config import read_experiment
from stancelab.export.licences import (
    OWN,
    caution,
    training_data,
    weights_licence,
    with_terms,
)
from stancelab.plan import make_plan

FILE = 'seeds = [0]\n[data]\npath = "{file}"\n[model.tfidf_word_logreg]\n'
CORPUS = 'seeds = [0]\n[data]\nname = "statements"\n[model.tfidf_word_logreg]\n'


def planned(folder, content):
    (folder / "one.toml").write_text(content, encoding="utf-8")
    return make_plan(read_experiment(folder / "one.toml"))


def test_a_corpus_is_described_with_its_terms_and_whom_to_cite(tmp_path):
    plan = planned(tmp_path, CORPUS)
    (one,) = training_data(plan, np.arange(100))
    assert (one["name"], one["licence"], one["terms"]) == ("statements", "CC-BY-4.0", "open")
    assert one["rows"] == 100
    assert set(one) >= {"citation", "homepage", "languages", "sha256"}


def test_an_own_file_is_named_without_its_folders_whatever_it_is_called(tmp_path):
    write_toy(tmp_path)
    (tmp_path / "toy.jsonl").rename(tmp_path / "statements.jsonl")
    plan = planned(tmp_path, FILE.format(file="statements.jsonl"))
    (one,) = training_data(plan, np.arange(10))
    assert (one["name"], one["licence"], one["terms"]) == ("statements.jsonl", OWN, "unstated")


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ({"name": "newsmtsc", "licence": "MIT"}, ("newsmtsc", "MIT", "open")),
        ({"name": "ruw", "licence": "none stated"}, ("ruw", "none stated", "unstated")),
        (
            {"name": "/home/me/mine.csv", "licence": "not stated: not a corpus that comes with"},
            ("mine.csv", OWN, "unstated"),
        ),
        (
            {"name": "hub:owner/name", "licence": "not stated: not a corpus that comes with"},
            ("hub:owner/name", "see its page", "unstated"),
        ),
        ({"name": "plv", "licence": "mine", "terms": "open"}, ("plv", "mine", "open")),
    ],
)
def test_what_a_run_of_before_does_not_say_is_added(before, now):
    (one,) = with_terms([before])
    assert (one["name"], one["licence"], one["terms"]) == now


def test_every_part_that_stands_in_the_way_is_named_once():
    data = [
        {"name": "newsmtsc", "licence": "MIT", "terms": "open"},
        {"name": "ruw", "licence": "none stated", "terms": "unstated"},
        {"name": "tweets", "licence": "CC-BY-NC-4.0", "terms": "non-commercial"},
        {"name": "tweeteval_stance", "licence": "see the authors", "terms": "unstated"},
    ]
    unlabelled = [
        {"name": "mine.txt", "licence": OWN, "terms": "unstated", "used_for": "tokens"},
        {"name": "wordfreq", "licence": "CC-BY-SA-4.0", "terms": "open", "used_for": "tokens"},
        data[1] | {"used_for": "tokens"},
    ]
    assert caution(data, unlabelled) == (
        "before you pass it on, look at what it learnt from: ruw states no licence; tweets is for "
        "non-commercial use only (CC-BY-NC-4.0); tweeteval_stance (see the authors); mine.txt is "
        "your own file, whose terms you know"
    )
    assert caution(data[:1], unlabelled[1:2]) == ""


MIT, BY = ({"licence": name, "terms": "open"} for name in ("MIT", "CC-BY-4.0"))


@pytest.mark.parametrize(
    ("data", "encoder", "named", "reason"),
    [
        ([MIT, MIT], None, "mit", "the licence of all that they learnt from"),
        ([BY], "bundled", "cc-by-4.0", "the encoder is under MIT"),
        ([BY, MIT], None, "other", "licences of several names"),
        (
            [MIT, {"licence": "none stated", "terms": "unstated"}],
            None,
            "other",
            "not all that they",
        ),
        (
            [{"licence": "free use with citation", "terms": "open"}],
            None,
            "other",
            "not all that they",
        ),
        ([], None, "other", "not all that they"),
        ([MIT], "owner/name", "other", "an encoder whose licence stancelab does not know"),
    ],
)
def test_weights_get_the_one_open_licence_of_all_that_is_in_them(data, encoder, named, reason):
    found = weights_licence(data, [{"name": encoder}] if encoder else [])
    assert found.name == named
    assert reason in found.reason
