"""Statement tables into a file or folder that we and `datasets` read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from stancelab.datasets.writing.formats import open_writer
from stancelab.datasets.writing.target import Layout, check_place, format_of, whole, writable
from stancelab.schema import LABELS

_NAMES = (*LABELS, "unlabelled")
"""By code: that of a row without a label is -1, which is the last."""


@dataclass(slots=True)
class Written:
    """What was written.

    Attributes
    ----------
    path : Path
        Where it is.
    rows, size : int
        How many rows, and how many bytes in all files.
    labels, splits : Counter
        Rows by label, ``"unlabelled"`` among them, and by split.
    """

    path: Path
    rows: int = 0
    size: int = 0
    labels: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(_NAMES, 0)))
    splits: Counter[str] = field(default_factory=Counter)

    def add(self, table: pa.Table) -> None:
        """Count a table."""
        self.rows += len(table)
        self.splits.update(table.column("split").to_pylist())
        self.labels.update(_NAMES[code] for code in table.column("label").to_pylist())


def write_tables(
    tables: Iterable[pa.Table],
    target: Path,
    layout: Layout | None = None,
    *,
    replace: bool = False,
    progress: Callable[[int], None] = lambda rows: None,
) -> Written:
    """Write statement tables, one after the other, so that all of it is there or nothing.

    Parameters
    ----------
    tables : iterable of pyarrow.Table
        Only one at a time is held in memory.
    target : Path
        ``.jsonl`` (labels as words, attributes as objects), ``.parquet`` (the statement table's
        own schema), or a folder with a part for each split. Where a split's name has other signs
        than letters, digits and underscores, its part has underscores instead; rows without a
        split are in ``train``. The column ``split`` keeps what it was.
    layout : {"disk", "hub"}, optional
        How a folder is laid out: as `datasets.load_from_disk` opens it, which is the default, or
        as the hub has it and `datasets.load_dataset` opens it.
    replace : bool
        Whether what is at the place may be replaced; a folder only if a conversion wrote it.
    progress : callable, optional
        Called with the number of rows written so far.

    Raises
    ------
    DataError
        The place is taken, of unknown kind, or cannot be written to.
    """
    kind = format_of(target, layout)
    check_place(target, kind, replace=replace)
    written = Written(target)
    with whole(target, kind) as building:
        with ExitStack() as opened:
            with writable(target):
                write = opened.enter_context(open_writer(kind, building))
            for table in tables:
                with writable(target):
                    write(table)
                written.add(table)
                progress(written.rows)
            with writable(target):
                opened.close()
        written.size = _size(building)
    return written


def _size(place: Path) -> int:
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files)
