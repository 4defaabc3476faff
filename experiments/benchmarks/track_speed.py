"""Seconds that a hundred runs take to log, in addition to their training, on a fresh SQLite store.

Run with: python experiments/benchmarks/track_speed.py [RUNS]

The runs are those of a word n-gram model on the embedded corpus, trained before the clock starts:
metrics with intervals, slices, the surest errors, predictions, a figure and a verified-format
bundle each. Beside it, in the same process, a plain try: one MLflow run each with twenty metrics,
the same predictions and the same bundle's files.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import pyarrow.parquet as pq

EXPERIMENT = """\
seeds = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
[data]
name = "statements"
[model.words]
kind = "tfidf_word_logreg"
min_df = 20
"""


def main() -> None:
    """Train ten seeds, then log them again and again until there are a hundred runs."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{place / 'mlflow.db'}"
        (place / "track_speed.toml").write_text(EXPERIMENT, encoding="utf-8")
        ours, plain = _measure(place, runs)
    print(f"{runs} runs: {ours:.1f} s, {1000 * ours / runs:.0f} ms a run")
    print(f"{runs} plain runs: {plain:.1f} s; ours took {ours / plain:.1f} times that")


def _measure(place: Path, runs: int) -> tuple[float, float]:
    from stancelab.config import read_experiment
    from stancelab.monitor import SilentMonitor
    from stancelab.plan import make_plan
    from stancelab.tracking.recorder import MlflowRecorder
    from stancelab.tracking.store import open_store
    from stancelab.training import run_cell

    plan = make_plan(read_experiment(place / "track_speed.toml"))
    cells = [cell for cell in plan.cells if cell.role in ("model", "blind")]
    found = {cell.fingerprint: run_cell(plan, cell, SilentMonitor(), None) for cell in cells}
    client = open_store()
    recorder = MlflowRecorder(client)
    recorder.start(plan)
    started = perf_counter()
    for number in range(runs):
        cell = cells[number % len(cells)]
        recorder.begin(cell)
        recorder.record(cell, *found[cell.fingerprint])
    ours = perf_counter() - started
    recorder.interrupt()

    from stancelab.export.bundle import write_bundle

    experiment = client.create_experiment("plain")
    started = perf_counter()
    for number in range(runs):
        score, predictor = found[cells[number % len(cells)].fingerprint]
        run_id = client.create_run(experiment).info.run_id
        for metric in range(20):
            client.log_metric(run_id, f"metric_{metric}", 0.5)
        scratch = place / f"plain_{number}"
        write_bundle(scratch / "bundle", predictor, {})
        pq.write_table(score.predictions, scratch / "predictions.parquet")
        client.log_artifacts(run_id, str(scratch))
        client.set_terminated(run_id)
    return ours, perf_counter() - started


if __name__ == "__main__":
    main()
