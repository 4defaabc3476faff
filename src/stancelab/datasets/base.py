"""What a corpus declares about itself, and what a loader gives back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Loaded:
    """A statement table, and what happened on the way to it.

    Attributes
    ----------
    table : pyarrow.Table
        The statement table.
    dropped : mapping of str to int
        How many rows were left out, by reason.
    notes : mapping of str to int
        How many rows were kept although something about them was not plain, by what it was.
    """

    table: pa.Table
    dropped: Mapping[str, int] = field(default_factory=dict)
    notes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DatasetSpec:
    """One corpus: its name, where it comes from, and its loader.

    Attributes
    ----------
    name : str
        How experiments call it.
    description : str
        What a row is, in one sentence.
    languages : tuple of str
        BCP 47 codes.
    licence : str
        SPDX identifier, or a sentence where there is none.
    citation, homepage : str
        Whom to cite and where to read more.
    directory : callable
        Gives the folder that holds the corpus' files.
    load : callable
        A pure function from that folder to a table.
    """

    name: str
    description: str
    languages: tuple[str, ...]
    licence: str
    citation: str
    homepage: str
    directory: Callable[[], Path]
    load: Callable[[Path], Loaded]


def digest(table: pa.Table) -> str:
    """Give the SHA-256 of all rows of a table, whatever its chunks.

    Examples
    --------
    >>> table = pa.table({"a": [1, 2]})
    >>> digest(table) == digest(pa.concat_tables([table.slice(0, 1), table.slice(1)]))
    True
    """
    found = hashlib.sha256(json.dumps(table.column_names).encode())
    for batch in table.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            found.update(json.dumps(list(row.values()), ensure_ascii=False).encode())
            found.update(b"\n")
    return found.hexdigest()
