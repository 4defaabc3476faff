"""Putting a comparison together from scored boards and what is known of each model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from stancelab.comparison.records import Board, Comparison, Standing
from stancelab.evaluation.aggregates import MeanStance, mean_stances
from stancelab.evaluation.answers import answers
from stancelab.evaluation.metrics import confusion
from stancelab.evaluation.report import Row, outcome
from stancelab.evaluation.slices import slice_scores

if TYPE_CHECKING:
    from stancelab.bias.records import BiasReport
    from stancelab.evaluation.boards import ScoredBoard
    from stancelab.evaluation.learning import LearningPoint
    from stancelab.evaluation.mistakes import Mistake


_DETAILED = 12
"""Boards up to which each gets slices and mean stances; with more it is a matrix of scores."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is known of a model besides its predictions.

    Attributes
    ----------
    config : mapping of str to Any
        Its parameters, flat.
    megabytes : float or None
        Size of the exported classifier.
    mistakes : sequence of Mistake
        The errors that it is surest of.
    bias : BiasReport or None
        What other names change in its answers.
    """

    config: Mapping[str, Any] = field(default_factory=dict)
    megabytes: float | None = None
    mistakes: Sequence[Mistake] = ()
    bias: BiasReport | None = None


def build_comparison(
    title: str,
    question: str,
    boards: Sequence[ScoredBoard],
    known: Mapping[str, Known],
    *,
    learning: Sequence[LearningPoint] = (),
    about: Mapping[str, str] | None = None,
) -> Comparison:
    """Put a comparison together.

    Parameters
    ----------
    title, question : str
        The experiments, and what they ask.
    boards : sequence of ScoredBoard
        With their differences.
    known : mapping of str to Known
        By model; one that is not in it has no more than its predictions.
    learning : sequence of LearningPoint
        Where models were trained on parts of the rows.
    about : mapping of str to str, optional
        What all models have in common.
    """
    names = list(dict.fromkeys(row.model for board in boards for row in board.rows))
    each = {name: known.get(name, Known()) for name in names}
    return Comparison(
        title,
        question,
        tuple(_board(board, each, detailed=len(boards) <= _DETAILED) for board in boards),
        tuple(learning),
        {name: one.mistakes for name, one in each.items() if one.mistakes},
        differing({name: one.config for name, one in each.items()}),
        about or {},
        {name: one.bias for name, one in each.items() if one.bias is not None},
    )


def differing(configs: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Keep of the models' parameters those in which they differ.

    Examples
    --------
    >>> differing({"a": {"C": 1, "window": 8}, "b": {"C": 2, "window": 8}})
    {'a': {'C': 1}, 'b': {'C': 2}}
    """
    keys = dict.fromkeys(key for config in configs.values() for key in config)
    kept = [key for key in keys if len({repr(one.get(key)) for one in configs.values()}) > 1]
    return {
        name: {key: config[key] for key in kept if key in config}
        for name, config in configs.items()
    }


def _board(board: ScoredBoard, known: Mapping[str, Known], *, detailed: bool) -> Board:
    best = board.best
    return Board(
        board.rows[0].train,
        board.test_set.name,
        board.test_set.labels,
        tuple(
            _standing(
                board,
                row,
                known[row.model].megabytes,
                is_best=best is not None and row.model == best.model,
                detailed=detailed,
            )
            for row in board.rows
        ),
        board.differences,
    )


def _standing(
    board: ScoredBoard, row: Row, megabytes: float | None, *, is_best: bool, detailed: bool
) -> Standing:
    tested = board.tested[row.model]
    seen = answers(pa.concat_tables(tested), board.test_set)
    return Standing(
        row=row,
        is_best=is_best,
        is_indistinct=bool(row.is_indistinct),
        matrix=seen.matrix / len(tested),
        calibration=seen.calibration,
        risk_coverage=seen.risk_coverage,
        slices=tuple(slice_scores(tested, board.test_set, board.bootstrap)) if detailed else (),
        stances=tuple(_stances(board, row.model)) if detailed else (),
        megabytes=megabytes,
    )


def _stances(board: ScoredBoard, model: str) -> list[MeanStance]:
    """Give the mean stance by actor, of the first seed: its test and its validation rows."""
    validated = board.validated.get(model)
    if validated is None or board.test_set.hostile_or_not:
        return []
    own = outcome(validated, board.test_set)
    matrix = confusion(own.labels, own.predicted)
    if (matrix.sum(axis=1)[list(board.test_set.labels)] == 0).any():
        return []  # a label that validation lacks has no known errors
    labels = np.array(board.test_set.labels)
    return mean_stances(board.tested[model][0], matrix, labels.tolist(), by="actor")
