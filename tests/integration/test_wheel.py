"""The wheel holds all that predicting and the embedded corpus need."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_corpus_and_lexicon_are_found_in_an_installed_wheel(tmp_path):
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    code = (
        f"import sys; sys.path.insert(0, {str(installed)!r})\n"
        "import stancelab\n"
        "from stancelab.datasets.corpora.statements import directory\n"
        "from stancelab.features.lexicon import Lexicon\n"
        "assert Lexicon.packaged().entries\n"
        "print(stancelab.__file__, directory(), stancelab.load_corpus('statements').num_rows)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    file, place, rows = done.stdout.split()
    assert file.startswith(str(installed))
    assert place.startswith(str(installed))
    assert rows == "4259"
