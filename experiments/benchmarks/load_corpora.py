"""What loading the public corpora costs: seconds and memory, from the files and from the cache.

Needs their files (``stancelab data fetch``, or STANCELAB_DATA). Each round is a fresh process that
loads all of them; the first has an empty cache.

Run with: .venv/bin/python experiments/benchmarks/load_corpora.py [--json]
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile

LOAD = """
import resource, time
started = time.perf_counter()
from stancelab.datasets.registry import SPECS, load
imported = time.perf_counter()
rows = sum(len(load(name).table) for name in SPECS if name != "statements")
seconds = time.perf_counter() - imported
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(rows, seconds, imported - started, peak)
"""


def main() -> None:
    """Measure and print one object or one line for each figure."""
    with tempfile.TemporaryDirectory() as cache:
        rows, first, imports, first_peak = _round(cache)
        _, second, _, second_peak = _round(cache)
    found = {
        "rows": int(rows),
        "from_files_seconds": round(first, 2),
        "from_cache_seconds": round(second, 2),
        "import_seconds": round(imports, 2),
        "from_files_peak_megabytes": round(first_peak),
        "from_cache_peak_megabytes": round(second_peak),
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}",
    }
    if "--json" in sys.argv:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name}: {value}")


def _round(cache: str) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-c", LOAD],
        env=os.environ | {"STANCELAB_CACHE": cache},
        check=True,
        capture_output=True,
        text=True,
    )
    return [float(word) for word in done.stdout.split()]


if __name__ == "__main__":
    main()
