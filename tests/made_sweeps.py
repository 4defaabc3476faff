"""What the tests of sweeps and learning curves share: a small corpus and experiment over it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stancelab.config import read_experiment
from stancelab.plan import Plan, make_plan

VERBS = (("thanked", "cooperative"), ("accused", "hostile"), ("met", "neutral"))
PLACES = ("May", "June", "July", "spring", "autumn", "Bonn", "Lviv", "Turin")

SWEPT = """
question = "Does a search pay?"
seeds = [0, 1]
blind = []

[data]
path = "mine.jsonl"

[model.words]
kind = "tfidf_word_logreg"
min_df = 1

[sweep]
trials = 4

[sweep.space]
C = { low = 0.001, high = 10.0, log = true }
window = { low = 2, high = 8, step = 2 }
class_weight = ["balanced", "none"]
"""


def write_corpus(folder: Path) -> None:
    """Write 48 statements, two to a document, whose verb tells the label in five of six."""
    lines = []
    for at, place in enumerate(PLACES):
        for number, (verb, _) in enumerate(VERBS):
            for who, whom in (("Rome", "Oslo"), ("Kyiv", "Riga")):
                label = VERBS[(number + (at % 4 == 0 and who == "Rome")) % 3][1]
                row = {"text": f"In {place} {who} {verb} {whom}.", "actor": whom, "label": label}
                lines.append(json.dumps(row | {"document": f"{place}-{number}"}))
    (folder / "mine.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_experiment(folder: Path, content: str = SWEPT) -> Path:
    """Write the corpus and an experiment file over it."""
    write_corpus(folder)
    file = folder / "swept.toml"
    file.write_text(content, encoding="utf-8")
    return file


def plan_of(folder: Path, *overrides: str, content: str = SWEPT) -> Plan:
    """Plan an experiment over the corpus."""
    return make_plan(read_experiment(write_experiment(folder, content), overrides))


@contextmanager
def hasty_databases() -> Iterator[None]:
    """Let SQLite not wait for the disk, which takes most of the time of small searches."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    def relax(connection: Any, record: Any) -> None:
        connection.execute("PRAGMA synchronous = OFF")

    event.listen(Engine, "connect", relax)
    yield
    event.remove(Engine, "connect", relax)


class NoProgress:
    """Shows nothing."""

    def step(self, what: str, done: int, total: int) -> None:
        """Do nothing."""
