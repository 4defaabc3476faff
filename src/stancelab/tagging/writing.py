"""Tags as lines of JSON and as CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from stancelab.schema import LABELS
from stancelab.scoring.parts import writing
from stancelab.tagging.tags import Tag

_SHARES = tuple(f"p_{label}" for label in LABELS)
_LEFT_OUT = ("probabilities", "threshold")
COLUMNS = (
    *(field.name for field in fields(Tag) if field.name not in _LEFT_OUT),
    *("label", "uncertain"),
    *_SHARES,
)
"""The columns of the CSV."""


def json_lines(tags: Iterable[Tag]) -> Iterator[str]:
    """Give each tag as one line of JSON."""
    for tag in tags:
        yield json.dumps(tag.as_dict(), ensure_ascii=False) + "\n"


def write_csv(path: Path, tags: Iterable[Tag]) -> None:
    """Write tags as CSV with a column for each probability, whole or not at all.

    It begins with a byte order mark, by which spreadsheets know UTF-8.
    """
    with writing(path) as building, building.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(map(_row, tags))


def _row(tag: Tag) -> dict[str, Any]:
    known = tag.as_dict()
    shares = known.pop("probabilities").values()
    return {**known, **dict(zip(_SHARES, map("{:.6f}".format, shares), strict=True))}
