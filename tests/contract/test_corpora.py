"""What every public corpus keeps: its counts, its spans, its labels, and what it declares."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from stancelab.datasets.checksums import files_of
from stancelab.datasets.registry import SPECS, load, load_corpus
from stancelab.schema import LABELS, SCHEMA, UNLABELLED, labels_of

PUBLIC = [name for name in SPECS if name != "statements"]

LABEL_COUNTS = {  # hostile, neutral, cooperative by split, as the authors' files have them
    "newsmtsc": {
        "train": (3316, 3028, 2395),
        "devtest_mt": (482, 748, 246),
        "devtest_rw": (429, 455, 262),
    },
    "rusentne": {"train": (1007, 4774, 856), "validation": (438, 2045, 362)},
    "plv": {"train": (592, 0, 458), "test": (617, 0, 416)},
    "dse": {
        "train": (2562 + 387, 2 * 8589, 1341 + 265),
        "validation": (285 + 43, 2 * 955, 149 + 29),
        "test": (316 + 48, 2 * 1060, 166 + 33),
    },
    "ruw": {
        "train": (2013 + 1127, 1216 + 1321, 971 + 1752),
        "validation": (267 + 148, 201 + 222, 132 + 230),
        "test": (610 + 355, 269 + 285, 321 + 560),
    },
    "cstance": {
        "train": (11094, 10847, 11477),
        "validation": (2334, 2450, 2500),
        "test": (2390, 2500, 2534),
    },
    "pstance": {
        "train": (8877, 0, 8347),
        "validation": (1141, 0, 1052),
        "test": (1125, 0, 1032),
    },
    "tweeteval_stance": {
        "train": (354, 160, 106),
        "validation": (39, 18, 12),
        "test": (172, 78, 45),
    },
    "unscon": {"": (380, 0, 0)},
    "ruopinionne": {"train": (1730, 0, 1174), "validation": (859, 0, 753)},
}


@pytest.mark.parametrize("name", SPECS)
def test_the_spec_says_what_a_user_must_know(name):
    spec = SPECS[name]
    assert spec.name == name
    for text in (spec.description, spec.task, spec.licence, spec.citation, spec.homepage):
        assert text.strip()
    assert set(spec.labels.values()) <= {*LABELS, ""}
    assert spec.terms in ("open", "non-commercial", "unstated")
    assert spec.terms == "open" or spec.licence != "MIT"
    assert set(spec.test) | set(spec.validation) <= {*spec.rows, "test", "validation"}


@pytest.mark.parametrize("name", PUBLIC)
def test_its_files_are_known_by_their_digest(name):
    files = files_of(name)
    assert [file for file in files if not file.is_licence]
    for file in files:
        assert len(file.sha256) == 64
        assert len(file.commit) == 40
        assert file.size > 0
        assert not Path(file.path).is_absolute()
        assert ".." not in Path(file.path).parts


@pytest.mark.real_data
@pytest.mark.parametrize("name", PUBLIC)
def test_it_has_the_rows_that_its_spec_declares(name):
    table = load(name).table
    assert table.schema.equals(SCHEMA)
    assert dict(Counter(table["split"].to_pylist())) == dict(SPECS[name].rows)
    assert len(set(table["id"].to_pylist())) == len(table)
    assert set(table["language"].to_pylist()) == set(SPECS[name].languages)
    assert set(table["dataset"].to_pylist()) == {name}
    for cells in table.select(["text", "actor"]).to_pylist():
        assert cells["actor"].strip()
        assert cells["text"].strip() or name == "rusentrel"


@pytest.mark.real_data
@pytest.mark.parametrize("name", LABEL_COUNTS)
def test_it_has_the_labels_of_its_authors(name):
    table = load(name).table
    splits = np.array(table["split"].to_pylist())
    labels = labels_of(table)
    found = {
        str(split): tuple(np.bincount(labels[splits == split], minlength=3).tolist())
        for split in np.unique(splits)
    }
    assert found == LABEL_COUNTS[name]
    for native, code in set(zip(table["native_label"].to_pylist(), labels.tolist(), strict=True)):
        assert SPECS[name].labels[native] == (LABELS[code] if code != UNLABELLED else "")


@pytest.mark.real_data
@pytest.mark.parametrize("name", PUBLIC)
def test_every_span_is_a_mention(name):
    for row in load(name).table.to_pylist():
        start, end = row["mention_start"], row["mention_end"]
        if start < 0:
            assert (start, end) == (-1, -1)
            continue
        named = row["text"][start:end]
        assert named.strip() == named != ""
        if name in ("newsmtsc", "rusentne", "dse", "cstance"):
            assert named == row["actor"]
        elif name == "ruopinionne":
            assert named == row["actor"].partition(" … ")[0]
        elif name in ("pstance", "tweeteval_stance", "ruw"):
            assert named.casefold() in row["actor"].casefold()


@pytest.mark.real_data
@pytest.mark.parametrize("name", PUBLIC)
def test_the_second_load_is_the_first(name, monkeypatch, tmp_path):
    monkeypatch.setenv("STANCELAB_CACHE", str(tmp_path))
    spec = SPECS[name]
    first = spec.load(spec.folder)
    load(name)
    monkeypatch.setattr("stancelab.datasets.registry._load", _fresh())
    second = load(name)
    assert second.table.equals(first.table)
    assert dict(second.dropped) == dict(first.dropped)
    assert dict(second.notes) == dict(first.notes)


def _fresh():
    """Give the loading function without what it remembers, so that the Arrow cache answers."""
    from stancelab.datasets import registry

    return registry._load.__wrapped__


@pytest.mark.real_data
def test_directed_sentences_keep_their_source_and_lose_their_brackets():
    rows = {row["id"]: row for row in load("dse").table.to_pylist()}
    blamed = rows["dse/train/12283/p"]
    assert (blamed["actor"], blamed["source"]) == ("Kristen Stewart", "Davi")
    assert (blamed["native_label"], LABELS[blamed["label"]]) == ("4", "hostile")
    assert "[" not in blamed["text"]
    neutral = [rows[f"dse/train/4331/{name}"] for name in "pq"]
    assert [row["actor"] for row in neutral] == ["Juror", "Colorado"]
    assert {row["source"] for row in neutral} == {""}
    quoted = [row["text"] for row in rows.values() if row["text"].startswith("The one-sided reso")]
    assert all('goal."Israeli' in text for text in quoted)
    assert quoted


@pytest.mark.real_data
def test_event_codes_are_kept_beside_the_label():
    row = load("plv").table.slice(1050, 1).to_pylist()[0]
    assert json.loads(row["attributes"]) == {"quad": "verbal cooperation", "root": "AGREE"}
    assert (row["source"], row["actor"]) == ("US Congress", "Iran, Libya, North Korea, Sudan")
    nobody = [r for r in load("plv").table.to_pylist() if r["actor"] == "a recipient"]
    assert {row["mention_start"] for row in nobody} == {-1}


@pytest.mark.real_data
def test_the_missing_training_part_of_cstance_shares_no_text_with_the_others():
    table = load("cstance").table
    texts = {split: set() for split in SPECS["cstance"].rows}
    for text, split in zip(table["text"].to_pylist(), table["split"].to_pylist(), strict=True):
        texts[split].add(text)
    assert not texts["train"] & (texts["validation"] | texts["test"])
    actors = load("cstance", {"actors_only": True})
    assert 500 < len(actors.table) < 1000
    assert actors.dropped["target is no actor"] == len(table) - len(actors.table)
    assert {"俄罗斯", "乌克兰", "北约"} <= set(actors.table["actor"].to_pylist())
    assert "世界杯" not in actors.table["actor"].to_pylist()


@pytest.mark.real_data
def test_no_conflict_is_none_of_our_labels():
    plain, both = load("unscon"), load("unscon", {"no_conflict": True})
    assert plain.dropped["no conflict"] == 1841
    labels, native = labels_of(both.table), both.table["native_label"].to_pylist()
    assert {code for code, word in zip(labels, native, strict=True) if word == "no conflict"} == {
        UNLABELLED
    }
    assert int((labels == 0).sum()) == 380
    assert not SPECS["unscon"].is_trainable


@pytest.mark.real_data
def test_a_russian_article_has_its_attitudes_and_mentions():
    rows = [r for r in load("rusentrel").table.to_pylist() if r["document"] == "rusentrel/art47"]
    assert len(rows) == 15
    assert len({row["text"] for row in rows}) == 1
    assert "{Author" not in rows[0]["text"]
    toward_nato = next(r for r in rows if r["actor"] == "НАТО")
    assert toward_nato["text"][toward_nato["mention_start"] :].startswith("НАТО")
    assert toward_nato["source"] == "Шведские демократы"


@pytest.mark.real_data
def test_a_corpus_loads_as_a_dataset_with_its_options():
    corpus = load_corpus("unscon", no_conflict=True)
    assert corpus.features["label"].names == list(LABELS)
    assert corpus.num_rows > 900
