"""A manifest as an export writes it, for the tests of cards."""

from __future__ import annotations

from typing import Any

TESTED = {"macro_f1": 0.611, "macro_f1_low": 0.6, "macro_f1_high": 0.63, "accuracy": 0.7}


def row(test: str, **changed: Any) -> dict[str, Any]:
    """Give a row of the leaderboard."""
    scores = {"macro_f1": 0.61, "polar_f1": 0.58, "accuracy": 0.7, "actor_swap": None}
    bounds = {
        f"{name}_{end}": None if value is None else value + step
        for name, value in scores.items()
        for end, step in (("low", -0.02), ("high", 0.02))
    }
    known = {"test": test, "seeds": 2, "test_rows": 400, "leaked": 0.0}
    return {**scores, **bounds, **known, **changed}


def piece(dimension: str, value: str, **changed: Any) -> dict[str, Any]:
    """Give a slice."""
    known = {"test_set": "", "dimension": dimension, "value": value, "rows": 50, "macro_f1": 0.5}
    return {**known, "low": 0.4, "high": 0.6, "is_small": False, **changed}


def manifest(**changed: Any) -> dict[str, Any]:
    """Give what an export says of a classifier of one corpus."""
    corpus = {
        "name": "newsmtsc",
        "licence": "MIT",
        "terms": "open",
        "citation": "Hamborg & Donnay 2021",
        "homepage": "https://example.org/newsmtsc",
        "rows": 900,
        "languages": ["en"],
        "sha256": "0123456789abcdef",
    }
    metrics = {
        "macro_f1": {"newsmtsc": 0.611},
        "experiment": [row("newsmtsc")],
        "tested": {"newsmtsc": {**TESTED, "ece": 0.045}},
        "slices": [],
    }
    speed = {
        "statements_per_second": 4321.4,
        "rows": 1146,
        "processor": "Some CPU 2.0",
        "threads": 2,
        "runtime": "",
    }
    found = {
        "stancelab": "0.1.0",
        "model": {"name": "words", "config": {"kind": "tfidf_logreg", "calibration": "none"}},
        "run": "9f2c",
        "seed": 0,
        "setting": "",
        "refit": False,
        "requires": [],
        "metrics": metrics,
        "training_data": [corpus],
        "parameters": 2307,
        "speed": speed,
    }
    return {**found, **changed}
