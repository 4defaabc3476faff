"""Seconds that the intervals of one model take: 2,000 resamples, 1,598 documents, 5 seeds.

Run with: python experiments/benchmarks/bootstrap.py
"""

from __future__ import annotations

from time import perf_counter

import numpy as np

from stancelab.datasets.registry import load
from stancelab.evaluation.uncertainty import DocumentBootstrap, Outcome
from stancelab.schema import labels_of
from stancelab.splits.config import SplitConfig
from stancelab.splits.rowset import Rowset
from stancelab.splits.schemes import make_splits


def main() -> None:
    """Time the draws, which all models share, and one model's estimate."""
    table = load("statements").table
    generator = np.random.default_rng(0)
    outcomes = []
    for seed in range(5):
        rows = table.take(next(make_splits(Rowset.of(table), SplitConfig(), seed)).test)
        outcomes.append(
            Outcome(
                rows.column("statement").to_pylist(),
                rows.column("document").to_pylist(),
                labels_of(rows),
                generator.integers(0, 3, len(rows)),
            )
        )
    started = perf_counter()
    documents = {name for one in outcomes for name in one.documents}
    bootstrap = DocumentBootstrap(documents, len(table.column("document").unique()))
    drawn = perf_counter()
    bootstrap.estimate(outcomes)
    print(f"draws, once for all models: {drawn - started:.2f} s")
    print(f"one model, four metrics, 5 seeds: {perf_counter() - drawn:.2f} s")


if __name__ == "__main__":
    main()
