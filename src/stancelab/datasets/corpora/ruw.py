"""RUW: stance of tweets on the war toward Russia and toward Ukraine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stancelab.datasets.base import DatasetSpec, Loaded
from stancelab.datasets.reading import NOT_NAMED, RECORD, Line, loaded, read_csv, row

_SPLITS = {"train": "train", "validation": "val", "test": "test"}
_LABELS = {"AGAINST": "hostile", "NONE": "neutral", "FAVOR": "cooperative"}
_COLUMNS = ("Tweet", "Target 1", "Stance 1", "Target 2", "Stance 2")


def load(folder: Path) -> Loaded:
    """Read the three parts, which are GBK-encoded; two rows a tweet."""
    rows: list[dict[str, Any]] = []
    for split, part in _SPLITS.items():
        path = folder / f"raw_{part}_Russia_Ukraine.csv"
        for number, line in enumerate(read_csv(path, _COLUMNS, encoding="gbk")):
            rows += _pairs(line, split, number)
    return loaded(rows)


def _pairs(line: Line, split: str, number: int) -> Iterator[dict[str, Any]]:
    text = line.cells["Tweet"]
    for target in "12":
        actor = line.cells[f"Target {target}"]
        yield row(
            f"ruw/{split}/{number}/{actor}",
            text,
            actor,
            line.label(f"Stance {target}", _LABELS),
            native=line.cells[f"Stance {target}"],
            span=_span(text, actor),
            split=split,
            language="en",
            attributes={RECORD: f"{split}/{number}"},
        )


def _span(text: str, actor: str) -> tuple[int, int]:
    """Find the country by itself, else as it begins a word ("Russians", "#ukrainewar")."""
    found = re.search(rf"\b{actor}\b", text) or re.search(actor, text, re.IGNORECASE)
    return found.span() if found else NOT_NAMED


SPEC = DatasetSpec(
    name="ruw",
    description="Russia and Ukraine in a tweet on the war",
    task="multi-target stance",
    languages=("en",),
    labels=_LABELS,
    rows={"train": 8400, "validation": 1200, "test": 2400},
    licence="none stated",
    terms="unstated",
    citation="RUW: A Dataset of Tweets on Multi-Target Stance Detection about the Russia-Ukraine "
    "War (its authors' repository)",
    homepage="https://github.com/multi-target/RUW",
    load=load,
)
