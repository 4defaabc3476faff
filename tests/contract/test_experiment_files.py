"""Every experiment file of the repository can be read and says what it asks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stancelab.config import read_experiment, restore_experiment

FILES = sorted(Path(__file__).parents[2].glob("experiments/*.toml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_is_valid_and_asks_a_question(path):
    config = read_experiment(path)
    assert config.name == path.stem
    assert config.question.endswith("?")
    again = restore_experiment(json.loads(config.model_dump_json()))
    assert again == config


def test_baselines_hold_every_kind_of_the_first_job():
    config = read_experiment(FILES[0])
    kinds = {model.kind for model in config.model.values()}
    assert {"lexicon", "tfidf_logreg", "tfidf_word_logreg", "embedding_logreg"} <= kinds
    assert config.seeds == (0, 1, 2, 3, 4)
