"""PLV (PLOVER): what the source of a news sentence does to its target, as an event code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from stancelab.datasets.base import DatasetSpec, Loaded
from stancelab.datasets.reading import NOT_NAMED, Line, loaded, read_csv, row
from stancelab.text import find_mention

_LABELS = {"1": "cooperative", "2": "cooperative", "3": "hostile", "4": "hostile"}
_QUADRANTS = {
    "1": "verbal cooperation",
    "2": "material cooperation",
    "3": "verbal conflict",
    "4": "material conflict",
}
_COLUMNS = ("sentence", "marked_sentence", "source", "target", "gold_penta", "gold_root")
_MARKS = re.compile(r"</?[st]>")


def load(folder: Path) -> Loaded:
    """Read both parts; one row a target.

    Only the gold codes are read: the other columns are the output of models.
    """
    rows = [
        _row(line, split, number)
        for split in ("train", "test")
        for number, line in enumerate(
            read_csv(folder / f"PLV_{split}.tsv", _COLUMNS, delimiter="\t")
        )
    ]
    return loaded(rows)


def _row(line: Line, split: str, number: int) -> dict[str, Any]:
    cells = line.cells
    return row(
        f"plv/{split}/{number}",
        cells["sentence"],
        cells["target"],
        line.label("gold_penta", _LABELS),
        native=cells["gold_penta"],
        span=_span(cells["sentence"], cells["marked_sentence"], cells["target"]),
        source=cells["source"],
        split=split,
        language="en",
        attributes={"quad": _QUADRANTS[cells["gold_penta"]], "root": cells["gold_root"]},
    )


def _span(sentence: str, marked: str, target: str) -> tuple[int, int]:
    """Find the target where it is marked, else where it stands first; "a recipient" nowhere."""
    before, mark, _ = marked.partition("<t>")
    start = len(_MARKS.sub("", before))
    if mark and sentence.startswith(target, start):
        return start, start + len(target)
    found = find_mention(sentence, target)
    return (found.start, found.end) if found.occurrences else NOT_NAMED


SPEC = DatasetSpec(
    name="plv",
    description="the target of a political event in a news sentence",
    task="event coding (PLOVER)",
    languages=("en",),
    labels=_LABELS,
    rows={"train": 1050, "test": 1033},
    licence="none stated",
    terms="unstated",
    citation="Hu, Parolin, Khan, Osorio & D'Orazio 2024, Leveraging Codebook Knowledge with NLI "
    "and ChatGPT for Zero-Shot Political Relation Classification, ACL",
    homepage="https://github.com/snowood1/Zero-Shot-PLOVER",
    load=load,
    validation=(),
)
