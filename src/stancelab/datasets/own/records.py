"""Reading CSV, JSONL and Parquet line by line, so that every fault has a place."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from stancelab.errors import BadRow, DataError

SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")
_DELIMITERS = ",;\t"


class Record(NamedTuple):
    """One row of a file: where it stands, and its cells by column name."""

    line: int
    cells: dict[str, Any]


def read_records(path: Path) -> Iterator[Record | BadRow]:
    """Read a file row by row; a row that cannot be read comes as a `BadRow`.

    Parameters
    ----------
    path : Path
        ``.csv`` (comma, semicolon or tab, with a header line), ``.tsv``, ``.jsonl`` or
        ``.parquet``; text is UTF-8.

    Raises
    ------
    DataError
        The file is missing or of no known kind.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise DataError(f"{path}: unknown file type {path.suffix!r}; known: {', '.join(SUFFIXES)}")
    if not path.is_file():
        raise DataError(f"{path}: no such file")
    if path.suffix.lower() == ".parquet":
        return _parquet(path)
    return _csv(path) if path.suffix.lower() in (".csv", ".tsv") else _jsonl(path)


def _csv(path: Path) -> Iterator[Record | BadRow]:
    # Bytes that are not UTF-8 become lone surrogates, so that the row and column are known.
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        first = file.readline()
        delimiter = "\t" if path.suffix.lower() == ".tsv" else max(_DELIMITERS, key=first.count)
        file.seek(0)
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        header: list[str] = []
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield BadRow(str(path), line, "", str(error), "broken CSV", "quoted UTF-8 cells")
                continue
            if not header:
                header = _checked_header(path, cells)
            elif cells:
                yield _csv_row(path, line, header, cells)


def _checked_header(path: Path, names: list[str]) -> list[str]:
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise DataError(f"{path}:1: two columns are named {twice[0]!r}; rename one of them")
    broken = [name for name in names if _undecodable(name)]
    if broken:
        raise DataError(f"{path}:1: the column names are not UTF-8; save the file as UTF-8")
    return names


def _csv_row(path: Path, line: int, header: list[str], cells: list[str]) -> Record | BadRow:
    if len(cells) > len(header):
        extra = ", ".join(cells[len(header) :])
        return BadRow(str(path), line, "", extra, "more cells than columns", "cells quoted")
    if len(cells) < len(header):
        return BadRow(str(path), line, header[len(cells)], "", "fewer cells than columns")
    return _decoded(path, line, dict(zip(header, cells, strict=True)))


def _jsonl(path: Path) -> Iterator[Record | BadRow]:
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as file:
        for line, content in enumerate(file, 1):
            if not content.strip():
                continue
            try:
                cells = json.loads(content.rstrip())
            except json.JSONDecodeError as error:
                expected = f"a JSON object; {error.msg.lower()} at character {error.colno}"
                yield BadRow(str(path), line, "", _shown(content), "broken JSON", expected)
                continue
            if isinstance(cells, dict):
                yield _decoded(path, line, cells)
            else:
                yield BadRow(str(path), line, "", _shown(content), "not an object", "{…}")


def _decoded(path: Path, line: int, cells: dict[str, Any]) -> Record | BadRow:
    """Refuse a row in which something, however deep, was not UTF-8."""
    for name, value in cells.items():
        if _undecodable(name) or _undecodable(json.dumps(value, ensure_ascii=False, default=str)):
            shown = _shown(value if isinstance(value, str) else str(value))
            return BadRow(str(path), line, _shown(name), shown, "wrong encoding", "UTF-8")
    return Record(line, cells)


def _undecodable(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


def _shown(text: str) -> str:
    """Show text whatever is in it: bytes that are not UTF-8 as Latin-1, other faults as ``?``."""
    if not _undecodable(text):
        return text.strip()
    try:
        return text.strip().encode(errors="surrogateescape").decode("latin-1")
    except UnicodeEncodeError:
        return text.strip().encode(errors="replace").decode()


def _parquet(path: Path) -> Iterator[Record | BadRow]:
    try:
        with pq.ParquetFile(path) as file:
            line = 0
            for batch in file.iter_batches():
                for cells in batch.to_pylist():
                    line += 1
                    yield Record(line, cells)
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(f"{path}: not a readable Parquet file ({error})") from None
