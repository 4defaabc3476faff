"""Whether models were tested on the same rows, without which their scores do not compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import pyarrow as pa

from stancelab.errors import DifferentRowsError

Cell = tuple[int, int]
"""A seed and a fold."""

_COMPARED = {"label": "labels", "text": "texts", "actor": "actors"}
"""What must be the same of a row besides its id, as far as the tables have it."""


def check_same_rows(tested: Mapping[str, Mapping[Cell, pa.Table]]) -> None:
    """Refuse to compare what was tested on different rows.

    Parameters
    ----------
    tested : mapping of str to mapping of (int, int) to pyarrow.Table
        By the name of a run, model or experiment, its predictions on one test set for each seed
        and fold; their order does not matter.

    Raises
    ------
    DifferentRowsError
        Seeds, folds or rows differ, or the labels, texts or actors of rows; it names them.

    Examples
    --------
    >>> one, other = (pa.table({"id": ids, "label": [0, 2]}) for ids in (["a", "b"], ["a", "c"]))
    >>> check_same_rows({"early": {(0, 0): one}, "late": {(0, 0): other}})
    Traceback (most recent call last):
    stancelab.errors.DifferentRowsError: early and late were not tested on the same rows: \
seed 0: 1 row only in early (such as 'b'), 1 only in late (such as 'c'); compare runs of the same \
data and split
    """
    names = list(tested)
    for name in names[1:]:
        both = names[0], tested[names[0]], name, tested[name]
        found = [*_cells(*both), *_rows(*both)]
        if found:
            raise DifferentRowsError(names[0], name, found)


def aligned(predictions: pa.Table) -> pa.Table:
    """Sort rows by their ids, so that the same rows of several models have the same order.

    Examples
    --------
    >>> aligned(pa.table({"id": ["b", "a"], "label": [2, 0]}))["label"].to_pylist()
    [0, 2]
    """
    return predictions.sort_by("id")


def _cells(
    first: str, own: Mapping[Cell, pa.Table], second: str, its: Mapping[Cell, pa.Table]
) -> list[str]:
    """Name the seeds that only one was tested with, or the folds of a seed."""
    found = []
    for name, more, less in ((first, own, its), (second, its, own)):
        seeds = sorted({seed for seed, _ in more} - {seed for seed, _ in less})
        if seeds:
            listed = ", ".join(map(str, seeds))
            found.append(f"{'seeds' if len(seeds) > 1 else 'seed'} {listed} only in {name}")
        found += [
            f"seed {seed}, fold {fold} only in {name}"
            for seed, fold in sorted(set(more) - set(less))
            if seed not in seeds
        ]
    return found


def _rows(
    first: str, own: Mapping[Cell, pa.Table], second: str, its: Mapping[Cell, pa.Table]
) -> list[str]:
    """Say for every seed and fold that both have how their rows differ."""
    with_folds = any(fold for _, fold in own)
    found = []
    for seed, fold in sorted(set(own) & set(its)):
        place = f"seed {seed}, fold {fold}" if with_folds else f"seed {seed}"
        one, other = own[seed, fold], its[seed, fold]
        parts = _only(first, one, second, other) or _changed(aligned(one), aligned(other))
        if parts:
            found.append(f"{place}: {', '.join(parts)}")
    return found


def _only(first: str, one: pa.Table, second: str, other: pa.Table) -> list[str]:
    """Count the rows that only one table has; an id that repeats is as many rows."""
    ids, its = (Counter(table["id"].to_pylist()) for table in (one, other))
    parts: list[str] = []
    for name, left in ((first, ids - its), (second, its - ids)):
        if left:
            rows = left.total()
            unit = "" if parts else " row" if rows == 1 else " rows"
            parts.append(f"{rows:,}{unit} only in {name} ({_example(left)})")
    return parts


def _changed(one: pa.Table, other: pa.Table) -> list[str]:
    """Count the rows that have the same id and something else that differs."""
    parts = []
    for column, called in _COMPARED.items():
        if column not in one.column_names or column not in other.column_names:
            continue
        pairs = zip(one[column].to_pylist(), other[column].to_pylist(), strict=True)
        changed = [row for row, (mine, yours) in enumerate(pairs) if mine != yours]
        if changed:
            ids = one["id"].take(changed).to_pylist()
            rows = f"{len(changed):,} {'row has' if len(changed) == 1 else 'rows have'}"
            parts.append(f"{rows} other {called} ({_example(ids)})")
    return parts


def _example(ids: Iterable[str]) -> str:
    return f"such as {min(ids)!r}"
