"""What a table of statements holds, counted: for a look at a corpus before it is used."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import numpy as np

from stancelab.datasets.base import Loaded
from stancelab.schema import LABELS, UNLABELLED, labels_of

UNLABELLED_NAME = "unlabelled"
_COMMONEST = 10
_QUANTILES = {"shortest": 0.0, "median": 0.5, "95 %": 0.95, "longest": 1.0}


def overview(loaded: Loaded, samples: int = 3, seed: int = 0) -> dict[str, Any]:
    """Count what a table holds.

    Parameters
    ----------
    loaded : Loaded
        The table, with what was dropped on the way to it.
    samples : int
        How many rows to draw.
    seed : int
        Draws them.

    Returns
    -------
    dict
        For JSON: ``rows`` by split, ``labels`` by split and label, ``languages`` and the ten
        commonest ``actors`` with their rows, ``characters`` a text, ``samples`` and other counts.

    Examples
    --------
    >>> from stancelab.datasets.registry import load
    >>> found = overview(load("statements"))
    >>> found["rows"], found["labels"][""]["hostile"]
    ({'': 4259}, 1386)
    """
    table = loaded.table
    splits = table.column("split").to_pylist()
    names = [LABELS[code] if code != UNLABELLED else UNLABELLED_NAME for code in labels_of(table)]
    labels = {split: Counter[str]() for split in dict.fromkeys(splits)}
    for split, label in zip(splits, names, strict=True):
        labels[split][label] += 1
    actors = Counter(table.column("actor").to_pylist())
    unnamed = np.asarray(table.column("mention_start").to_numpy()) < 0
    return {
        "rows": dict(Counter(splits)),
        "labels": {split: _in_order(counts) for split, counts in labels.items()},
        "languages": dict(Counter(table.column("language").to_pylist()).most_common()),
        "actors": dict(actors.most_common(_COMMONEST)),
        "distinct_actors": len(actors),
        "statements": len(table.column("statement").unique()),
        "documents": len(table.column("document").unique()),
        "unnamed": int(unnamed.sum()),
        "characters": _lengths(table.column("text").to_pylist()),
        "dropped": dict(loaded.dropped),
        "notes": dict(loaded.notes),
        "samples": _samples(loaded, names, samples, seed),
    }


def _in_order(counts: Counter[str]) -> dict[str, int]:
    return {name: counts[name] for name in (*LABELS, UNLABELLED_NAME) if counts[name]}


def _lengths(texts: list[str]) -> dict[str, int]:
    lengths = [len(text) for text in texts]
    return {name: int(np.quantile(lengths, share)) for name, share in _QUANTILES.items()}


def _samples(loaded: Loaded, names: list[str], samples: int, seed: int) -> list[dict[str, Any]]:
    size = min(samples, len(loaded.table))
    drawn = np.random.default_rng(seed).choice(len(loaded.table), size=size, replace=False)
    rows = loaded.table.take(np.sort(drawn)).to_pylist()
    return [
        {**row, "label": names[at], "attributes": json.loads(row["attributes"])}
        for at, row in zip(np.sort(drawn).tolist(), rows, strict=True)
    ]
