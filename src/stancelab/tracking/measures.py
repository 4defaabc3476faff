"""The metrics of one finished cell, under the names that they have in MLflow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from stancelab.evaluation.answers import Answers, answers
from stancelab.evaluation.metrics import confusion, per_label, scores
from stancelab.evaluation.native import has_native, native_macro_f1
from stancelab.evaluation.ordinal import ORDINAL
from stancelab.evaluation.report import CellScore, Scoring, outcome
from stancelab.evaluation.slices import SliceScore, slice_scores
from stancelab.evaluation.test_sets import TestSet
from stancelab.evaluation.uncertainty import DocumentBootstrap
from stancelab.schema import LABELS
from stancelab.tracking import names

if TYPE_CHECKING:
    import pyarrow as pa

_CALIBRATION = ("ece", "brier", "reliability", "resolution", "uncertainty", "log_loss")


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
        self._last: tuple[CellScore, list[tuple[TestSet, pa.Table]]] | None = None

    def tested(self, score: CellScore) -> list[tuple[TestSet, pa.Table]]:
        """Give what a cell answered on each of its test sets."""
        if self._last is None or self._last[0] is not score:
            rows = score.predictions.filter(pc.field("part") == "test")
            each = [
                (test_set, rows.filter(pc.field("test_set") == test_set.name))
                for test_set in self.scoring.test_sets
            ]
            self._last = score, [(test_set, own) for test_set, own in each if len(own)]
        return self._last[1]

    def macro_f1(self, score: CellScore) -> dict[str, float]:
        """Give the macro-F1 on each test set."""
        found = {}
        for test_set, rows in self.tested(score):
            own = outcome(rows, test_set)
            matrix = confusion(own.labels, own.predicted)
            found[test_set.name] = float(scores(matrix, test_set.labels)["macro_f1"])
        return found

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
        tested = self.tested(score)
        found: dict[str, float] = {}
        for test_set, rows in tested:
            prefix = names.metric_name("test", test_set.name if len(tested) > 1 else "")
            values = self._test(score, test_set, rows) | self._native(score, test_set, rows)
            found |= {f"{prefix}/{key}": value for key, value in values.items()}
        validation = self._validation(score)
        found |= {f"validation/{metric}": float(value) for metric, value in validation.items()}
        return {
            **found,
            names.TRAIN_ROWS: score.train_rows,
            names.TRAIN_SECONDS: score.train_seconds,
            names.PREDICT_MICROSECONDS: score.predict_microseconds,
        }

    def slices(self, score: CellScore) -> dict[str, list[SliceScore]]:
        """Score the slices of each test set, under its name where there are several."""
        tested = self.tested(score)
        return {
            test_set.name if len(tested) > 1 else "": slice_scores(
                [rows], test_set, self._bootstrap(score, test_set, rows)
            )
            for test_set, rows in tested
        }

    def _bootstrap(self, score: CellScore, test_set: TestSet, rows: pa.Table) -> DocumentBootstrap:
        """Give the draws that serve every model of the same test part."""
        key = (score.setting, score.seed, score.fold, test_set.name)
        if key not in self._bootstraps:
            documents = rows.column("document").to_pylist()
            self._bootstraps[key] = DocumentBootstrap(documents, test_set.documents)
        return self._bootstraps[key]

    def _test(self, score: CellScore, test_set: TestSet, rows: pa.Table) -> dict[str, float]:
        bootstrap = self._bootstrap(score, test_set, rows)
        found: dict[str, float] = {}
        estimates = bootstrap.estimate([outcome(rows, test_set)], test_set.labels)
        for metric, estimate in estimates.items():
            if test_set.hostile_or_not and metric in ORDINAL:
                continue  # there is no scale where a corpus says only hostile or not
            low, high = estimate.interval
            found |= {metric: estimate.value, f"{metric}_low": low, f"{metric}_high": high}
        seen = answers(rows, test_set)
        return {
            **found,
            **_by_label(seen, test_set),
            **{name: getattr(seen.calibration, name) for name in _CALIBRATION},
            "risk_coverage_area": seen.risk_coverage.area,
            "leaked": self.scoring.leaked.get((score.setting, test_set.name), 0.0),
        }

    def _native(self, score: CellScore, test_set: TestSet, rows: pa.Table) -> dict[str, float]:
        """Measure the head for the corpus' own labels, where the model has one."""
        if not has_native(rows):
            return {}
        estimate = native_macro_f1([rows], self._bootstrap(score, test_set, rows))
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


def _by_label(seen: Answers, test_set: TestSet) -> dict[str, float]:
    found: dict[str, float] = {}
    for metric, values in per_label(seen.matrix).items():
        for code in test_set.labels:
            found[f"{metric}/{LABELS[code]}"] = float(values[code])
    return found
