"""A bundle that is quick to load."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stancelab.export.bundle import write_bundle
from stancelab.features.lexicon import Lexicon
from stancelab.predictors.lexicon import LexiconPredictor


@pytest.fixture(scope="session")
def lexicon_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundles") / "lexicon"
    write_bundle(folder, LexiconPredictor(Lexicon.packaged(), np.ones(3)), {})
    return folder
