"""Fixtures for all tests, the README's examples included: one tracked experiment a session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

_LIGHT = """\
question = "The baselines that need no encoder"
seeds = [0, 1]

[data]
name = "statements"

[model.lexicon]
[model.tfidf_word_logreg]
[model.tfidf_logreg]
"""


class Workplace(NamedTuple):
    """A folder with a store, an experiment file that was run, and the best of it exported."""

    folder: Path
    experiment: Path
    bundle: Path


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the tests' cache and settings apart from the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STANCELAB_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        yield


@pytest.fixture(scope="session")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """Run the light baselines once and export the best."""
    from stancelab.tracking.exporting import export
    from stancelab.tracking.flow import run_experiment

    folder = tmp_path_factory.mktemp("workplace")
    experiment = folder / "experiments" / "01_baselines.toml"
    experiment.parent.mkdir()
    experiment.write_text(_LIGHT, encoding="utf-8")
    before = Path.cwd()
    os.chdir(folder)
    try:
        run_experiment(experiment, register="stance")
        export("best:01_baselines", folder / "models" / "best")
    finally:
        os.chdir(before)
    return Workplace(folder, experiment, folder / "models" / "best")


@pytest.fixture(autouse=True)
def _inside_workplace(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run what uses the workplace, and the README's examples, inside its folder."""
    of_readme = request.node.name == "README.md"
    if of_readme or "workplace" in request.fixturenames:
        place: Workplace = request.getfixturevalue("workplace")
        monkeypatch.chdir(place.folder)


@pytest.fixture(autouse=True)
def _mark_real_data(request: pytest.FixtureRequest, record_property: pytest.FixtureRequest) -> None:
    """Note in the JUnit report which tests read the public corpora, for .ci/run to count."""
    if request.node.get_closest_marker("real_data"):
        record_property("real_data", "yes")  # type: ignore[operator]
        if not os.environ.get("STANCELAB_DATA"):
            pytest.skip("STANCELAB_DATA is not set")
