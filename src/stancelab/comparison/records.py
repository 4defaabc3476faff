"""What a comparison is: the boards, and what each model on them was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stancelab.bias.records import BiasReport
from stancelab.evaluation.abstention import RiskCoverage
from stancelab.evaluation.aggregates import MeanStance
from stancelab.evaluation.calibration import Calibration
from stancelab.evaluation.learning import LearningPoint
from stancelab.evaluation.mistakes import Mistake
from stancelab.evaluation.paired import Difference
from stancelab.evaluation.report import Row
from stancelab.evaluation.slices import SliceScore

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """One model on one board.

    Attributes
    ----------
    row : Row
        Its scores and costs, as in the leaderboard.
    is_best : bool
        Whether no model that may be chosen has a higher macro-F1 here.
    is_indistinct : bool
        Whether its difference from the best is not significant; also true of the best.
    matrix : numpy.ndarray, shape (3, 3)
        True labels (rows) against predicted ones (columns), mean over seeds.
    calibration, risk_coverage
        Of the rows of all seeds together.
    slices : tuple of SliceScore
        Where it does well and where not.
    stances : tuple of MeanStance
        Mean stance by actor, true and predicted.
    megabytes : float or None
        Size of the exported classifier.
    """

    row: Row
    is_best: bool
    is_indistinct: bool
    matrix: NDArray[np.float64]
    calibration: Calibration
    risk_coverage: RiskCoverage
    slices: tuple[SliceScore, ...] = ()
    stances: tuple[MeanStance, ...] = ()
    megabytes: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """The models that were trained on one thing and tested on the same rows.

    Attributes
    ----------
    train, test : str
        What was trained and tested on.
    labels : tuple of int
        The labels that macro-F1 averages over.
    standings : tuple of Standing
        In the order of the leaderboard.
    differences : tuple of Difference
        Of every pair of models.
    """

    train: str
    test: str
    labels: tuple[int, ...]
    standings: tuple[Standing, ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """All that the page shows.

    Attributes
    ----------
    title, question : str
        The experiments, and what they ask.
    boards : tuple of Board
        One for each pair of a training and a test set.
    learning : tuple of LearningPoint
        Where models were trained on parts of the rows.
    mistakes : mapping of str to sequence of Mistake
        By model, the errors that it is surest of.
    configs : mapping of str to mapping of str to Any
        By model, the parameters in which the models differ.
    about : mapping of str to str
        What all have in common: data, seeds, commit, device, versions.
    bias : mapping of str to BiasReport
        By model, what other names change in its answers.
    """

    title: str
    question: str
    boards: tuple[Board, ...]
    learning: tuple[LearningPoint, ...] = ()
    mistakes: Mapping[str, Sequence[Mistake]] = field(default_factory=dict)
    configs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    bias: Mapping[str, BiasReport] = field(default_factory=dict)
