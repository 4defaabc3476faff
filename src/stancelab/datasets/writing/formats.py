"""Writing statement tables as JSONL, as Parquet, or as a folder with a part for each split."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stancelab.datasets.own.foreign import library, quiet
from stancelab.datasets.writing.target import CARD, PARTS, Format
from stancelab.errors import DataError
from stancelab.schema import LABELS, SCHEMA, UNLABELLED, features

Write = Callable[[pa.Table], None]

DEFAULT_SPLIT = "train"
"""Where rows go that name no split; `datasets` calls the whole of a data set so, too."""

MAX_SPLITS = 100
_KINDS = {pa.string(): "string", pa.int32(): "int32"}


def open_writer(kind: Format, place: Path) -> AbstractContextManager[Write]:
    """Open a file or folder to which tables are written one after the other.

    Parameters
    ----------
    kind : {"jsonl", "parquet", "disk", "hub"}
        The format.
    place : Path
        Where it goes; a folder must be there already.

    Returns
    -------
    context manager
        Gives a function that writes a table. What it wrote is whole once the context has ended
        without an exception.
    """
    return {"jsonl": _jsonl, "parquet": _parquet, "disk": _disk, "hub": _hub}[kind](place)


@contextmanager
def _jsonl(path: Path) -> Iterator[Write]:
    with path.open("w", encoding="utf-8", newline="\n") as file:

        def write(table: pa.Table) -> None:
            for row in table.to_pylist():
                file.write(json.dumps(_worded(row), ensure_ascii=False) + "\n")

        yield write


def _worded(row: dict[str, Any]) -> dict[str, Any]:
    """Write what people read: the label as a word, attributes as an object."""
    label = None if row["label"] == UNLABELLED else LABELS[row["label"]]
    return {**row, "label": label, "attributes": json.loads(row["attributes"])}


@contextmanager
def _parquet(path: Path) -> Iterator[Write]:
    with pq.ParquetWriter(path, SCHEMA) as writer:
        yield writer.write_table


@contextmanager
def _hub(folder: Path) -> Iterator[Write]:
    (folder / PARTS).mkdir()
    names: set[str] = set()
    with ExitStack() as parts:

        def add(name: str) -> Write:
            names.add(name)
            place = folder / PARTS / f"{name}-00000-of-00001.parquet"
            return parts.enter_context(_parquet(place))

        yield _by_split(add)
    (folder / CARD).write_text(_card(sorted(names)), encoding="utf-8")


@contextmanager
def _disk(folder: Path) -> Iterator[Write]:
    """Write Arrow files beside the folder, which `datasets` then maps instead of reading them."""
    library()
    schema, scratch = features().arrow_schema, folder.parent
    places: dict[str, Path] = {}
    with ExitStack() as parts:

        def add(name: str) -> Write:
            places[name] = scratch / f"{len(places)}.arrow"
            file = parts.enter_context(places[name].open("wb"))
            stream = parts.enter_context(pa.ipc.new_stream(file, schema))
            return lambda table: stream.write_table(table.cast(schema))

        yield _by_split(add)
    _save(places, folder)


def _save(places: dict[str, Path], folder: Path) -> None:
    from datasets import Dataset, DatasetDict, NamedSplit

    with quiet():
        splits = {
            name: Dataset.from_file(str(place), split=NamedSplit(name))
            for name, place in places.items()
        }
        DatasetDict(splits).save_to_disk(folder)


def _by_split(add: Callable[[str], Write]) -> Write:
    """Write each row to the part of its split, which is made when its first row comes."""
    parts: dict[str, Write] = {}

    def write(table: pa.Table) -> None:
        splits = table.column("split")
        for split in splits.unique().to_pylist():
            name = _part(split)
            if name not in parts:
                if len(parts) == MAX_SPLITS:
                    raise DataError(f"more than {MAX_SPLITS} splits; is 'split' the right column?")
                parts[name] = add(name)
            parts[name](table.filter(pc.equal(splits, split)))

    return write


def _part(split: str) -> str:
    """Give a split's name as `datasets` allows it: letters, digits and underscores.

    Examples
    --------
    >>> _part("zero-shot"), _part("")
    ('zero_shot', 'train')
    """
    return re.sub(r"\W+", "_", split) or DEFAULT_SPLIT


def _card(splits: list[str]) -> str:
    """Write the README whose head tells `datasets` the splits, the columns and the label names."""
    columns = "".join(_column(field) for field in SCHEMA)
    files = "".join(
        f"  - split: {json.dumps(name, ensure_ascii=False)}\n"
        f"    path: {json.dumps(f'{PARTS}/{name}-*', ensure_ascii=False)}\n"
        for name in splits
    )
    return (
        f"---\ndataset_info:\n  features:\n{columns}"
        f"configs:\n- config_name: default\n  data_files:\n{files}---\n\n"
        "A statement table of stancelab: one row is one (statement, actor) pair, and `label` is "
        "the stance of\nthe statement toward the actor. An empty `split` is that of a row which "
        "has none; a label of -1 is missing.\n"
    )


def _column(field: pa.Field) -> str:
    if field.name != "label":
        return f"  - name: {field.name}\n    dtype: {_KINDS[field.type]}\n"
    names = "".join(f"          '{code}': {name}\n" for code, name in enumerate(LABELS))
    return f"  - name: {field.name}\n    dtype:\n      class_label:\n        names:\n{names}"
