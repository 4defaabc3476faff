"""Scored rows as Parquet: a part, and all parts as one file with a row group each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from stancelab.scoring.bundle import ADDED
from stancelab.scoring.typed import common, fitted


class _UnfitError(Exception):
    """A column that has not the type which its parts were thought to have in common."""


def write_parquet(path: Path, table: pa.Table, tags: pa.Table) -> None:
    """Write the rows of a part, and behind their columns those that scoring adds."""
    for name in ADDED:
        table = table.append_column(name, tags.column(name))
    pq.write_table(table, path)


def join_parquet(
    parts: Sequence[Path],
    columns: Sequence[str],
    target: Path,
    progress: Callable[[int], None] = lambda done: None,
) -> None:
    """Write all parts into one file.

    A column that parts have in several types gets what `typed.common` finds; rows of a part that
    lacks it have nothing there.

    Parameters
    ----------
    parts : sequence of Path
        The files of the parts.
    columns : sequence of str
        Columns of the input, in their order; those that scoring adds come behind them.
    target : Path
        Where it goes.
    progress : callable
        Called with the number of parts written so far.
    """
    as_text: frozenset[str] = frozenset()
    names = [*columns, *ADDED]
    while True:
        try:
            _write(parts, _schema(parts, names, as_text), target, progress)
            return
        except _UnfitError as unfit:
            as_text |= {str(unfit)}


def _schema(parts: Sequence[Path], names: Sequence[str], as_text: frozenset[str]) -> pa.Schema:
    found = [pq.read_schema(part) for part in parts]
    if all(one.equals(found[0]) for one in found) and not as_text:
        return found[0]
    fields = []
    for name in names:
        types = [schema.field(name).type for schema in found if name in schema.names]
        fields.append((name, pa.string() if name in as_text else common(types)))
    return pa.schema(fields)


def _write(
    parts: Sequence[Path], schema: pa.Schema, target: Path, progress: Callable[[int], None]
) -> None:
    with pq.ParquetWriter(target, schema) as writer:
        for done, part in enumerate(parts, start=1):
            with pq.ParquetFile(part) as file:  # `read_table` imports pandas
                table = _fitted(file.read(), schema)
            if len(table):
                writer.write_table(table, row_group_size=len(table))
            progress(done)


def _fitted(table: pa.Table, schema: pa.Schema) -> pa.Table:
    if table.schema.equals(schema):
        return table
    columns = []
    for field in schema:
        if field.name not in table.column_names:
            columns.append(pa.nulls(len(table), field.type))
            continue
        try:
            columns.append(fitted(table.column(field.name), field.type))
        except pa.ArrowInvalid:
            raise _UnfitError(field.name) from None
    return pa.Table.from_arrays(columns, schema=schema)
