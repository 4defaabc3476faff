"""A small data set that is learnt at once: the verb tells the label, whoever acts and wherever."""

from __future__ import annotations

from pathlib import Path

from made_files import write

VERBS = (("thanked", "cooperative"), ("accused", "hostile"), ("met", "neutral"))
PLACES = ("May", "June", "July", "spring", "autumn", "Bonn", "Lviv", "Turin")
PAIRS = (("Rome", "Oslo"), ("Kyiv", "Warsaw"))


def write_verbs(folder: Path, experiment: str = "") -> Path:
    """Write the rows as ``mine.jsonl``, and an experiment over them as ``mine.toml``."""
    rows = [
        {"text": f"In {place} {who} {verb} {whom}.", "actor": whom, "label": label}
        for verb, label in VERBS
        for place in PLACES
        for who, whom in PAIRS
    ]
    if experiment:
        (folder / "mine.toml").write_text(experiment, encoding="utf-8")
    return write(folder / "mine.jsonl", rows)
