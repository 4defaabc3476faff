"""What an actor does with a part, here in this process."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from made_files import write

from stancelab.cluster.reading import stretches
from stancelab.cluster.scoring import Recipe, Scorer, _state
from stancelab.datasets.own.columns import Columns
from stancelab.scoring.bundle import Opening
from stancelab.scoring.job import RefusedRowsError
from stancelab.scoring.parts import Places, Work
from stancelab.scoring.pool import Failed
from stancelab.scoring.sources import find_sources

ROWS = [{"text": "Oslo met Warsaw." if n else "", "actor": "Oslo"} for n in range(4)]


@pytest.fixture
def recipe(lexicon_bundle, tmp_path):
    (tmp_path / "parts").mkdir()
    work = Work(Columns(), Places(tmp_path / "parts", "csv"))
    return Recipe(Opening(lexicon_bundle), work, 10, _state(lexicon_bundle, None))


@pytest.fixture
def stretch(tmp_path):
    write(tmp_path / "in.parquet", ROWS)
    return next(stretches(find_sources([str(tmp_path / "in.parquet")]), Columns(), 10))


def test_a_part_is_scored_once(recipe, stretch, tmp_path):
    scorer = Scorer(recipe)
    done = scorer.score(stretch)
    assert (done.rows, done.refused, sum(done.answers.values())) == (4, 1, 3)
    names = {"part-000000.csv", "part-000000.json", "part-000000.refused"}
    assert {path.name for path in (tmp_path / "parts").iterdir()} == names
    written = recipe.work.places.rows(0).stat().st_mtime_ns
    assert Scorer(recipe).score(stretch) == done
    assert recipe.work.places.rows(0).stat().st_mtime_ns == written


def test_what_goes_wrong_is_given_in_words(recipe, stretch):
    work = replace(recipe.work, refusal=RefusedRowsError)
    found = Scorer(replace(recipe, work=work)).score(stretch)
    assert isinstance(found, Failed)
    assert found.message.startswith("1 row cannot be used; mend them, or put them aside with --on-")


def test_a_place_that_is_not_shared_is_told(recipe, stretch):
    found = Scorer(replace(recipe, opening=Opening(Path("/nowhere/bundle")))).score(stretch)
    assert isinstance(found, Failed)
    assert "/nowhere/bundle is not there on node" in found.message
    assert "a path that all nodes share" in found.message


@pytest.mark.parametrize("name", ["version", "bundle", "actors"])
def test_a_node_that_would_answer_otherwise_is_refused(recipe, stretch, name):
    found = Scorer(replace(recipe, state={**recipe.state, name: "other"})).score(stretch)
    assert isinstance(found, Failed)
    assert f"has another {name}: found" in found.message
    assert "expected other; install the same packages on all nodes" in found.message


def test_a_disk_that_refuses_is_given_as_it_is(recipe, stretch):
    scorer = Scorer(recipe)
    scorer._bundle = scorer._open()
    recipe.work.places.folder.rmdir()
    found = scorer.score(stretch)
    assert isinstance(found, FileNotFoundError)
    assert found.filename is not None
