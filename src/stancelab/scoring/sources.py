"""Which files are to be scored: names, patterns, and standard input."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stancelab.datasets.own.records import Kind, kind_of, parquet_file
from stancelab.errors import DataError

STANDARD = "-"
"""Names standard input, and standard output."""

_STDIN = "standard input"


@dataclass(frozen=True, slots=True)
class Source:
    """One file, or standard input.

    Attributes
    ----------
    name : str
        How messages call it.
    path : Path or None
        None for standard input.
    kind : {"csv", "tsv", "jsonl", "parquet"}
        What it is.
    size : int
        Bytes; 0 for standard input.
    changed : int
        When it was last changed, in nanoseconds.
    """

    name: str
    path: Path | None
    kind: Kind
    size: int = 0
    changed: int = 0


def find_sources(given: Sequence[str], kind: Kind | None = None) -> tuple[Source, ...]:
    """Find the files that are meant, in the order given; those of a pattern or folder by name.

    Parameters
    ----------
    given : sequence of str
        Files, folders of Parquet files, patterns such as ``"2024-*.parquet"`` (``**`` for folders
        in folders), and ``-``.
    kind : {"csv", "tsv", "jsonl", "parquet"}, optional
        What they are; without it, their endings tell.

    Raises
    ------
    DataError
        There is no such file, one is named twice, or nothing says what standard input is.
    """
    found = [source for name in given for source in _find(name, kind)]
    names = [source.path and source.path.resolve() for source in found]
    for at, name in enumerate(names):
        if name in names[:at]:
            raise DataError(f"{found[at].name}: named twice; its rows would be scored twice")
    return tuple(found)


def rows_of(sources: Sequence[Source]) -> int | None:
    """Count the rows where Parquet files say it; None where there are other sources."""
    if any(source.path is None or source.kind != "parquet" for source in sources):
        return None
    return sum(_rows(source.path) for source in sources if source.path)


def _find(name: str, kind: Kind | None) -> Iterator[Source]:
    if name == STANDARD:
        if kind is None or kind == "parquet":
            raise DataError(
                f"{_STDIN}: nothing says what it is; expected --input-type csv, tsv or jsonl"
            )
        yield Source(_STDIN, None, kind)
        return
    for path in _matching(name, kind or "parquet"):
        about = path.stat()
        yield Source(str(path), path, kind or kind_of(path), about.st_size, about.st_mtime_ns)


def _matching(name: str, ending: str) -> list[Path]:
    path = Path(name)
    if path.is_dir():
        inside = sorted(each for each in path.glob(f"*.{ending}") if each.is_file())
        if not inside:
            raise DataError(
                f"{name}: is a folder without *.{ending}; name its files, as in '{path / '*.csv'}'"
            )
        return inside
    if path.is_file():
        return [path]
    if not glob.has_magic(name):
        raise DataError(f"{name}: no such file")
    found = [Path(each) for each in sorted(glob.glob(name, recursive=True)) if Path(each).is_file()]
    if not found:
        raise DataError(f"{name}: no file has such a name")
    return found


def _rows(path: Path) -> int:
    with parquet_file(path) as file:
        rows: int = file.metadata.num_rows
        return rows
