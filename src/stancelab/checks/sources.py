"""The tables to check: corpora by name and files of the user's own, put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from stancelab.arrow import strings
from stancelab.datasets.base import Loaded, together
from stancelab.datasets.own.columns import Columns, OnError
from stancelab.datasets.own.files import load_file
from stancelab.datasets.own.hub import is_hub, load_hub
from stancelab.datasets.own.records import SUFFIXES
from stancelab.datasets.registry import SPECS, load
from stancelab.errors import UnknownNameError


def load_all(
    names: Sequence[str],
    columns: Columns | None = None,
    labels: Mapping[str, str] | None = None,
    on_error: OnError = "fail",
    *,
    unverified: bool = False,
) -> Loaded:
    """Load corpora and files as one table.

    Parameters
    ----------
    names : sequence of str
        Names of corpora, paths of files, or ``hub:OWNER/NAME``; a corpus goes before a file of
        the same name.
    columns : Columns, optional
        Where the columns of files and hub data sets have other names.
    labels : mapping of str to str, optional
        Their label words to ours.
    on_error : {"fail", "skip"}
        Whether bad rows of files stop it or are left out and counted.
    unverified : bool
        Go on although a corpus file is not the one whose SHA-256 is known.

    Returns
    -------
    Loaded
        All rows; ``dataset`` tells them apart: by the name as given, where two would be equal.

    Raises
    ------
    UnknownNameError
        A name is neither a corpus nor a file; names the closest corpus.
    """
    distinct = list(dict.fromkeys(names))
    for name in distinct:  # before a large corpus is loaded for nothing
        _check(name)
    loaded: list[Loaded] = []
    for name in distinct:
        if name in SPECS:
            loaded.append(load(name, unverified=unverified))
        elif is_hub(name):
            loaded.append(load_hub(name, columns, labels, on_error))
        else:
            loaded.append(load_file(Path(name), columns, labels, on_error))
    tables = _told_apart(distinct, [one.table for one in loaded])
    named = zip(distinct, loaded, tables, strict=True)
    return together({name: replace(one, table=table) for name, one, table in named})


def _check(name: str) -> None:
    # What has the ending of a data file was meant as one, and is told that it is missing.
    if name in SPECS or is_hub(name) or Path(name).is_file():
        return
    if Path(name).suffix.lower() in SUFFIXES:
        return
    raise UnknownNameError("corpus or file", name, SPECS)


def _told_apart(names: Sequence[str], tables: Sequence[pa.Table]) -> Iterator[pa.Table]:
    """Name the datasets of a table anew where a table before it has one of the same name."""
    seen: set[str] = set()
    for name, table in zip(names, tables, strict=True):
        datasets = set(table.column("dataset").unique().to_pylist())
        if datasets & seen:
            place = table.schema.get_field_index("dataset")
            renamed = strings([name] * len(table))
            table = table.set_column(place, table.schema.field(place), renamed)
            datasets = {name}
        seen |= datasets
        yield table
