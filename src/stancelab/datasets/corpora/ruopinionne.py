"""RuOpinionNE-2024: opinions in Russian news sentences, from a holder toward a target."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stancelab.datasets.base import DatasetSpec, Loaded
from stancelab.datasets.reading import RECORD, Line, loaded, read_jsonl, row

_FILES = {"train": "train.jsonl", "validation": "validation_labeled.jsonl"}
_LABELS = {"NEG": "hostile", "POS": "cooperative"}
_AUTHOR, _NOBODY = "AUTHOR", "NULL"


def load(folder: Path) -> Loaded:
    """Read the labelled files; one row an opinion, its holder as the source.

    A sentence without opinions gives no row. A target in several pieces has the span of the
    first.
    """
    rows: list[dict[str, Any]] = []
    counts: Counter[str] = Counter()
    for split, file in _FILES.items():
        for number, line in enumerate(read_jsonl(folder / file, ("text", "opinions"))):
            rows += _opinions(line, split, number)
            counts["sentence without an opinion"] += not line.cells["opinions"]
    pieces = sum(" … " in one["actor"] for one in rows)
    return loaded(rows, counts, {"target in several pieces": pieces})


def _opinions(line: Line, split: str, number: int) -> Iterator[dict[str, Any]]:
    text = line.cells["text"]
    for place, opinion in enumerate(line.cells["opinions"]):
        line.within(opinion, "Source", "Target", "Polar_expression", "Polarity")
        names, spans = opinion["Target"]
        start, _, end = spans[0].partition(":")
        cells = Line(line.path, line.number, {**opinion, "start": start, "end": end})
        holder = " … ".join(opinion["Source"][0])
        yield row(
            f"ruopinionne/{split}/{number}/{place}",
            text,
            " … ".join(names),
            cells.label("Polarity", _LABELS),
            native=opinion["Polarity"],
            span=cells.span("start", "end", text, names[0]),
            source="" if holder in (_AUTHOR, _NOBODY) else holder,
            split=split,
            language="ru",
            attributes={
                RECORD: f"{split}/{number}",
                "expression": " … ".join(opinion["Polar_expression"][0]),
                "holder": holder if holder in (_AUTHOR, _NOBODY) else "named",
            },
        )


SPEC = DatasetSpec(
    name="ruopinionne",
    description="the target of an opinion in a Russian news sentence",
    task="opinion tuples (holder, target, expression, polarity)",
    languages=("ru",),
    labels=_LABELS,
    rows={"train": 2904, "validation": 1612},
    licence="MIT",
    terms="open",
    citation="Loukachevitch et al. 2024, RuOpinionNE-2024: Extraction of Opinion Tuples from "
    "Russian News Texts, Dialogue",
    homepage="https://github.com/dialogue-evaluation/RuOpinionNE-2024",
    load=load,
    test=("validation",),
    validation=(),
)
