"""What an experiment is going to do: which cells there are, and when they are the same."""

from __future__ import annotations

import json
import shutil

import pytest
from made_trained import write_toy

from stancelab.config import read_experiment
from stancelab.errors import EncoderError, UnknownNameError
from stancelab.plan import make_plan

HEAD = 'question = "Which cells?"\nseeds = [0, 1]\n'
DATA = '\n[data]\npath = "toy.jsonl"\n'


@pytest.fixture
def experiment(tmp_path):
    write_toy(tmp_path)

    def write(models, head=""):
        file = tmp_path / "cells.toml"
        file.write_text(HEAD + head + DATA + models, encoding="utf-8")
        return file

    return write


def fingerprints(file):
    return {cell.fingerprint for cell in make_plan(read_experiment(file)).cells}


def test_controls_of_the_models_that_are_named(experiment):
    models = '[model.tfidf_logreg]\n[model.words]\nkind = "tfidf_word_logreg"\n'
    every = make_plan(read_experiment(experiment(models))).cells
    assert {cell.model for cell in every if cell.role == "blind"} == {
        "tfidf_logreg/blind",
        "words/blind",
    }
    one = make_plan(read_experiment(experiment(models, 'blind = ["words"]\n'))).cells
    assert {cell.model for cell in one if cell.role == "blind"} == {"words/blind"}
    assert {cell.fingerprint for cell in one} < {cell.fingerprint for cell in every}
    with pytest.raises(UnknownNameError, match=r"blind: unknown model 'word'; did you mean 'wor"):
        read_experiment(experiment(models, 'blind = ["word"]\n'))


def test_another_revision_of_an_encoder_is_another_cell(experiment, encoders, tmp_path):
    folder = tmp_path / "encoder"
    shutil.copytree(encoders["words"], folder)
    file = experiment('[model.tiny]\nkind = "transformer"\nencoder = "encoder"\n')
    first = fingerprints(file)
    assert fingerprints(file) == first
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"hidden_dropout_prob": 0.2}))
    changed = fingerprints(file)
    assert len(first & changed) == 4  # the two controls that look at no text, for two seeds
    assert len(first) == len(changed) == 8


def test_an_encoder_that_is_not_there_fails_before_any_work(experiment):
    missing = experiment('[model.tiny]\nkind = "transformer"\nencoder = "./nowhere"\n')
    with pytest.raises(EncoderError, match=r"no such directory; expected a directory; use encoder"):
        make_plan(read_experiment(missing))
    misspelt = experiment('[model.tiny]\nkind = "transformer"\nencoder = "bundeld"\n')
    with pytest.raises(UnknownNameError, match=r"'bundeld'; did you mean 'bundled'"):
        make_plan(read_experiment(misspelt))
