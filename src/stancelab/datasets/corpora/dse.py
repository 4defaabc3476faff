"""DSE: directed sentiment between two entities of a US news sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from stancelab.datasets.base import DatasetSpec, Loaded
from stancelab.datasets.reading import RECORD, Line, loaded, read_lines, row
from stancelab.errors import SchemeError

_FILES = {"train": "train.txt", "validation": "valid.txt", "test": "test.txt"}
_CELLS = ("sentence", "p", "q", "label")
_LABELS = {
    "0": "neutral",
    "1": "cooperative",
    "2": "cooperative",
    "3": "hostile",
    "4": "hostile",
}
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_TOWARD_Q, _TOWARD_P = ("1", "3"), ("2", "4")


class _Entity(NamedTuple):
    name: str
    span: tuple[int, int]


def load(folder: Path) -> Loaded:
    """Read the three parts; one row an actor.

    A sentence of label 1 or 3 gives the row of q with p as its source, one of label 2 or 4 the
    row of p, and one of label 0 a row of each. Cells that hold quotation marks are quoted as in
    CSV.
    """
    rows: list[dict[str, Any]] = []
    for split, file in _FILES.items():
        for number, content in read_lines(folder / file):
            rows += _rows(_line(folder / file, number, content), split)
    return loaded(rows)


def _line(path: Path, number: int, content: str) -> Line:
    cells = [_unquoted(cell) for cell in content.split("\t")]
    if len(cells) != len(_CELLS):
        raise SchemeError(path, number, "", f"{len(cells)} cells", f"{len(_CELLS)}, tab-separated")
    return Line(path, number, dict(zip(_CELLS, cells, strict=True)))


def _unquoted(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def _rows(line: Line, split: str) -> Iterator[dict[str, Any]]:
    native, label = line.cells["label"], line.label("label", _LABELS)
    text, p, q = _entities(line)
    pairs = {"q": (q, p.name), "p": (p, q.name)}
    if native in _TOWARD_Q:
        pairs.pop("p")
    elif native in _TOWARD_P:
        pairs.pop("q")
    else:
        pairs = {name: (actor, "") for name, (actor, _) in pairs.items()}
    for name, (actor, source) in pairs.items():
        yield row(
            f"dse/{split}/{line.number}/{name}",
            text,
            actor.name,
            label,
            native=native,
            span=actor.span,
            source=source,
            split=split,
            language="en",
            attributes={RECORD: f"{split}/{line.number}"},
        )


def _entities(line: Line) -> tuple[str, _Entity, _Entity]:
    """Take both pairs of brackets out of a sentence and give where what they held stands."""
    marked = line.cells["sentence"]
    brackets = list(_BRACKETS.finditer(marked))
    names = [found[1].strip() for found in brackets]
    p, q = line.cells["p"], line.cells["q"]
    if sorted(names) != sorted([p, q]):
        raise line.error("sentence", f"[{p}] and [{q}] in it")
    spans = []
    for place, (found, name) in enumerate(zip(brackets, names, strict=True)):
        start = found.start() - 2 * place + found[1].index(name)  # two marks gone for each before
        spans.append(_Entity(name, (start, start + len(name))))
    first, second = spans if names == [p, q] else spans[::-1]
    return _BRACKETS.sub(r"\1", marked), first, second


SPEC = DatasetSpec(
    name="dse",
    description="an entity in a US news sentence, toward which another one acts",
    task="directed sentiment extraction between political entities",
    languages=("en",),
    labels=_LABELS,
    rows={"train": 21733, "validation": 2416, "test": 2683},
    licence="free use with citation",
    terms="open",
    citation="Park, Pan & Joo 2021, Who Blames or Endorses Whom? Entity-to-Entity Directed "
    "Sentiment Extraction in News Text, Findings of ACL",
    homepage="https://github.com/bywords/directed_sentiment_analysis",
    load=load,
)
