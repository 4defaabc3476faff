"""RuSentNE-2023: sentiment toward an entity named in a Russian news sentence."""

from __future__ import annotations

from pathlib import Path

from stancelab.datasets.base import DatasetSpec, Loaded
from stancelab.datasets.reading import loaded, read_csv, row

_FILES = {"train": "train_data.csv", "validation": "validation_data_labeled.csv"}
_LABELS = {"-1": "hostile", "0": "neutral", "1": "cooperative"}
_START, _END = "entity_pos_start_rel", "entity_pos_end_rel"
_COLUMNS = ("sentence", "entity", "entity_tag", _START, _END, "label")


def load(folder: Path) -> Loaded:
    """Read the labelled files; one row an entity.

    The final part has no labels in public and is not read. Sentences that hold quotation marks
    are quoted as in CSV: read without that, their spans are shifted.
    """
    return loaded(
        [
            row(
                f"rusentne/{split}/{number}",
                line.cells["sentence"],
                line.cells["entity"],
                line.label("label", _LABELS),
                native=line.cells["label"],
                span=line.span(_START, _END, line.cells["sentence"], line.cells["entity"]),
                split=split,
                language="ru",
                attributes={"entity_type": line.cells["entity_tag"]},
            )
            for split, file in _FILES.items()
            for number, line in enumerate(read_csv(folder / file, _COLUMNS, delimiter="\t"))
        ]
    )


SPEC = DatasetSpec(
    name="rusentne",
    description="an entity in a Russian news sentence",
    task="targeted sentiment toward named entities",
    languages=("ru",),
    labels=_LABELS,
    rows={"train": 6637, "validation": 2845},
    licence="MIT",
    terms="open",
    citation="Golubev, Rusnachenko & Loukachevitch 2023, RuSentNE-2023: Evaluating Entity-Oriented "
    "Sentiment Analysis on Russian News Texts, Dialogue",
    homepage="https://github.com/dialogue-evaluation/RuSentNE-evaluation",
    load=load,
    test=("validation",),
    validation=(),
)
