"""Statements a second of both n-gram models by ``stancelab score``, and the macro-F1 of each.

Run with: python experiments/benchmarks/linear_speed.py [--rows 200000] [--seeds 5] [--json]

The models are trained on 60 % of the embedded corpus and tested on 25 % of it, by document, five
seeds; the difference has the 95 % interval of the paired bootstrap over documents. Scored, from
Parquet into Parquet, are real statements again and again in random order: those of the embedded
corpus and, where STANCELAB_DATA names the folder of the corpora, of NewsMTSC. The time is that of
the whole command, its start included.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import typer

from stancelab.datasets.registry import load
from stancelab.evaluation.uncertainty import DocumentBootstrap, Outcome
from stancelab.export.bundle import write_bundle
from stancelab.models.linear import TfidfLogreg
from stancelab.schema import labels_of
from stancelab.splits.config import SplitConfig
from stancelab.splits.rowset import Rowset
from stancelab.splits.schemes import make_splits

KINDS = {"tfidf_logreg": True, "tfidf_word_logreg": False}
"""Whether each has n-grams of characters."""

COLUMNS = ["id", "text", "actor", "mention_start", "mention_end", "language"]
PROCESSES = (1, 2)


def main(
    rows: Annotated[int, typer.Option(help="Statements to score.")] = 200_000,
    seeds: Annotated[int, typer.Option(help="Splits to train on.")] = 5,
    as_json: Annotated[bool, typer.Option("--json", help="Print one object.")] = False,
) -> None:
    """Train, score and print a table."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        quality = train(place, seeds)
        write_statements(place / "in.parquet", rows)
        rates = {kind: list(speeds(place, kind)) for kind in KINDS}
    found = {kind: {**quality[kind], "rows_per_second": rates[kind]} for kind in KINDS}
    if as_json:
        print(json.dumps({"rows": rows, "seeds": seeds, "cores": os.cpu_count(), **found}))
    else:
        show(found)


def train(place: Path, seeds: int) -> dict[str, dict[str, Any]]:
    """Train both kinds, keep the bundles of the first seed, and compare their test scores."""
    table = load("statements").table
    splits = [next(make_splits(Rowset.of(table), SplitConfig(), seed)) for seed in range(seeds)]
    outcomes: dict[str, list[Outcome]] = {kind: [] for kind in KINDS}
    for kind, characters in KINDS.items():
        for seed, split in enumerate(splits):
            training, test = table.take(split.train), table.take(split.test)
            model = TfidfLogreg(characters=characters, random_state=seed)
            predictor = model.fit(training, labels_of(training)).predictor_
            outcomes[kind].append(outcome(test, predictor.predict_proba(test).argmax(axis=1)))
            if seed == 0:
                write_bundle(place / kind, predictor, {"model": {"name": kind}})
    return compared(table, outcomes)


def outcome(test: pa.Table, predicted: Any) -> Outcome:
    """Put answers beside what they are compared with."""
    names = ("statement", "document")
    return Outcome(*(test.column(name).to_pylist() for name in names), labels_of(test), predicted)


def compared(table: pa.Table, outcomes: dict[str, list[Outcome]]) -> dict[str, dict[str, Any]]:
    """Give the macro-F1 of both kinds, and what the second loses."""
    documents = {name for own in outcomes.values() for one in own for name in one.documents}
    bootstrap = DocumentBootstrap(documents, len(table.column("document").unique()))
    scores = {kind: bootstrap.estimate(own)["macro_f1"] for kind, own in outcomes.items()}
    first, second = KINDS
    difference = scores[second].minus(scores[first])
    found = {
        kind: {"macro_f1": one.value, "interval": list(one.interval)}
        for kind, one in scores.items()
    }
    found[second] |= {"difference": difference.value, "difference_in": list(difference.interval)}
    return found


def write_statements(path: Path, rows: int) -> None:
    """Write real statements in random order, as many as are asked for."""
    names = ["statements", *(["newsmtsc"] if os.environ.get("STANCELAB_DATA") else [])]
    table = pa.concat_tables(load(name).table.select(COLUMNS) for name in names)
    generator = np.random.default_rng(0)
    with pq.ParquetWriter(path, table.schema) as writer:
        for start in range(0, rows, len(table)):
            order = generator.permutation(len(table))[: rows - start]
            writer.write_table(table.take(order))


def speeds(place: Path, kind: str) -> Iterator[float]:
    """Score with one process and with two."""
    for processes in PROCESSES:
        words = ["--processes", str(processes), "--replace", "--json"]
        files = [str(place / name) for name in (kind, "in.parquet", "out.parquet")]
        command = [sys.executable, "-m", "stancelab", "score", *files, *words]
        done = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        yield done["rows"] / done["seconds"]


def show(found: dict[str, dict[str, Any]]) -> None:
    """Print the table."""
    print(f"{'':20}{'1 process':>11}{'2 processes':>13}  macro-F1             loss")
    for kind, one in found.items():
        slow, fast = one["rows_per_second"]
        low, high = one["interval"]
        scored = f"{one['macro_f1']:.3f} ({low:.3f}-{high:.3f})"
        loss = ""
        if "difference" in one:
            low, high = one["difference_in"]
            loss = f"{one['difference']:+.3f} ({low:+.3f} to {high:+.3f})"
        print(f"{kind:20}{slow:11,.0f}{fast:13,.0f}  {scored:20} {loss}")


if __name__ == "__main__":
    typer.run(main)
