"""What ``stancelab data check`` costs on 50,000 rows: seconds and peak memory.

The rows are those of public corpora where STANCELAB_DATA names their folder, else variations of
the embedded corpus. Run with: .venv/bin/python experiments/benchmarks/check_speed.py [--json]
"""

from __future__ import annotations

import json
import os
import platform
import resource
import sys
from time import perf_counter

import numpy as np
import pyarrow as pa

from stancelab.checks.report import check
from stancelab.datasets.registry import load
from stancelab.schema import as_table

ROWS = 50_000
CORPORA = ("pstance", "dse", "cstance")
REPLACED = 0.3
"""Share of words that a variation has from other statements."""
SEED = 0


def main() -> None:
    """Measure and print one object or one line for each figure."""
    table, source = public() if os.environ.get("STANCELAB_DATA") else varied()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started = perf_counter()
    report = check(table)
    seconds = perf_counter() - started
    found = {
        "rows": len(table),
        "source": source,
        "texts": sum(part.texts for part in report.balance),
        "check_seconds": round(seconds, 1),
        "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "megabytes_before": round(before),
        "machine": f"{os.cpu_count()} cores, Python {platform.python_version()}, "
        f"{platform.machine()}",
    }
    if "--json" in sys.argv:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name}: {value}")


def public() -> tuple[pa.Table, str]:
    """Give rows of public corpora: English tweets and news, Chinese posts."""
    share = [load(name).table.combine_chunks() for name in CORPORA]
    table = pa.concat_tables(share)
    rows = np.sort(np.random.default_rng(SEED).permutation(len(table))[:ROWS])
    return table.take(rows), ", ".join(CORPORA)


def varied() -> tuple[pa.Table, str]:
    """Give variations of the embedded corpus, a part of their words from other statements."""
    rng = np.random.default_rng(SEED)
    rows = load("statements").table.select(["text", "actor", "label"]).to_pylist()
    words = np.array([word for row in rows for word in row["text"].split()])
    found = []
    for number in range(ROWS):
        row = rows[number % len(rows)]
        own = np.array(row["text"].split(), dtype=words.dtype)
        other = rng.random(len(own)) < REPLACED
        own[other] = rng.choice(words, other.sum())
        part = ("train", "validation", "test")[number % 3]
        found.append({**row, "text": " ".join(own), "split": part})
    return as_table(found), "statements, varied"


if __name__ == "__main__":
    main()
