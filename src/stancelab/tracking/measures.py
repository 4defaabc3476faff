"""The metrics of one finished cell, under the names that they have in MLflow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow.compute as pc

from stancelab.evaluation.metrics import confusion, f1_scores, scores
from stancelab.evaluation.native import has_native, native_macro_f1
from stancelab.evaluation.report import CellScore, Scoring, outcome
from stancelab.evaluation.test_sets import TestSet
from stancelab.evaluation.uncertainty import DocumentBootstrap, Outcome
from stancelab.schema import LABELS
from stancelab.tracking import names


class Measures:
    """Measures cells one after the other; those with the same test rows share their resamples.

    Parameters
    ----------
    scoring : Scoring
        What the plan says of the cells.
    """

    def __init__(self, scoring: Scoring) -> None:
        self.scoring = scoring
        self._bootstraps: dict[tuple[str, int, int, str], DocumentBootstrap] = {}

    def tested(self, score: CellScore) -> Iterator[tuple[TestSet, Outcome]]:
        """Give what a cell answered on each of its test sets."""
        rows = score.predictions.filter(pc.field("part") == "test")
        for test_set in self.scoring.test_sets:
            own = rows.filter(pc.field("test_set") == test_set.name)
            if len(own):
                yield test_set, outcome(own, test_set)

    def macro_f1(self, score: CellScore) -> dict[str, float]:
        """Give the macro-F1 on each test set."""
        return {
            test_set.name: float(
                scores(confusion(own.labels, own.predicted), test_set.labels)["macro_f1"]
            )
            for test_set, own in self.tested(score)
        }

    def of(self, score: CellScore) -> dict[str, float]:
        """Measure a cell.

        Parameters
        ----------
        score : CellScore
            The finished cell.

        Returns
        -------
        dict
            ``test/macro_f1`` and the like with one test set, ``test/NAME/macro_f1`` with several;
            ``validation/…``; what training and predicting took.
        """
        tested = list(self.tested(score))
        found: dict[str, float] = {}
        for test_set, own in tested:
            prefix = names.metric_name("test", test_set.name if len(tested) > 1 else "")
            values = self._test(score, test_set, own) | self._native(score, test_set)
            found |= {f"{prefix}/{key}": value for key, value in values.items()}
        validation = self._validation(score)
        found |= {f"validation/{metric}": float(value) for metric, value in validation.items()}
        return {
            **found,
            names.TRAIN_SECONDS: score.train_seconds,
            names.PREDICT_MICROSECONDS: score.predict_microseconds,
        }

    def _test(self, score: CellScore, test_set: TestSet, tested: Outcome) -> dict[str, float]:
        key = (score.setting, score.seed, score.fold, test_set.name)
        if key not in self._bootstraps:  # its draws serve every model of the same test part
            self._bootstraps[key] = DocumentBootstrap(tested.documents, test_set.documents)
        found: dict[str, float] = {}
        for metric, estimate in self._bootstraps[key].estimate([tested], test_set.labels).items():
            low, high = estimate.interval
            found |= {metric: estimate.value, f"{metric}_low": low, f"{metric}_high": high}
        matrix = confusion(tested.labels, tested.predicted)
        for code in test_set.labels:
            found[f"f1/{LABELS[code]}"] = float(f1_scores(matrix)[code])
            found[f"rows/{LABELS[code]}"] = float(matrix[code].sum())
        found["leaked"] = self.scoring.leaked.get((score.setting, test_set.name), 0.0)
        return found

    def _native(self, score: CellScore, test_set: TestSet) -> dict[str, float]:
        """Measure the head for the corpus' own labels, where the model has one."""
        own = (pc.field("part") == "test") & (pc.field("test_set") == test_set.name)
        tested = score.predictions.filter(own)
        if not has_native(tested):
            return {}
        bootstrap = self._bootstraps[(score.setting, score.seed, score.fold, test_set.name)]
        estimate = native_macro_f1([tested], bootstrap)
        low, high = estimate.interval
        return {
            "native_macro_f1": estimate.value,
            "native_macro_f1_low": low,
            "native_macro_f1_high": high,
        }

    def _validation(self, score: CellScore) -> dict[str, Any]:
        labels = self.scoring.trained_labels[score.setting]
        rows = score.predictions.filter(pc.field("part") == "validation")
        validated = outcome(rows, TestSet("validation", labels, 0))
        return scores(confusion(validated.labels, validated.predicted), labels)
