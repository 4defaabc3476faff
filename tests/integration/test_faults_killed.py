"""Commands that are killed at random moments, by the script that does it a hundred times."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "experiments/benchmarks/faults.py"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "times"), [("run", 3), ("score", 3), ("export", 6), ("fetch", 4)]
)
def test_killed_commands_go_on_where_they_were(command, times):
    words = [sys.executable, SCRIPT, command, "--times", str(times), "--seed", "3"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert (found["faults"], found["kills"], done.returncode) == ([], times, 0)
    assert found["at_work"] > 0
