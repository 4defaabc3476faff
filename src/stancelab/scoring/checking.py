"""Which rows can be scored, and the statement table that they make.

A row that is plain is checked in passing; only one that is not is looked at as the loaders do, who
know what to say of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa

from stancelab.arrow import empty_texts, numbers, strings
from stancelab.datasets.own.cells import EMPTY, Cells, Origin
from stancelab.datasets.own.columns import Columns
from stancelab.datasets.own.mentions import Span, span_of
from stancelab.datasets.own.rows import text_and_actor
from stancelab.errors import BadRow
from stancelab.schema import NO_SPAN, SCHEMA, UNLABELLED
from stancelab.scoring.batches import Batch
from stancelab.scoring.spans import SpanFinder
from stancelab.text import find_mention, is_cut

_NOWHERE = (NO_SPAN, NO_SPAN)
_NAMED = ("source", "language")
"""Columns besides text, actor and span that classifiers may look at."""


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """What can be scored.

    Attributes
    ----------
    kept : list of int
        Which rows of the batch.
    table : pyarrow.Table
        Their statement table; it has no ids and no documents.
    bad : list of BadRow
        What is wrong with the others.
    """

    kept: list[int]
    table: pa.Table
    bad: list[BadRow]


def check(batch: Batch, columns: Columns, name: str, finder: SpanFinder | None = None) -> Checked:
    """Part the rows that can be scored from those that cannot.

    Parameters
    ----------
    batch : Batch
        The rows.
    columns : Columns
        Which columns hold text, actor and span.
    name : str
        How messages call the source.
    finder : SpanFinder, optional
        Looks for other names of the actors that are not named as they are called.
    """
    texts, actors = (_column(batch, each) for each in (columns.text, columns.actor))
    spans = _Spans(batch, columns, Origin(name, "", ""), finder)
    kept, found, bad = [], [], []
    for at, (text, actor) in enumerate(zip(texts, actors, strict=True)):
        span = spans.of(at, text, actor)
        if isinstance(span, BadRow):
            bad.append(span)
        else:
            kept.append(at)
            found.append(span)
    table = {
        "text": strings([texts[at] for at in kept]),
        "actor": strings([actors[at] for at in kept]),
        "mention_start": numbers([start for start, _ in found], pa.int32()),
        "mention_end": numbers([end for _, end in found], pa.int32()),
    }
    for each in _NAMED:
        values = batch.values(getattr(columns, each))
        if values is not None:
            table[each] = strings([_written(values[at]) for at in kept])
    return Checked(kept, _filled(table, len(kept)), bad)


class _Spans:
    """Where the actor of each row is named, or why the row cannot be scored."""

    def __init__(
        self, batch: Batch, columns: Columns, origin: Origin, finder: SpanFinder | None
    ) -> None:
        self._batch, self._columns, self._origin = batch, columns, origin
        self._finder = finder
        self._starts, self._ends, mentions = (
            batch.values(name)
            for name in (columns.mention_start, columns.mention_end, columns.mention)
        )
        self._bare = self._starts is None and self._ends is None and mentions is None

    def of(self, at: int, text: Any, actor: Any) -> Span | BadRow:
        if _is_plain(text) and _is_plain(actor):
            if self._bare:
                return self._named(at, text, actor, find_mention(text, actor)[:2])
            if self._starts is not None and self._ends is not None:
                span = self._starts[at], self._ends[at]
                if _lies_in(*span, len(text)):
                    return span
        record = Cells(self._origin, self._columns, self._batch.lines[at], self._batch.cells(at))
        found = text_and_actor(record)
        if isinstance(found, BadRow):
            return found
        looked_up = span_of(record, *found, Counter())
        given = record.get("mention_start") not in EMPTY  # also where it says: not named
        told = looked_up != _NOWHERE and record.get("mention") not in EMPTY
        if given or told or isinstance(looked_up, BadRow):
            return looked_up
        return self._named(at, *found, looked_up)

    def _named(self, at: int, text: str, actor: str, literal: Span) -> Span:
        """Look for other names where the actor does not stand there as a word of its own."""
        if self._finder is None or (literal != _NOWHERE and not is_cut(text, *literal)):
            return literal
        return self._finder.find(text, actor, _written(self._languages[at]))[:2]

    @cached_property
    def _languages(self) -> Sequence[Any]:
        return _column(self._batch, self._columns.language)


def _is_plain(value: Any) -> bool:
    return isinstance(value, str) and bool(value) and not value.isspace()


def _lies_in(start: Any, end: Any, length: int) -> bool:
    """Say whether a span needs no second look."""
    if type(start) is not int or type(end) is not int:
        return False
    return 0 <= start < end <= length or start == end == NO_SPAN


def _column(batch: Batch, name: str) -> Sequence[Any]:
    values = batch.values(name)
    return [None] * len(batch.lines) if values is None else values


def _written(value: Any) -> str:
    return "" if value is None else str(value)


def _filled(columns: dict[str, pa.Array], rows: int) -> pa.Table:
    """Fill in the other columns of a statement table, which no classifier looks at."""
    empty = empty_texts(rows)
    columns = {"label": numbers([UNLABELLED] * rows, pa.int64()), **columns}
    arrays = [columns.get(name, empty) for name in SCHEMA.names]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)
