"""All checks of a table in one go, and what they found as one object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from stancelab.checks.balance import Balance, balance
from stancelab.checks.conflicts import Conflicts, find_conflicts
from stancelab.checks.duplicates import Leak, Repeats, find_leaks, find_repeats
from stancelab.checks.label_errors import LabelErrors, find_label_errors
from stancelab.checks.near import Near, find_near
from stancelab.checks.records import records_of
from stancelab.checks.similar import Progress, near_pairs
from stancelab.checks.spans import SpanFinding, find_spans
from stancelab.errors import DataError

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What the checks found.

    Attributes
    ----------
    threshold : float
        Jaccard similarity from which two texts count as near copies.
    balance : sequence of Balance
        Each part.
    repeats : sequence of Repeats
        Exact copies inside each part.
    leaks : sequence of Leak
        Exact copies across parts.
    near : sequence of Near
        Near copies inside and across parts.
    conflicts : Conflicts
        Labels that contradict each other.
    spans : sequence of SpanFinding
        Remarks on spans.
    label_errors : LabelErrors or None
        Likely label errors; None where they were not asked for.
    dropped, notes : mapping of str to int
        What the loaders left out, and what they remarked.
    """

    threshold: float
    balance: Sequence[Balance]
    repeats: Sequence[Repeats]
    leaks: Sequence[Leak]
    near: Sequence[Near]
    conflicts: Conflicts
    spans: Sequence[SpanFinding]
    label_errors: LabelErrors | None = None
    dropped: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, int] = field(default_factory=dict)

    @property
    def near_leaks(self) -> list[Near]:
        """Give the near copies across parts."""
        return [near for near in self.near if near.source != near.target]

    @property
    def leaking(self) -> bool:
        """Say whether any text, or nearly, stands in two parts."""
        return bool(self.leaks or self.near_leaks)

    def as_dict(self) -> dict[str, Any]:
        """Give everything as plain dicts and lists, with the number of rows of each remark."""
        found = asdict(self)
        found["leaking"] = self.leaking
        found["dropped"], found["notes"] = dict(self.dropped), dict(self.notes)
        for remark, plain in zip(self.spans, found["spans"], strict=True):
            plain["rows"] = remark.rows
        return found


def check(
    table: pa.Table,
    *,
    threshold: float = 0.8,
    examples: int = 5,
    label_errors: bool = False,
    progress: Progress | None = None,
) -> CheckReport:
    """Check a statement table.

    Parameters
    ----------
    table : pyarrow.Table
        A statement table; ``dataset`` and ``split`` say which part a row is in.
    threshold : float
        Jaccard similarity from which two texts count as near copies, 0.5 to 1.
    examples : int
        How many examples to give of each finding.
    label_errors : bool
        Whether to look for likely label errors, which trains a model five times.
    progress : callable, optional
        Is told what is being done.

    Raises
    ------
    DataError
        The table is empty.
    MissingExtraError
        A package that a check needs is not installed.

    Examples
    --------
    >>> from stancelab.schema import as_table
    >>> rows = [{"text": "Rome met Oslo.", "actor": "Oslo", "split": part}
    ...         for part in ("train", "test")]
    >>> found = check(as_table(rows))
    >>> [(leak.source, leak.target, leak.records, leak.of) for leak in found.leaks]
    [('train', 'test', 1, 1), ('test', 'train', 1, 1)]
    """
    if len(table) == 0:
        raise DataError("the data set is empty; expected at least one row to check")
    records = records_of(table)
    pairs = near_pairs(records.texts, threshold, progress=progress)
    return CheckReport(
        threshold,
        balance(records),
        find_repeats(records, examples),
        find_leaks(records, examples),
        find_near(records, pairs, examples),
        find_conflicts(records),
        find_spans(records, examples),
        find_label_errors(records, progress=progress) if label_errors else None,
    )
