"""What the first job costs: seconds of ``--help`` and of the demo from an empty cache, and memory.

Run after ``make setup`` with: .venv/bin/python experiments/benchmarks/first_job.py [--json]
"""

from __future__ import annotations

import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[2]
STANCELAB = [sys.executable, "-m", "stancelab"]
HELP_RUNS = 7


def main() -> None:
    """Measure and print one object or one line for each figure."""
    found = {"help_seconds": round(help_seconds(), 3), **demo(), "machine": machine()}
    if "--json" in sys.argv:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name}: {value}")


def help_seconds() -> float:
    """Give the median wall time of ``stancelab --help`` after a warm-up."""
    times = []
    for _ in range(HELP_RUNS + 1):
        started = perf_counter()
        subprocess.run([*STANCELAB, "--help"], check=True, stdout=subprocess.DEVNULL)
        times.append(perf_counter() - started)
    return statistics.median(times[1:])


def demo() -> dict[str, float]:
    """Run the demo's commands in a copy of the checkout with an empty cache."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch) / "copy"
        leave = shutil.ignore_patterns(".git", ".venv", "mlruns", "mlflow.db*")
        shutil.copytree(ROOT, place, ignore=leave)
        (place / ".venv").symlink_to(Path(sys.prefix))
        shutil.rmtree(place / "models", ignore_errors=True)
        started = perf_counter()
        subprocess.run(
            ["make", "demo", "READY="],
            cwd=place,
            env=os.environ | {"STANCELAB_CACHE": str(Path(scratch) / "cache")},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        seconds = perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {"demo_seconds": round(seconds, 1), "demo_peak_megabytes": round(peak)}


def machine() -> str:
    """Name the processor count and the versions."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}"


if __name__ == "__main__":
    main()
