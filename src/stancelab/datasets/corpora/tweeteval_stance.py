"""TweetEval, stance: tweets toward Hillary Clinton, the one target that is an actor."""

from __future__ import annotations

import re
from pathlib import Path

from stancelab.datasets.base import DatasetSpec, Loaded
from stancelab.datasets.reading import NOT_NAMED, Line, loaded, read_lines, row
from stancelab.errors import SchemeError

_SPLITS = {"train": "train", "validation": "val", "test": "test"}
_LABELS = {"1": "hostile", "0": "neutral", "2": "cooperative"}
_ACTOR = "Hillary Clinton"
_NAME = re.compile("Hillary Clinton|Hillary|Clinton", re.IGNORECASE)


def load(folder: Path) -> Loaded:
    """Read texts and labels, which stand in files of their own, line by line."""
    rows = []
    for split, part in _SPLITS.items():
        texts = list(read_lines(folder / "hillary" / f"{part}_text.txt"))
        path = folder / "hillary" / f"{part}_labels.txt"
        labels = list(read_lines(path))
        if len(texts) != len(labels):
            found = f"{len(labels)} labels"
            raise SchemeError(path, len(labels), "", found, f"{len(texts)}, one for each text")
        for (number, content), (_, native) in zip(texts, labels, strict=True):
            text = content.strip()
            named = _NAME.search(text)
            rows.append(
                row(
                    f"tweeteval_stance/{split}/{number}",
                    text,
                    _ACTOR,
                    Line(path, number, {"label": native}).label("label", _LABELS),
                    native=native,
                    span=named.span() if named else NOT_NAMED,
                    split=split,
                    language="en",
                )
            )
    return loaded(rows)


SPEC = DatasetSpec(
    name="tweeteval_stance",
    description="Hillary Clinton in a tweet",
    task="stance",
    languages=("en",),
    labels=_LABELS,
    rows={"train": 620, "validation": 69, "test": 295},
    licence="see the authors (SemEval-2016 task 6)",
    terms="unstated",
    citation="Barbieri, Camacho-Collados, Espinosa-Anke & Neves 2020, TweetEval, Findings of "
    "EMNLP; Mohammad et al. 2016, SemEval-2016 Task 6: Detecting Stance in Tweets",
    homepage="https://github.com/cardiffnlp/tweeteval",
    load=load,
)
