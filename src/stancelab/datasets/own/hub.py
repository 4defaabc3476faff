"""Any data set of the Hugging Face hub, or a folder laid out like one, as a statement table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from stancelab.datasets.base import Loaded
from stancelab.datasets.own.cells import Origin
from stancelab.datasets.own.columns import Columns, OnError, checked_labels
from stancelab.datasets.own.foreign import library, quiet, told
from stancelab.datasets.own.gathering import gather
from stancelab.datasets.own.opening import PREFIX, open_splits
from stancelab.datasets.own.records import Record
from stancelab.datasets.own.rows import Row, RowReader, numbered
from stancelab.errors import BadRow, UnknownNameError

_BATCH = 1000


class HubOptions(BaseModel):
    """Which part of a hub data set is meant.

    ``subset`` is what the hub calls a configuration; ``revision`` is a branch, a tag or, for
    results that can be had again, a commit; ``splits`` are taken in the order given.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    subset: str | None = None
    revision: str | None = None
    splits: tuple[str, ...] | None = None


def is_hub(name: str) -> bool:
    """Say whether a name means a data set of the hub.

    Examples
    --------
    >>> is_hub("hub:owner/name"), is_hub("statements")
    (True, False)
    """
    return name.startswith(PREFIX)


def load_hub(
    name: str,
    columns: Columns | None = None,
    labels: Mapping[str, str] | None = None,
    on_error: OnError = "fail",
    options: HubOptions | None = None,
) -> Loaded:
    """Load labelled rows from a data set of the hub.

    Parameters
    ----------
    name : str
        ``hub:OWNER/NAME``, or ``hub:FOLDER`` for a folder in the hub's layout or one that
        `datasets` has saved.
    columns : Columns, optional
        Where the data set's columns have other names.
    labels : mapping of str to str, optional
        The data set's label words to ours; a `ClassLabel` column holds the names of its classes,
        any other what stands in it, such as ``"0"``.
    on_error : {"fail", "skip"}
        Whether bad rows stop the load or are left out and counted.
    options : HubOptions, optional
        Which subset, revision and splits; by default the default subset with all its splits.

    Returns
    -------
    Loaded
        The table, and the rows left out by reason. A row without a split of its own has the
        hub's; keys are those of `load_file`.

    Raises
    ------
    MissingExtraError
        The package `datasets` is not installed.
    UnknownNameError
        There is no such subset or split; names those that exist.
    DataError
        The data set is not there, cannot be reached or read, or lacks a column.
    BadRowsError
        Rows cannot be used; lists up to 20 with split, row, column and value.
    """
    reader = RowReader(columns or Columns(), checked_labels(name, labels), numbered())
    found = hub_rows(name, options or HubOptions(), reader, streaming=False)
    return gather(name, found, reader, on_error)


def hub_rows(
    name: str, options: HubOptions, reader: RowReader, *, streaming: bool
) -> Iterator[Row | BadRow]:
    """Open a data set of the hub now, and give its rows split by split as they are asked for.

    Parameters
    ----------
    name : str
        ``hub:OWNER/NAME`` or ``hub:FOLDER``.
    options : HubOptions
        Which part of it.
    reader : RowReader
        Makes the rows.
    streaming : bool
        Read from the hub row by row, instead of downloading all of it first.
    """
    library()
    with quiet(), told(name):
        found = open_splits(name, options.subset, options.revision, streaming=streaming)
    splits = options.splits or tuple(found)
    for split in splits:
        if split not in found:
            raise UnknownNameError(f"split of {name}", split, found)
    return _rows(name, {split: found[split] for split in splits}, reader)


def _rows(name: str, splits: Mapping[str, Any], reader: RowReader) -> Iterator[Row | BadRow]:
    for split, dataset in splits.items():
        origin = Origin(f"{name}/{split}", name, f"{name}/{split}", split)
        yield from reader.rows(origin, _records(name, dataset))


def _records(name: str, dataset: Any) -> Iterator[Record]:
    classes = _classes(dataset.features)
    line = 0
    for batch in _batches(name, dataset):
        for cells in batch.to_pylist():
            for column, names in classes.items():
                code = cells.get(column)
                cells[column] = None if code is None or code < 0 else names[code]
            line += 1
            yield Record(line, cells)


def _batches(name: str, dataset: Any) -> Iterator[Any]:
    """Take Arrow batches, which leaves pictures and sound as they are instead of decoding them."""
    batches = dataset.with_format("arrow").iter(batch_size=_BATCH)
    while True:
        with quiet(), told(name):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


def _classes(features: Mapping[str, Any] | None) -> dict[str, list[str]]:
    from datasets import ClassLabel

    return {
        column: feature.names
        for column, feature in (features or {}).items()
        if isinstance(feature, ClassLabel)
    }
