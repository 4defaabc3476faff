"""Parts of files without their rows, which a worker reads itself when it scores them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate
from pathlib import Path

import pyarrow as pa

from stancelab.datasets.own.columns import Columns
from stancelab.datasets.own.records import parquet_file
from stancelab.errors import DataError
from stancelab.scoring.reading import Part, cut, stream
from stancelab.scoring.sources import Source


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where the rows of a part are.

    Attributes
    ----------
    part : Part
        The part, with no rows in it.
    first : int
        In a Parquet file its first row, in a text the parts before it; both from 0.
    """

    part: Part
    first: int


def stretches(sources: Sequence[Source], columns: Columns, rows: int) -> Iterator[Stretch]:
    """Tell where parts are, without reading Parquet files; texts are read once to find out.

    Parameters
    ----------
    sources : sequence of Source
        Files.
    columns : Columns
        Which columns hold text, actor and span.
    rows : int
        Most rows of a part.
    """
    number = 0
    for given in sources:
        source = replace(given, path=Path(given.name).absolute())
        parts = _parquet(source, rows) if source.kind == "parquet" else _text(source, columns, rows)
        for stretch in parts:
            yield replace(stretch, part=replace(stretch.part, number=number))
            number += 1


def _parquet(source: Source, rows: int) -> Iterator[Stretch]:
    with parquet_file(_path(source)) as file:
        all_rows = file.metadata.num_rows
    for first in range(0, all_rows, rows):
        end = min(first + rows, all_rows)
        yield Stretch(
            Part(0, source, [], b"", end - first, first + 1, source.size * end // all_rows), first
        )


def _text(source: Source, columns: Columns, rows: int) -> Iterator[Stretch]:
    for first, part in enumerate(cut([source], columns, rows)):
        yield Stretch(replace(part, rows=[]), first)


class PartReader:
    """Reads the rows of parts, each from where the last one ended if it is behind that.

    Parameters
    ----------
    columns : Columns
        Which columns hold text, actor and span.
    rows : int
        Most rows of a part.
    """

    def __init__(self, columns: Columns, rows: int) -> None:
        self._columns, self._rows = columns, rows
        self._source: Source | None = None
        self._file: _Parquet | _Text

    def read(self, stretch: Stretch) -> Part:
        """Give a part with its rows.

        Raises
        ------
        DataError
            The file cannot be read, or has other rows than when the parts were found.
        """
        source = stretch.part.source
        if source != self._source:
            if source.kind == "parquet":
                self._file = _Parquet(source, self._rows)
            else:
                self._file = _Text(source, self._columns, self._rows)
            self._source = source
        return self._file.read(stretch)


class _Text:
    """Reads a text, which has to be cut from its beginning."""

    def __init__(self, source: Source, columns: Columns, rows: int) -> None:
        self._cut = partial(cut, [source], columns, rows)
        self._parts, self._next = enumerate(self._cut()), 0

    def read(self, stretch: Stretch) -> Part:
        if stretch.first < self._next:
            self._parts = enumerate(self._cut())
        for at, part in self._parts:
            if at == stretch.first and part.size == stretch.part.size:
                self._next = at + 1
                return replace(part, number=stretch.part.number)
        raise _changed(stretch)


class _Parquet:
    """Reads a Parquet file, from the row group on that holds what is asked for."""

    def __init__(self, source: Source, rows: int) -> None:
        self._path, self._rows = _path(source), rows
        with parquet_file(self._path) as file:
            groups = [file.metadata.row_group(at).num_rows for at in range(file.num_row_groups)]
        self._starts = [0, *accumulate(groups)]
        self._open(0)

    def read(self, stretch: Stretch) -> Part:
        first, group = stretch.first, self._group(stretch.first)
        if first < self._next or group > self._group(self._next):
            self._open(group)
        try:
            self._take(first - self._next)
            return replace(stretch.part, rows=stream(self._take(stretch.part.size)))
        except StopIteration:
            raise _changed(stretch) from None

    def _group(self, row: int) -> int:
        return bisect_right(self._starts, row) - 1

    def _open(self, group: int) -> None:
        self._batches, self._next = self._from(group), self._starts[group]
        self._left: pa.RecordBatch | None = None

    def _from(self, group: int) -> Iterator[pa.RecordBatch]:
        with parquet_file(self._path) as file:
            groups = range(group, len(self._starts) - 1)
            yield from file.iter_batches(batch_size=self._rows, row_groups=groups)

    def _take(self, rows: int) -> list[pa.RecordBatch]:
        taken = []
        while rows:
            batch = self._left or next(self._batches)
            self._left = batch.slice(rows) if len(batch) > rows else None
            taken.append(batch.slice(0, rows))
            rows -= len(taken[-1])
            self._next += len(taken[-1])
        return taken


def _path(source: Source) -> Path:
    return source.path or Path(source.name)


def _changed(stretch: Stretch) -> DataError:
    name = stretch.part.source.name
    return DataError(f"{name}: has changed while it was scored; begin anew with --replace")
