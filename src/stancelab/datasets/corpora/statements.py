"""The embedded corpus: 2,615 statements in ten languages, written for this project."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stancelab.datasets.base import DatasetSpec, Loaded
from stancelab.errors import DataError
from stancelab.schema import LABELS, as_table
from stancelab.text import find_mention

_PACKAGE = Path(__file__).resolve().parents[2]


def directory() -> Path:
    """Find the corpus: inside an installed wheel, or in ``data/`` of a checkout.

    Raises
    ------
    DataError
        It is at neither place.
    """
    places = (_PACKAGE / "corpus" / "statements", _PACKAGE.parents[1] / "data" / "statements")
    for place in places:
        if place.is_dir():
            return place
    raise DataError("the embedded corpus is not with this installation; install stancelab anew")


def load(folder: Path) -> Loaded:
    """Read every ``*.jsonl`` of a folder; one line is a statement, one row a pair of it."""
    rows: list[dict[str, Any]] = []
    notes: Counter[str] = Counter()
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            rows += _pairs(json.loads(line), notes)
    return Loaded(as_table(rows), notes=dict(notes))


def _pairs(statement: dict[str, Any], notes: Counter[str]) -> Iterator[dict[str, Any]]:
    for pair in statement["pairs"]:
        mention = find_mention(statement["text"], pair["mention"])
        if mention.occurrences > 1:
            notes["mention occurs more than once"] += 1
        yield {
            "id": f"statements/{statement['id']}/{pair['actor']}",
            "statement": statement["id"],
            "document": statement["group"],
            "text": statement["text"],
            "actor": pair["actor"],
            "mention_start": mention.start,
            "mention_end": mention.end,
            "source": statement["source"],
            "language": statement["language"],
            "label": LABELS.index(pair["label"]),
            "native_label": pair["label"],
            "dataset": "statements",
            "attributes": json.dumps({"genre": statement["genre"], "topic": statement["topic"]}),
        }


SPEC = DatasetSpec(
    name="statements",
    description="statement from diplomacy, news or a post, written by language models",
    task="stance toward an actor",
    languages=("ar", "de", "en", "es", "fr", "pl", "ru", "tr", "uk", "zh"),
    labels={name: name for name in LABELS},
    rows={"": 4259},
    licence="CC-BY-4.0",
    terms="open",
    citation="stancelab, embedded corpus (see CITATION.cff)",
    homepage="data/README.md",
    load=load,
    directory=directory,
    test=(),
    validation=(),
)
