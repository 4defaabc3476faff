"""What analysts draw: the mean stance toward an actor, or of a month, and how wrong that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from stancelab.errors import DataError
from stancelab.evaluation.groupings import Grouping, answers_of, documents_of, groups_by, truth_of
from stancelab.evaluation.quantification import adjusted_count
from stancelab.evaluation.uncertainty import LEVEL
from stancelab.schema import LABELS, UNLABELLED

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

RESAMPLES = 1000
MIN_ROWS = 5
"""Smaller groups are left out."""
MIN_DOCUMENTS = 2
"""A mean over one document has no interval over documents."""

_VALUES = np.array([-1.0, 0.0, 1.0])
_PRIOR = 0.5
_TOGETHER = 64
"""How many groups are corrected at once; their draws take about 50 MB."""


@dataclass(frozen=True, slots=True)
class MeanStance:
    """The mean stance of one group of rows, from -1 (all hostile) to +1 (all cooperative).

    Attributes
    ----------
    group : str
        An actor, or a period such as ``"2014-03"``.
    rows : int
        How many rows there are.
    counted : float
        The mean of the predicted labels.
    corrected, low, high : float
        The same corrected for the classifier's known errors, with its 95 % interval.
    true : float or None
        The mean of the true labels, where they are known.
    documents : int
        In how many documents the rows are.
    """

    group: str
    rows: int
    counted: float
    corrected: float
    low: float
    high: float
    true: float | None = None
    documents: int = 0


class _Group(NamedTuple):
    """The rows of a group: their true labels, and the predicted ones counted by document."""

    name: str
    counts: NDArray[np.float64]
    truth: NDArray[np.int64]


def mean_stances(
    predictions: pa.Table,
    confusion: NDArray[np.float64],
    labels: Sequence[int],
    by: Grouping | Sequence[str],
    *,
    resamples: int = RESAMPLES,
    random_state: int = 0,
) -> list[MeanStance]:
    """Average the stance of groups of rows, as counted and corrected for known errors.

    The correction is an adjusted count. It is not shrunk: in a small group it is less biased than
    the count and so much less sure that the count is often nearer, which the interval shows. That
    is about the mean from which the group's documents were drawn, and has both parts of what is
    not known: the documents of the group are resampled, and the errors are drawn from the
    posterior of each row of the confusion matrix (Dirichlet, as in Ziegler & Czyż 2024, Bayesian
    Quantification with Black-Box Estimators; here with Jeffreys' prior of 1/2 a cell).

    Neither knows of a group on which the classifier errs otherwise than on the validation rows,
    such as a language that it reads badly: there the correction may be further from the truth
    than the count, and the interval too narrow. Look at `error` on labelled rows before trusting
    either, or pass the confusion matrix of such rows alone.

    Parameters
    ----------
    predictions : pyarrow.Table
        The three probabilities, or ``predicted`` as tagging adds it; ``label`` and ``document``
        where they are known.
    confusion : numpy.ndarray, shape (3, 3) or (n_documents, 3, 3)
        Of the classifier on validation rows, true labels in rows; one for each document where
        rows of one document err alike (then documents are weighted anew: Rubin 1981, The Bayesian
        Bootstrap).
    labels : sequence of int
        The labels of the corpus.
    by : {"actor", "month", "year"} or sequence of str
        By what rows are grouped, or the group of each row, ``""`` for none.
    resamples : int
        How many draws the interval has.
    random_state : int
        Seed of the draws.

    Returns
    -------
    list of MeanStance
        Sorted by group; those with fewer than 5 rows, or in one document, are left out.

    Raises
    ------
    DataError
        A label has no validation row, or what is grouped by is missing.

    Examples
    --------
    >>> import pyarrow as pa
    >>> predicted = ["hostile"] * 60 + ["neutral"] * 40
    >>> table = pa.table({"actor": ["Oslo"] * 100, "predicted": predicted})
    >>> validation = np.array([[160.0, 40.0, 0.0], [40.0, 160.0, 0.0], [0.0, 0.0, 200.0]])
    >>> (oslo,) = mean_stances(table, validation, (0, 1, 2), "actor")
    >>> round(oslo.counted, 2), round(oslo.corrected, 2), oslo.low < oslo.corrected < oslo.high
    (-0.6, -0.67, True)
    """
    rng = np.random.default_rng(random_state)
    confusion = np.asarray(confusion, dtype=np.float64)
    whole = confusion if confusion.ndim == 2 else confusion.sum(axis=0)
    _check(whole, labels)
    matrices = _draw_matrices(confusion, labels, resamples, rng)
    groups = list(_groups(predictions, labels, by))
    found: list[MeanStance] = []
    for first in range(0, len(groups), _TOGETHER):
        some = groups[first : first + _TOGETHER]
        drawn = np.stack([_draw_counts(group.counts, resamples, rng) for group in some])
        means = adjusted_count(drawn, matrices) @ _VALUES
        tail = (1 - LEVEL) / 2
        ends = np.quantile(means, [tail, 1 - tail], axis=1).T
        found += [_mean(group, whole, *end) for group, end in zip(some, ends.tolist(), strict=True)]
    return found


def error(stances: Sequence[MeanStance]) -> dict[str, float]:
    """Measure how far aggregates are from the truth, over the groups where that is known.

    Returns
    -------
    dict
        ``counted`` and ``corrected``: their mean absolute errors, 0 to 2; ``covered``: the share
        of groups whose interval contains the mean of the true labels (the interval is about what
        these were drawn from, so that the share need not be 95 % where all is right);
        ``groups``: how many there are. Nothing of them but ``groups`` without any.

    Examples
    --------
    >>> error([MeanStance("Oslo", 9, -0.5, -0.25, -0.5, 0.0, true=-0.25)])
    {'counted': 0.25, 'corrected': 0.0, 'covered': 1.0, 'groups': 1.0}
    """
    known = [(one, one.true) for one in stances if one.true is not None]
    if not known:
        return {"groups": 0.0}
    return {
        "counted": float(np.mean([abs(one.counted - true) for one, true in known])),
        "corrected": float(np.mean([abs(one.corrected - true) for one, true in known])),
        "covered": float(np.mean([one.low <= true <= one.high for one, true in known])),
        "groups": float(len(known)),
    }


def _check(confusion: NDArray[np.float64], labels: Sequence[int]) -> None:
    missing = [LABELS[label] for label in labels if not confusion[label].any()]
    if missing:
        raise DataError(
            f"no validation row is {' or '.join(missing)}; correcting the mean stance needs a "
            "confusion matrix with rows of every label that the corpus has"
        )


def _groups(
    predictions: pa.Table, labels: Sequence[int], by: Grouping | Sequence[str]
) -> Iterator[_Group]:
    names = np.array(groups_by(predictions, by), dtype=object)
    answers, truth = answers_of(predictions, labels), truth_of(predictions)
    documents = documents_of(predictions)
    order = np.argsort(names, kind="stable")
    found, starts = np.unique(names[order], return_index=True)
    for name, rows in zip(found, np.split(order, starts[1:]), strict=True):
        own, document = np.unique(documents[rows], return_inverse=True)
        if name and len(rows) >= MIN_ROWS and len(own) >= MIN_DOCUMENTS:
            cell = document * len(LABELS) + answers[rows]
            counts = np.bincount(cell, minlength=len(own) * len(LABELS))
            yield _Group(name, counts.reshape(len(own), len(LABELS)).astype(float), truth[rows])


def _draw_counts(
    counts: NDArray[np.float64], resamples: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Resample the documents of a group; those with equal counts are drawn as one kind."""
    kinds, often = np.unique(counts, axis=0, return_counts=True)
    total = int(often.sum())
    drawn: NDArray[np.float64] = rng.multinomial(total, often / total, size=resamples) @ kinds
    return drawn


def _draw_matrices(
    confusion: NDArray[np.float64],
    labels: Sequence[int],
    resamples: int,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Draw confusion matrices, whose rows then have the posterior distribution of the errors.

    Gamma variates divided by their sum are a Dirichlet variate.
    """
    shape = (resamples, len(LABELS), len(LABELS))
    if confusion.ndim == 2:
        drawn = rng.standard_gamma(confusion, size=shape)
    else:
        weights = rng.standard_exponential((resamples, len(confusion)))
        drawn = np.tensordot(weights, confusion, axes=1)
    prior = np.zeros(shape[1:])
    prior[np.ix_(labels, labels)] = _PRIOR
    drawn += rng.standard_gamma(prior, size=shape)
    return drawn


def _mean(group: _Group, confusion: NDArray[np.float64], low: float, high: float) -> MeanStance:
    counts = group.counts.sum(axis=0)
    known = not (group.truth == UNLABELLED).any()
    return MeanStance(
        group=group.name,
        rows=int(counts.sum()),
        counted=float(counts @ _VALUES / counts.sum()),
        corrected=float(adjusted_count(counts, confusion) @ _VALUES),
        low=low,
        high=high,
        true=float(group.truth.mean() - 1) if known else None,
        documents=len(group.counts),
    )
