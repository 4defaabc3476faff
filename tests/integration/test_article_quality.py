"""Actors and sources are found as well as they were, on the half that they were made from."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

from stancelab.actors.catalogue import read_catalogue
from stancelab.actors.records import LANGUAGES

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).parents[2] / "experiments/benchmarks/articles.py"


@pytest.fixture(scope="module")
def measures():
    spec = importlib.util.spec_from_file_location("article_quality", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def rows(measures):
    return measures.rows_of("development")


@pytest.mark.parametrize("language", LANGUAGES)
def test_mentions_are_found(measures, rows, language):
    least = 0.95 if language in ("uk", "en", "ru", "pl") else 0.92
    assert measures.mentions(rows, language, read_catalogue())["recall"] >= least


@pytest.mark.parametrize(("language", "least"), [("uk", 0.9), ("en", 0.82), ("ru", 0.79)])
def test_sources_are_found(measures, rows, language, least):
    assert measures.sources(rows, language)["right"] >= least


@pytest.mark.real_data
@pytest.mark.skipif("STANCELAB_DATA" not in os.environ, reason="STANCELAB_DATA is not set")
def test_mentions_in_posts_are_right(measures):
    found = measures.posts(read_catalogue())
    assert found["all names"]["precision"] >= 0.97
    assert found["all names"]["recall"] >= 0.95
    assert found["no ambiguous names"]["precision"] >= 0.97
