"""Seconds and memory that a big file takes: five million statements by ``stancelab score``.

Run with: python experiments/benchmarks/big_file.py [--rows 5000000] [--processes 2] [--json]

Without --bundle, a `tfidf_word_logreg` trained on the embedded corpus scores. The rows are real
statements, of NewsMTSC too where STANCELAB_DATA names the folder of the corpora, drawn again and
again, each with a number of its own behind it, so that no two texts are equal. Memory is the
largest sum, over all processes of the command, of their proportional set sizes, looked at five
times a second. Of fewer rows, the hours that five million would take are extrapolated.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter, sleep
from typing import Annotated, Any

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import typer

from stancelab.datasets.registry import load
from stancelab.export.bundle import write_bundle
from stancelab.models.linear import TfidfLogreg
from stancelab.schema import labels_of

COLUMNS = ["text", "actor", "mention_start", "mention_end", "language"]
ROW_GROUP = 100_000
WHOLE = 5_000_000
PAUSE = 0.2
MEGABYTE = 1e6


def main(
    rows: Annotated[int, typer.Option(help="Statements to score.")] = WHOLE,
    processes: Annotated[int | None, typer.Option(help="Processes that score.")] = None,
    bundle: Annotated[Path | None, typer.Option(help="Another classifier.")] = None,
    scratch: Annotated[Path | None, typer.Option(help="Folder with space for the files.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one object.")] = False,
) -> None:
    """Make the file, score it and print what that took."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        place = Path(folder)
        chosen = bundle or trained(place / "bundle")
        write_rows(place / "in.parquet", rows)
        found = {
            "rows": rows,
            "bundle": json.loads((chosen / "manifest.json").read_text())["model"],
            **scored(place, chosen, processes),
            **{f"{name}_megabytes": size(place, name) for name in ("in", "out")},
        }
        if rows < WHOLE:
            found["hours_for_5_million"] = found["seconds"] * WHOLE / rows / 3600
    if as_json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name}: {value:,.2f}" if isinstance(value, float) else f"{name}: {value}")


def trained(folder: Path) -> Path:
    """Train the word model on the embedded corpus."""
    table = load("statements").table
    model = TfidfLogreg(characters=False, random_state=0).fit(table, labels_of(table))
    write_bundle(folder, model.predictor_, {"model": {"name": "tfidf_word_logreg"}})
    return folder


def write_rows(path: Path, rows: int) -> None:
    """Write rows without ever having all of them."""
    names = ["statements", *(["newsmtsc"] if os.environ.get("STANCELAB_DATA") else [])]
    table = pa.concat_tables(load(name).table.select(COLUMNS) for name in names)
    with pq.ParquetWriter(path, table.schema) as writer:
        for group in groups(table, rows):
            writer.write_table(group)


def groups(table: pa.Table, rows: int) -> Iterator[pa.Table]:
    """Draw statements, and put a number behind each text."""
    generator = np.random.default_rng(0)
    for start in range(0, rows, ROW_GROUP):
        drawn = table.take(generator.integers(0, len(table), min(ROW_GROUP, rows - start)))
        texts = [
            f"{text} [{number}]"
            for number, text in enumerate(drawn.column("text").to_pylist(), start=start)
        ]
        yield drawn.set_column(0, "text", pa.array(texts))


def scored(place: Path, bundle: Path, processes: int | None) -> dict[str, Any]:
    """Score the file in a process of its own, and watch its memory."""
    files = [str(each) for each in (bundle, place / "in.parquet", place / "out.parquet")]
    words = ["--json", *(["--processes", str(processes)] if processes else [])]
    command = [sys.executable, "-m", "stancelab", "score", *files, *words]
    started = perf_counter()
    process = psutil.Popen(command, stdout=subprocess.PIPE)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, memory(process))
        sleep(PAUSE)
    seconds = perf_counter() - started
    if process.returncode:
        sys.exit(f"it ended with status {process.returncode}")
    done = json.loads(process.stdout.read())
    return {
        "processes": done["processes"],
        "refused": done["refused"],
        "seconds": seconds,
        "rows_per_second": done["rows"] / seconds,
        "peak_megabytes": peak,
    }


def memory(process: psutil.Process) -> float:
    """Add up what a process and its children take, shared memory once."""
    total = 0
    for each in (process, *children(process)):
        try:
            total += each.memory_full_info().pss
        except psutil.Error:  # it has just ended
            continue
    return total / MEGABYTE


def children(process: psutil.Process) -> list[psutil.Process]:
    """List the processes that a process has started; none where it has just ended."""
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def size(place: Path, name: str) -> float:
    """Give the megabytes of a file."""
    return (place / f"{name}.parquet").stat().st_size / MEGABYTE


if __name__ == "__main__":
    typer.run(main)
