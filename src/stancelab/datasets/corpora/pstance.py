"""P-Stance: stance of tweets toward three US politicians."""

from __future__ import annotations

import re
from pathlib import Path

from stancelab.datasets.base import DatasetSpec, Loaded
from stancelab.datasets.reading import NOT_NAMED, loaded, read_csv, row

_SPLITS = {"train": "train", "validation": "val", "test": "test"}
_LABELS = {"AGAINST": "hostile", "FAVOR": "cooperative"}
_NAMES = {
    "Donald Trump": re.compile("Donald Trump|Trump", re.IGNORECASE),
    "Joe Biden": re.compile("Joe Biden|Biden", re.IGNORECASE),
    "Bernie Sanders": re.compile("Bernie Sanders|Sanders|Bernie", re.IGNORECASE),
}


def load(folder: Path) -> Loaded:
    """Read the files of all three targets together; one row a tweet, none of them neutral."""
    rows = []
    for split, part in _SPLITS.items():
        path = folder / f"raw_{part}_all.csv"
        for number, line in enumerate(read_csv(path, ("Tweet", "Target", "Stance"))):
            actor = line.cells["Target"]
            if actor not in _NAMES:
                raise line.error("Target", " or ".join(_NAMES))
            named = _NAMES[actor].search(line.cells["Tweet"])
            rows.append(
                row(
                    f"pstance/{split}/{number}",
                    line.cells["Tweet"],
                    actor,
                    line.label("Stance", _LABELS),
                    native=line.cells["Stance"],
                    span=named.span() if named else NOT_NAMED,
                    split=split,
                    language="en",
                )
            )
    return loaded(rows)


SPEC = DatasetSpec(
    name="pstance",
    description="a US politician in a tweet",
    task="stance",
    languages=("en",),
    labels=_LABELS,
    rows={"train": 17224, "validation": 2193, "test": 2157},
    licence="MIT",
    terms="open",
    citation="Li, Sosea, Sawant, Nair, Inkpen & Caragea 2021, P-Stance: A Large Dataset for "
    "Stance Detection in Political Domain, Findings of ACL",
    homepage="https://github.com/chuchun8/PStance",
    load=load,
)
