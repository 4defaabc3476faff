"""What a run has left in a store, for `fault_jobs.py` to compare, and the experiment itself."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import unquote

VERBS = (("thanked", "cooperative"), ("accused", "hostile"), ("met", "neutral"))
PLACES = ("May", "June", "July", "spring", "autumn", "Bonn", "Lviv", "Turin")
EXPERIMENT = """\
question = "Does it go on?"
seeds = [0, 1]
[data]
path = "PLACE/mine.jsonl"
[model.tfidf_word_logreg]
min_df = 1
"""
_OF_TIME = re.compile(r"seconds|microseconds|megabytes|system/")
"""Metrics that no two runs have in common."""


def read_store(place: Path) -> dict[str, Any]:
    """Read what an experiment has left in a store, but for times and the IDs of runs."""
    from mlflow import MlflowClient

    client = MlflowClient(f"sqlite:///{place / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("mine")
    if experiment is None:
        return {}
    runs = client.search_runs([experiment.experiment_id], max_results=1000)
    done = [run for run in runs if run.info.status == "FINISHED"]
    parents = [run for run in done if run.data.tags["stancelab.role"] == "experiment"]
    cells = [run for run in done if run not in parents]
    board = json.loads((artifacts(parents[0]) / "leaderboard.json").read_text(encoding="utf-8"))
    return {
        "how often each cell is finished": Counter(named(run) for run in cells),
        "how often the experiment is finished": len(parents),
        "runs that are still open": [run.info.run_id for run in runs if is_open(run)],
        "metrics": {named(run): timeless(run.data.metrics) for run in cells},
        "params": {named(run): run.data.params for run in (*cells, *parents)},
        "artifacts": {named(run): names_in(artifacts(run)) for run in (*cells, *parents)},
        "predictions": {named(run): predictions(run) for run in cells},
        "models": {named(run): model_of(client, run) for run in cells},
        "leaderboard": [timeless(row) for row in board["rows"]],
    }


def is_open(run: Any) -> bool:
    """Say whether a run has not ended."""
    return str(run.info.status) == "RUNNING"


def named(run: Any) -> str:
    """Name a run as it is named in every store."""
    return str(run.data.tags["stancelab.fingerprint"])


def timeless(values: dict[str, Any]) -> dict[str, Any]:
    """Leave out what no two runs have in common."""
    return {key: value for key, value in values.items() if not _OF_TIME.search(key)}


def artifacts(run: Any) -> Path:
    """Give the folder of a run's artifacts."""
    return Path(unquote(run.info.artifact_uri.removeprefix("file://")))


def names_in(folder: Path) -> list[str]:
    """List the files of a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def predictions(run: Any) -> Any:
    """Read what a cell answered."""
    import pyarrow.parquet as pq

    return pq.read_table(artifacts(run) / "predictions.parquet").to_pydict()


def model_of(client: Any, run: Any) -> list[str]:
    """Digest the bundles of a run, each after a look at its own digests."""
    from stancelab.export.bundle import read_bundle

    found = []
    for output in run.outputs.model_outputs:
        place = client.get_logged_model(output.model_id).artifact_location
        folder = Path(unquote(place.removeprefix("file://")))
        read_bundle(folder)
        found.append(sha256((folder / "weights.safetensors").read_bytes()))
    return found


def statements() -> list[dict[str, str]]:
    """Make some rows with labels."""
    return [
        {"text": f"In {place} {who} {verb} {whom}.", "actor": whom, "label": label}
        for verb, label in VERBS
        for place in PLACES
        for who, whom in (("Rome", "Oslo"), ("Kyiv", "Warsaw"))
    ]


def write_experiment(place: Path) -> None:
    """Write a small experiment and its data."""
    lines = "".join(json.dumps(row) + "\n" for row in statements())
    (place / "mine.jsonl").write_text(lines, encoding="utf-8")
    (place / "mine.toml").write_text(EXPERIMENT.replace("PLACE", str(place)), encoding="utf-8")


def sha256(content: bytes) -> str:
    """Digest bytes."""
    return hashlib.sha256(content).hexdigest()
