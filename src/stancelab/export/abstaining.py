"""Letting a bundle say that it is uncertain: the threshold, and what that gives on all parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from stancelab.evaluation.abstention import Wanted, choose_threshold
from stancelab.evaluation.predictions import probabilities_of
from stancelab.evaluation.report import Scoring, outcome
from stancelab.evaluation.test_sets import TestSet
from stancelab.schema import ALL_LABELS, labels_of

if TYPE_CHECKING:
    import pyarrow as pa


def abstention(predictions: pa.Table, scoring: Scoring, wanted: Wanted) -> dict[str, Any]:
    """Choose a threshold on the validation rows of a run, for the manifest.

    Parameters
    ----------
    predictions : pyarrow.Table
        Those of the run, as `evaluation.predictions` describes them.
    scoring : Scoring
        What the plan says of the run's test sets.
    wanted : ("precision" or "coverage", float)
        What the threshold is chosen for, and the share that it shall reach.

    Returns
    -------
    dict
        ``threshold``, ``asked``, and what it gives as `answered` says: ``validation`` for those
        rows, ``test`` for those of each test set.

    Raises
    ------
    ThresholdError
        What is wanted is not reached.
    """
    asked = dict([wanted])
    validation = predictions.filter(pc.field("part") == "validation")
    # a bundle answers any of the three labels, also for a corpus that lacks one
    shares, truth = probabilities_of(validation), labels_of(validation)
    threshold = choose_threshold(shares, truth, ALL_LABELS, **asked)
    validated = answered(validation, TestSet("validation", ALL_LABELS, 0), threshold)
    test = {}
    for test_set in scoring.test_sets:
        own = (pc.field("part") == "test") & (pc.field("test_set") == test_set.name)
        if len(rows := predictions.filter(own)):
            test[test_set.name] = answered(rows, test_set, threshold)
    return {"threshold": threshold, "asked": asked, "validation": validated, "test": test}


def answered(predictions: pa.Table, test_set: TestSet, threshold: float) -> dict[str, float | None]:
    """Say how many rows a bundle with this threshold answers, and how well.

    Parameters
    ----------
    predictions : pyarrow.Table
        At least one row.
    test_set : TestSet
        What the rows are of.
    threshold : float
        The largest probability of a row that is answered is at least this.

    Returns
    -------
    dict
        ``rows``; ``coverage``, the share of them that is answered; ``precision``, the share of
        the answers that is right, None where there are none.
    """
    own = outcome(predictions, replace(test_set, labels=ALL_LABELS))
    sure = probabilities_of(predictions).max(axis=1) >= threshold
    right = (own.labels == own.predicted)[sure]
    precision = float(right.mean()) if len(right) else None
    return {"rows": len(sure), "coverage": float(sure.mean()), "precision": precision}


def describe_answered(part: Mapping[str, Any]) -> str:
    """Write what `answered` found for people.

    Examples
    --------
    >>> describe_answered({"rows": 200, "coverage": 0.5, "precision": 0.9})
    '50.0% of 200 answered, 90.0% of these right'
    """
    given = f"{part['coverage']:.1%} of {part['rows']} answered"
    return (
        given if part["precision"] is None else f"{given}, {part['precision']:.1%} of these right"
    )
