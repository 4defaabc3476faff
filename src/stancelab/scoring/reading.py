"""Cutting sources into parts of some thousand rows, with little work on each row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from stancelab.datasets.own.columns import Columns, check_columns
from stancelab.datasets.own.lines import RawRow, Record
from stancelab.datasets.own.records import cut_rows, open_text, parquet_file, record_of
from stancelab.errors import BadRow, DataError
from stancelab.scoring.bundle import ADDED
from stancelab.scoring.sources import Source

PART_ROWS = 10_000
_PART_CHARACTERS = 2**26
"""A part of a text ends with the row that reaches this: texts may be as long as books."""

_LOOKED_AT = 20
"""Rows of JSON lines in which the columns are looked for."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of one source, as they were cut.

    Attributes
    ----------
    number : int
        From 0, over all sources.
    source : Source
        Where they come from.
    header : list of str
        The columns of a CSV file.
    rows : list of RawRow or BadRow, or bytes
        The rows; those of Parquet as an Arrow stream.
    size : int
        How many there are.
    line : int
        Number of the first row of a Parquet file.
    read : int
        Bytes of this source that were read when the part was cut.
    """

    number: int
    source: Source
    header: list[str]
    rows: list[RawRow | BadRow] | bytes
    size: int
    line: int = 0
    read: int = 0


def check_sources(sources: Sequence[Source], columns: Columns) -> list[str]:
    """Look into every file before any work begins.

    Parameters
    ----------
    sources : sequence of Source
        What is to be read; standard input is looked at when it is.
    columns : Columns
        Which columns hold text, actor and span.

    Returns
    -------
    list of str
        All columns, in the order in which the files have them.

    Raises
    ------
    DataError
        A column is missing, or has the name of one that scoring adds.
    """
    found: dict[str, None] = {}
    for source in sources:
        if source.path is not None:
            found |= dict.fromkeys(_names(source, columns))
    return list(found)


def cut(sources: Sequence[Source], columns: Columns, rows: int = PART_ROWS) -> Iterator[Part]:
    """Cut sources into parts; no part has rows of two of them.

    Parameters
    ----------
    sources : sequence of Source
        What is to be read.
    columns : Columns
        Which columns hold text, actor and span.
    rows : int
        Most rows of a part.
    """
    number = 0
    for source in sources:
        parts = _parquet if source.kind == "parquet" else _text
        for part in parts(source, columns, rows, number):
            yield part
            number += 1


def _names(source: Source, columns: Columns) -> list[str]:
    if source.kind != "parquet":
        with open_text(source.path, source.kind) as file:
            return _opened(source, columns, file)[2]
    with parquet_file(Path(source.name)) as parquet:
        names: list[str] = parquet.schema_arrow.names
    return _checked(source, columns, names)


def _parquet(source: Source, columns: Columns, rows: int, number: int) -> Iterator[Part]:
    done = 0
    with parquet_file(Path(source.name)) as file:
        for batch in filter(len, file.iter_batches(batch_size=rows)):
            line, done = done + 1, done + len(batch)
            read = source.size * done // file.metadata.num_rows
            yield Part(number, source, [], stream([batch]), len(batch), line, read)
            number += 1


def stream(batches: Sequence[pa.RecordBatch]) -> bytes:
    """Write rows of Parquet as an Arrow stream, in which they can be sent to another process."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batches[0].schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    written: bytes = sink.getvalue().to_pybytes()
    return written


def _text(source: Source, columns: Columns, rows: int, number: int) -> Iterator[Part]:
    with open_text(source.path, source.kind) as file:
        header, found, _ = _opened(source, columns, file)
        while taken := _some(found, rows):
            read = file.buffer.tell() if source.path else 0
            yield Part(number, source, header, taken, len(taken), read=read)
            number += 1


def _some(found: Iterator[RawRow | BadRow], rows: int) -> list[RawRow | BadRow]:
    """Take the rows of one part."""
    taken = []
    characters = 0
    for row in islice(found, rows):
        taken.append(row)
        characters += _length(row)
        if characters >= _PART_CHARACTERS:
            break
    return taken


def _length(row: RawRow | BadRow) -> int:
    if isinstance(row, BadRow):
        return len(row.value)
    return len(row.content) if isinstance(row.content, str) else sum(map(len, row.content))


def _opened(
    source: Source, columns: Columns, file: TextIOWrapper[BinaryIO]
) -> tuple[list[str], Iterator[RawRow | BadRow], list[str]]:
    """Begin to read a text; give its header, its rows, and the columns that are seen so far."""
    header, found = cut_rows(source.name, file, source.kind)
    if header:
        return header, found, _checked(source, columns, header)
    first = list(islice(found, _LOOKED_AT))
    raw = (row for row in first if isinstance(row, RawRow))
    records = (record_of(source.name, header, source.kind, row) for row in raw)
    names = next((list(each.cells) for each in records if isinstance(each, Record)), None)
    checked = _checked(source, columns, names) if names is not None else []
    return header, chain(first, found), checked


def _checked(source: Source, columns: Columns, names: list[str]) -> list[str]:
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise DataError(f"{source.name}: two columns are named {twice[0]!r}; rename one of them")
    record = Record(1, dict.fromkeys(names))
    check_columns(columns, source.name, record, labelled=False)
    taken = [name for name in ADDED if name in names]
    if taken:
        raise DataError(f"{source.name}: has a column {taken[0]!r} already; rename it first")
    return names
