"""Slices under names that MLflow takes, and the table that leads back from a name to its slice.

MLflow refuses ``=``, quotes, ``<`` and more in the names of metrics, and a slice is called as its
rows are: by an actor, a topic, whatever a corpus holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from stancelab.evaluation.slices import SliceScore
from stancelab.tracking.names import metric_name

_REFUSED = re.compile(r"[^\w\-.: ]")
_LENGTH = 120
_FIELDS = tuple(field.name for field in fields(SliceScore))
_SCORES = ("macro_f1", "low", "high")
_METRICS = ("macro_f1", "macro_f1_low", "macro_f1_high")
"""The rest stands in the table: a run has some eighty slices, and the store takes its time."""

Sliced = Mapping[str, Sequence[SliceScore]]
"""The slices of each test set, under its name; under an empty one where there is only one."""


def slice_names(pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Name slices so that MLflow takes every name and no two slices share one.

    Parameters
    ----------
    pairs : iterable of (str, str)
        Dimension and value of each slice.

    Examples
    --------
    >>> slice_names([("language", "uk"), ("actor", "R=B"), ("actor", 'R"B')])
    {('language', 'uk'): 'language:uk', ('actor', 'R=B'): 'actor:R-B', ('actor', 'R"B'): \
'actor:R-B-2'}
    """
    taken: dict[str, int] = {}
    named: dict[tuple[str, str], str] = {}
    for dimension, value in pairs:
        name = _REFUSED.sub("-", f"{dimension}:{value}")[:_LENGTH]
        while name in taken:
            taken[name] += 1
            name = f"{name}-{taken[name]}"
        taken[name] = 1
        named[dimension, value] = name
    return named


def slice_metrics(sliced: Sliced) -> dict[str, float]:
    """Give the metrics of slices, such as ``slice/language:uk/macro_f1``."""
    found: dict[str, float] = {}
    for test_set, name, score in _named(sliced):
        prefix = "/".join(part for part in ("slice", test_set, name) if part)
        for key, metric in zip(_SCORES, _METRICS, strict=True):
            found[f"{prefix}/{metric}"] = float(getattr(score, key))
    return found


def described(sliced: Sliced) -> list[dict[str, Any]]:
    """Give slices with the names of their metrics, for JSON."""
    return [
        {"test_set": test_set, "name": name, **{key: getattr(score, key) for key in _FIELDS}}
        for test_set, name, score in _named(sliced)
    ]


def _named(sliced: Sliced) -> Iterable[tuple[str, str, SliceScore]]:
    for test_set, scores in sliced.items():
        named = slice_names((one.dimension, one.value) for one in scores)
        for one in scores:
            yield metric_name(test_set), named[one.dimension, one.value], one
