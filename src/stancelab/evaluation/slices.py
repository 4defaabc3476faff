"""Where a model fails: its scores by language, actor, length and whatever else rows have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array

from stancelab.evaluation.metrics import f1_scores
from stancelab.evaluation.report import outcome
from stancelab.evaluation.row_groups import DIMENSIONS, groups_of
from stancelab.evaluation.uncertainty import Estimate
from stancelab.schema import LABELS

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from stancelab.evaluation.test_sets import TestSet
    from stancelab.evaluation.uncertainty import DocumentBootstrap, Outcome

FEW_DOCUMENTS = 20
"""Below this many a slice is marked as small: intervals from few clusters are too narrow, clearly
so below about 20 (Cameron, Gelbach & Miller 2008, Review of Economics and Statistics 90)."""
MIN_DOCUMENTS = 2
"""A slice of one document has no interval over documents."""
MAX_ACTORS = 30
"""How many actors are reported: those with the most rows."""

_CELLS = len(LABELS) ** 2

_RESAMPLES = 1000
"""Of the bootstrap that are used: there are many slices, for every run."""


@dataclass(frozen=True, slots=True)
class SliceScore:
    """The scores of one model on the rows that have something in common.

    Attributes
    ----------
    dimension, value : str
        What they have in common, such as ``"language"`` and ``"uk"``.
    rows, documents : int
        How many (statement, actor) pairs there are on average over seeds, and in how many
        documents over all seeds.
    macro_f1, low, high : float
        Over the labels that the slice has, mean over seeds, with the 95 % interval over documents.
    accuracy : float
        Mean over seeds.
    is_small : bool
        Whether there are too few documents to conclude from.
    label_rows : tuple of int
        How many of the rows are truly hostile, neutral and cooperative, on average over seeds.
    """

    dimension: str
    value: str
    rows: int
    documents: int
    macro_f1: float
    low: float
    high: float
    accuracy: float
    is_small: bool
    label_rows: tuple[int, ...] = ()


Key = tuple[str, str]


@dataclass(slots=True)
class _Extent:
    """How much there is of a slice: its rows and documents over all seeds."""

    rows: int = 0
    documents: set[str] = field(default_factory=set)


def slice_scores(
    tested: Sequence[pa.Table], test_set: TestSet, bootstrap: DocumentBootstrap
) -> list[SliceScore]:
    """Score one model on every slice of what it was tested on.

    Macro-F1 is over those labels of the test set that the rows of the slice truly have: one that
    none of them has would count as 0 and pull the slice down for nothing. So too in a resample,
    and one without any row of the slice is left out. Scores over other labels do not compare:
    look at ``label_rows``.

    Parameters
    ----------
    tested : sequence of pyarrow.Table
        The predictions for each seed, of this test set alone.
    test_set : TestSet
        Its labels.
    bootstrap : DocumentBootstrap
        Of its documents.

    Returns
    -------
    list of SliceScore
        By dimension, and within one by falling rows. A dimension in which all rows are alike is
        left out, and so is a slice in fewer than 2 documents; of actors the 30 with most rows stay.

    Examples
    --------
    >>> from stancelab.evaluation.test_sets import TestSet
    >>> from stancelab.evaluation.uncertainty import DocumentBootstrap
    >>> from stancelab.schema import as_table
    >>> rows = [{"text": f"{n}", "actor": "Oslo", "language": "uk" if n < 3 else "en", "label": 0}
    ...         for n in range(6)]
    >>> table = as_table(rows)
    >>> for name, values in (("p_hostile", [0.9] * 5 + [0.1]), ("p_neutral", [0.0] * 6),
    ...                      ("p_cooperative", [0.1] * 5 + [0.9])):
    ...     table = table.append_column(name, [values])
    >>> bootstrap = DocumentBootstrap(table["document"].to_pylist(), 6)
    >>> found = slice_scores([table], TestSet("", (0, 2), 6), bootstrap)
    >>> [(one.value, one.macro_f1) for one in found]
    [('en', 0.8), ('uk', 1.0)]
    """
    groups = [groups_of(rows) for rows in tested]
    outcomes = [outcome(rows, test_set) for rows in tested]
    extents = _extents(groups, outcomes)
    if not extents:
        return []
    weights = np.ascontiguousarray(bootstrap.weights[:_RESAMPLES].T, dtype=np.float32)
    each = [
        _count(own, _members(found, extents), bootstrap.numbers(own.documents), weights)
        for found, own in zip(groups, outcomes, strict=True)
    ]
    matrices = np.stack([plain for plain, _ in each])
    macro_f1 = _mean([_macro_f1(plain, test_set.labels) for plain, _ in each])
    drawn = _mean([_macro_f1(resampled, test_set.labels) for _, resampled in each])
    return [
        _slice(key, extent, matrices[:, at], Estimate(float(macro_f1[at]), drawn[at]))
        for at, (key, extent) in enumerate(extents.items())
    ]


def _extents(
    groups: Sequence[Mapping[str, Sequence[str]]], outcomes: Sequence[Outcome]
) -> dict[Key, _Extent]:
    """Choose the slices that are scored, in the order in which they are reported."""
    kept: dict[Key, _Extent] = {}
    for dimension in DIMENSIONS:
        extents: dict[str, _Extent] = defaultdict(_Extent)
        for found, own in zip(groups, outcomes, strict=True):
            for value, document in zip(found[dimension], own.documents, strict=True):
                extents[value].rows += 1
                extents[value].documents.add(document)
        if len(extents) > 1:  # one alone is the whole test set
            kept |= {(dimension, value): extents[value] for value in _chosen(dimension, extents)}
    return kept


def _chosen(dimension: str, extents: Mapping[str, _Extent]) -> Iterable[str]:
    enough = [
        value
        for value, extent in extents.items()
        if value and len(extent.documents) >= MIN_DOCUMENTS
    ]
    ordered = sorted(enough, key=lambda value: (-extents[value].rows, value))
    return ordered[:MAX_ACTORS] if dimension == "actor" else ordered


def _members(groups: Mapping[str, Sequence[str]], keys: Iterable[Key]) -> NDArray[np.bool_]:
    """Say which rows are in which slices, shape (n_slices, n_rows)."""
    columns = {name: np.array(values, dtype=object) for name, values in groups.items()}
    return np.stack([columns[dimension] == value for dimension, value in keys])


def _count(
    own: Outcome,
    members: NDArray[np.bool_],
    documents: NDArray[np.int64],
    weights: NDArray[np.float32],
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Count the confusion matrix of every slice, in whole and in every resample.

    A row is in few slices, so that the counts by slice and document are sparse: their product
    with the resamples takes a fifth of the time of a dense one.
    """
    at, row = np.nonzero(members)
    cells = at * _CELLS + (own.labels * len(LABELS) + own.predicted)[row]
    shape = (len(members), len(LABELS), len(LABELS))
    n_cells = len(members) * _CELLS
    ones = np.ones(len(cells), dtype=np.float32)
    counts = csr_array((ones, (cells, documents[row])), shape=(n_cells, len(weights)))
    drawn = np.moveaxis((counts @ weights).reshape(*shape, -1), -1, 1)
    return np.bincount(cells, minlength=n_cells).reshape(shape).astype(np.float64), drawn


