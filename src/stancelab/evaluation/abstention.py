"""Answering only where a model is sure: what that costs in coverage and saves in errors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from stancelab.errors import StancelabError
from stancelab.evaluation.calibration import share_among
from stancelab.evaluation.metrics import decide

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_ANSWERED = 20
"""Rows that a threshold must answer where it is chosen; the precision of fewer is chance."""

Wanted = tuple[Literal["precision", "coverage"], float]
"""What a threshold is chosen for, and the share that it shall reach."""

_POINTS = 200


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """The share of wrong answers as fewer and fewer rows are answered, the surest first.

    Attributes
    ----------
    coverage : tuple of float
        Rising shares of the rows that are answered, 0 to 1.
    risk : tuple of float
        Of these, the share that is wrong.
    area : float
        Area under the curve.
    """

    coverage: tuple[float, ...]
    risk: tuple[float, ...]
    area: float


class ThresholdError(StancelabError):
    """A threshold that was asked for and cannot be chosen on the rows at hand."""

    @classmethod
    def few_rows(cls, rows: int) -> ThresholdError:
        """Say that there are too few rows to choose by."""
        return cls(
            f"a threshold is chosen on at least {LEAST_ANSWERED} answered validation rows, and "
            f"there are {rows}; raise validation under [split], or export without --abstain"
        )

    @classmethod
    def unreachable(cls, precision: float, highest: float, coverage: float) -> ThresholdError:
        """Say which precision was reached at the most."""
        return cls(
            f"no threshold reaches precision={precision:g} on the validation rows; the highest is "
            f"{highest:.3f}, where {coverage:.1%} of them are answered (at least {LEAST_ANSWERED} "
            "rows must be); ask for less, or train a better model"
        )

    @classmethod
    def low_coverage(cls, coverage: float, answered: int, rows: int) -> ThresholdError:
        """Say that so small a share of the rows is too few of them."""
        least = math.ceil(100 * LEAST_ANSWERED / rows) / 100
        return cls(
            f"coverage={coverage:g} answers {answered} of the {rows} validation rows, and a "
            f"threshold is chosen on at least {LEAST_ANSWERED}; ask for coverage={least:g} or more"
        )

    @classmethod
    def no_share(cls, name: str, value: float) -> ThresholdError:
        """Say that what is wanted is no share."""
        return cls(f"expected a {name} above 0 and up to 1, found {value:g}")


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    """What is answered at each confidence that occurs, the highest first."""

    confidence: NDArray[np.float64]
    answered: NDArray[np.int64]
    right: NDArray[np.int64]


def risk_coverage(
    probabilities: NDArray[np.float64], truth: NDArray[np.int64], labels: Sequence[int]
) -> RiskCoverage:
    """Draw risk against coverage (El-Yaniv & Wiener 2010), with the area under the curve.

    Rows of equal confidence are answered together. The area is the mean over all rows of the risk
    where that row is the last to be answered (AURC; Geifman, Uziel & El-Yaniv 2019): the error
    rate for a model that is equally sure of everything.

    Parameters
    ----------
    probabilities : numpy.ndarray, shape (n_rows, 3)
        In label order; those of several seeds one below the other.
    truth : numpy.ndarray of int, shape (n_rows,)
        The true labels.
    labels : sequence of int
        The labels of the corpus, among which the decision is made and its probability taken.

    Returns
    -------
    RiskCoverage
        At most 200 points; the area is that of all.

    Examples
    --------
    >>> sure = np.array([[0.9, 0.1, 0.0], [0.6, 0.4, 0.0]])
    >>> risk_coverage(sure, np.array([0, 1]), (0, 1, 2))
    RiskCoverage(coverage=(0.5, 1.0), risk=(0.0, 0.5), area=0.25)
    """
    steps = _steps(probabilities, truth, labels)
    if not len(truth):
        raise ValueError("expected at least one row")
    coverage = steps.answered / len(truth)
    risk = (steps.answered - steps.right) / steps.answered
    area = float(np.diff(coverage, prepend=0.0) @ risk)
    points = np.unique(np.linspace(0, len(risk) - 1, _POINTS).round().astype(np.int64))
    return RiskCoverage(tuple(coverage[points].tolist()), tuple(risk[points].tolist()), area)


def choose_threshold(
    probabilities: NDArray[np.float64],
    truth: NDArray[np.int64],
    labels: Sequence[int],
    *,
    precision: float | None = None,
    coverage: float | None = None,
) -> float:
    """Choose the probability below which a model does not answer, on validation rows.

    Parameters
    ----------
    probabilities : numpy.ndarray, shape (n_rows, 3)
        In label order.
    truth : numpy.ndarray of int, shape (n_rows,)
        The true labels.
    labels : sequence of int
        The labels among which the decision is made and its probability taken.
    precision : float, optional
        Share of the answers that shall be right, above 0 and up to 1; the lowest threshold that
        reaches it is taken.
    coverage : float, optional
        Share of the rows that shall be answered, above 0 and up to 1; the highest threshold that
        reaches it is taken. Give one of the two.

    Returns
    -------
    float
        Halfway between the confidences of the last row that is answered and the first that is
        not, so that no rounding turns a row; 0 where all are answered.

    Raises
    ------
    ThresholdError
        The precision is not reached with at least `LEAST_ANSWERED` rows answered, or the coverage
        is fewer rows than that.

    Examples
    --------
    >>> shares = np.array([[0.9, 0.1, 0.0]] * 30 + [[0.5, 0.4, 0.1]] * 30)
    >>> truth = np.array([0] * 30 + [1] * 30)
    >>> choose_threshold(shares, truth, (0, 1, 2), precision=0.9)
    0.7
    """
    if len(truth) < LEAST_ANSWERED:
        raise ThresholdError.few_rows(len(truth))
    steps = _steps(probabilities, truth, labels)
    if precision is not None and coverage is None:
        return _midway(steps, _precise(steps, len(truth), precision))
    if coverage is not None and precision is None:
        return _midway(steps, _covering(steps, len(truth), coverage))
    raise ValueError("give either a precision or a coverage")


def _covering(steps: _Steps, rows: int, wanted: float) -> int:
    if not 0 < wanted <= 1:
        raise ThresholdError.no_share("coverage", wanted)
    last = int(np.flatnonzero(steps.answered / rows >= wanted)[0])
    if steps.answered[last] < LEAST_ANSWERED:
        raise ThresholdError.low_coverage(wanted, int(steps.answered[last]), rows)
    return last


def _precise(steps: _Steps, rows: int, wanted: float) -> int:
    if not 0 < wanted <= 1:
        raise ThresholdError.no_share("precision", wanted)
    enough = np.flatnonzero(steps.answered >= LEAST_ANSWERED)
    precision = steps.right[enough] / steps.answered[enough]
    if precision.max() < wanted:
        best = enough[precision.argmax()]
        coverage = steps.answered[best] / rows
        raise ThresholdError.unreachable(wanted, float(precision.max()), float(coverage))
    return int(enough[precision >= wanted][-1])


def _midway(steps: _Steps, last: int) -> float:
    """Give a threshold between a step and the next, that of the step where nothing is between."""
    if last == len(steps.confidence) - 1:
        return 0.0
    here, next_below = steps.confidence[last], steps.confidence[last + 1]
    middle = (here + next_below) / 2
    return float(middle if middle > next_below else here)


def _steps(
    probabilities: NDArray[np.float64], truth: NDArray[np.int64], labels: Sequence[int]
) -> _Steps:
    confidence = share_among(probabilities, labels).max(axis=1)
    right = decide(probabilities, labels) == truth
    distinct, place = np.unique(-confidence, return_inverse=True)
    answered = np.cumsum(np.bincount(place, minlength=len(distinct)))
    return _Steps(-distinct, answered, np.cumsum(np.bincount(place, right)).astype(np.int64))
