"""What a corpus declares about itself, and what a loader gives back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pyarrow as pa

from stancelab.datasets.folder import corpus_directory


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


def together(loaded: Mapping[str, Loaded]) -> Loaded:
    """Put what was loaded under several names into one table; counts keep the name before them."""
    if len(loaded) == 1:
        return next(iter(loaded.values()))
    dropped: dict[str, int] = {}
    notes: dict[str, int] = {}
    for name, one in loaded.items():
        dropped |= {f"{name}: {reason}": count for reason, count in one.dropped.items()}
        notes |= {f"{name}: {what}": count for what, count in one.notes.items()}
    return Loaded(pa.concat_tables(one.table for one in loaded.values()), dropped, notes)


Terms = Literal["open", "non-commercial", "unstated"]
"""Whether a licence lets anybody use the data, only the non-commercial, or is not stated."""


@dataclass(frozen=True, slots=True)
class DatasetSpec:
    """One corpus: its name, where it comes from, and its loader.

    Attributes
    ----------
    name : str
        How experiments call it, and the folder of its files.
    description : str
        What a row is, in a few words.
    task : str
        What its authors annotated, in the field's words.
    languages : tuple of str
        BCP 47 codes.
    labels : mapping of str to str
        The corpus' own labels to ours; ``""`` where none of ours fits.
    rows : mapping of str to int
        How many rows it has, by its own split (``""`` where it has none), with no option on.
    licence : str
        SPDX identifier, or a sentence where there is none.
    terms : {"open", "non-commercial", "unstated"}
        What the licence lets one do.
    citation, homepage : str
        Whom to cite and where to read more.
    load : callable
        A pure function from the folder, and the options by name, to a table.
    directory : callable, optional
        Gives the folder that holds the files; by default the one of its name in the data folder.
    test, validation : tuple of str
        The corpus' own splits that are tested and validated on; without a test split it has no
        official split, and without a validation split that part is cut from training.
    options : mapping of str to str
        What may be switched on when it is loaded, and what that does.
    """

    name: str
    description: str
    task: str
    languages: tuple[str, ...]
    labels: Mapping[str, str]
    rows: Mapping[str, int]
    licence: str
    terms: Terms
    citation: str
    homepage: str
    load: Callable[..., Loaded]
    directory: Callable[[], Path] | None = None
    test: tuple[str, ...] = ("test",)
    validation: tuple[str, ...] = ("validation",)
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_trainable(self) -> bool:
        """Whether its labels are at least two of ours, so that a model can learn from them."""
        return len(set(self.labels.values()) - {""}) > 1

    @property
    def folder(self) -> Path:
        """Name the folder that holds the files."""
        return self.directory() if self.directory else corpus_directory(self.name)


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