def _macro_f1(matrix: NDArray[Any], labels: Sequence[int]) -> NDArray[np.float64]:
    """Average F1 over those of the labels that the true rows have; nan where there are none."""
    present = matrix.sum(axis=-1)[..., list(labels)] > 0
    f1 = np.where(present, f1_scores(matrix)[..., list(labels)], 0)
    n_labels = present.sum(axis=-1)
    return _ratio(f1.sum(axis=-1), n_labels)


def _mean(each: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Average over the seeds that have the slice; nan where none has."""
    stacked = np.stack(each)
    return _ratio(np.nansum(stacked, axis=0), (~np.isnan(stacked)).sum(axis=0))


def _ratio(part: NDArray[Any], whole: NDArray[Any]) -> NDArray[np.float64]:
    found = np.full(whole.shape, np.nan)
    np.divide(part, whole, out=found, where=whole > 0)
    return found


def _slice(
    key: Key, extent: _Extent, matrices: NDArray[np.float64], macro_f1: Estimate
) -> SliceScore:
    """Describe one slice from its confusion matrix for each seed."""
    own = matrices[matrices.sum(axis=(1, 2)) > 0]
    low, high = macro_f1.interval
    return SliceScore(
        *key,
        rows=round(extent.rows / len(own)),
        documents=len(extent.documents),
        macro_f1=macro_f1.value,
        low=low,
        high=high,
        accuracy=float(np.mean(np.trace(own, axis1=1, axis2=2) / own.sum(axis=(1, 2)))),
        is_small=len(extent.documents) < FEW_DOCUMENTS,
        label_rows=tuple(round(float(rows)) for rows in own.sum(axis=-1).mean(axis=0)),
    )
