"""Several `stancelab run` at the same moment, on a store that none of them finds."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from made_verbs import write_verbs

from stancelab.tracking.reading import find_experiment

NAMES = ("one", "two", "three", "four")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Four experiments over one small file."""
    monkeypatch.chdir(tmp_path)
    write_verbs(tmp_path)
    for name in NAMES:
        (tmp_path / f"{name}.toml").write_text(
            'seeds = [0, 1]\n[data]\npath = "mine.jsonl"\n[model.lexicon]\n', encoding="utf-8"
        )
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("names", [NAMES, ("one",) * 4], ids=["four experiments", "one experiment"])
def test_four_at_once_lose_nothing(folder, names):
    words = [sys.executable, "-m", "stancelab", "run"]
    started = [
        subprocess.Popen([*words, f"{name}.toml", "--json"], stdout=-1, stderr=-1) for name in names
    ]
    for process in started:
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err.decode()
        assert len(json.loads(out)) == 3
    for name in set(names):
        tracked = find_experiment(name)
        assert (len(tracked.cells), tracked.missing) == (6, 0)
        assert tracked.parent.info.status == "FINISHED"
