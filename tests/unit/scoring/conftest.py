"""A bundle that is quick to load, and what scores files with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stancelab.export.bundle import write_bundle
from stancelab.features.lexicon import Lexicon
from stancelab.predictors.lexicon import LexiconPredictor
from stancelab.scoring.files import score_files
from stancelab.scoring.job import Job, Scored
from stancelab.scoring.target import Wishes


@pytest.fixture(scope="session")
def lexicon_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundles") / "lexicon"
    write_bundle(folder, LexiconPredictor(Lexicon.packaged(), np.ones(3)), {})
    return folder


@pytest.fixture
def score(lexicon_bundle: Path, tmp_path: Path) -> Callable[..., Scored]:
    """Score files of a folder; options are those of the job, and of its wishes."""

    def run(*names: object, progress: Callable[..., None] = lambda *_: None, **options: object):
        *inputs, output = (str(name) if name == "-" else str(tmp_path / name) for name in names)
        of_wishes = {name: options.pop(name) for name in list(options) if name in _WISHES}
        wishes = Wishes(output=output, **of_wishes)
        job = {"bundle": lexicon_bundle, "processes": 1, **options}
        return score_files(Job(inputs=tuple(inputs), wishes=wishes, **job), progress)

    return run


_WISHES = ("output_type", "side_file", "rejected", "resume", "replace")
