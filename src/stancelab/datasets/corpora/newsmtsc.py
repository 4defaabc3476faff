"""NewsMTSC: sentiment toward persons and organisations named in US news sentences."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stancelab.datasets.base import DatasetSpec, Loaded
from stancelab.datasets.reading import Line, loaded, read_jsonl, row

_SPLITS = ("train", "devtest_mt", "devtest_rw")
_LABELS = {"2.0": "hostile", "4.0": "neutral", "6.0": "cooperative"}


def load(folder: Path) -> Loaded:
    """Read the three original files; one row a target, with its span."""
    rows: list[dict[str, Any]] = []
    for split in _SPLITS:
        for line in read_jsonl(
            folder / f"{split}.jsonl", ("primary_gid", "sentence_normalized", "targets")
        ):
            rows += _targets(line, split)
    return loaded(rows)


def _targets(line: Line, split: str) -> Iterator[dict[str, Any]]:
    text = line.cells["sentence_normalized"]
    # "allsides_1000_401_25_…" and "polusa_v1_4307505_-1_11_…": the third part is the article.
    document = "_".join(line.cells["primary_gid"].split("_")[:3])
    for cells in line.cells["targets"]:
        target = line.within(cells, "Input.gid", "mention", "polarity", "from", "to")
        yield row(
            f"newsmtsc/{cells['Input.gid']}",
            text,
            cells["mention"],
            target.label("polarity", _LABELS),
            native=str(cells["polarity"]),
            span=target.span("from", "to", text, cells["mention"]),
            document=f"newsmtsc/{document}",
            split=split,
            language="en",
        )


SPEC = DatasetSpec(
    name="newsmtsc",
    description="a person or organisation in a US news sentence",
    task="target-dependent sentiment",
    languages=("en",),
    labels=_LABELS,
    rows={"train": 8739, "devtest_mt": 1476, "devtest_rw": 1146},
    licence="MIT",
    terms="open",
    citation="Hamborg & Donnay 2021, NewsMTSC: A Dataset for (Multi-)Target-dependent Sentiment "
    "Classification in Political News Articles, EACL",
    homepage="https://github.com/fhamborg/NewsMTSC",
    load=load,
    test=("devtest_rw", "devtest_mt"),
    validation=(),
)
