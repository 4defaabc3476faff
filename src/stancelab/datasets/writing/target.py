"""The place that a converted data set goes to: its format, what may be there, writing it whole."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, cast

from stancelab.errors import DataError

Layout = Literal["disk", "hub"]
Format = Literal["jsonl", "parquet", "disk", "hub"]

CARD, PARTS, SPLITS = "README.md", "data", "dataset_dict.json"
"""What lies in a folder in the hub's layout, and what in one that `datasets` saves."""

_FILES = (".jsonl", ".parquet")


def format_of(target: Path, layout: Layout | None = None) -> Format:
    """Tell the format by the ending; a folder has none.

    Raises
    ------
    DataError
        The ending is another one, or a layout is asked for that is of folders only.

    Examples
    --------
    >>> format_of(Path("mine.jsonl")), format_of(Path("mine")), format_of(Path("mine"), "hub")
    ('jsonl', 'disk', 'hub')
    """
    suffix = target.suffix.lower()
    if suffix in _FILES:
        if layout:
            raise DataError(
                f"{target}: a layout (--layout {layout}) goes with a folder, not a file"
            )
        return cast(Format, suffix[1:])
    if suffix and not suffix[1:].isdigit():  # "corpus-1.0" is a folder
        known = ", ".join(_FILES)
        raise DataError(f"{target}: unknown file type {suffix!r}; known: {known}, or a folder")
    return layout or "disk"


def check_place(target: Path, kind: Format, *, replace: bool) -> None:
    """Refuse a place that is taken, or where nothing can be made.

    Raises
    ------
    DataError
        Something is there and is not to be replaced, or is not what such a conversion writes.
    """
    if not target.parent.is_dir():
        raise DataError(f"{target}: no folder {target.parent}; make it first")
    if not target.exists():
        return
    if not replace:
        raise DataError(f"{target}: exists; choose another place, or replace it with --replace")
    if target.is_dir() != (kind in ("disk", "hub")):
        found = "a folder" if target.is_dir() else "a file"
        raise DataError(f"{target}: is {found} and is not replaced; choose another place")
    if target.is_dir() and not _is_converted(target):
        raise DataError(
            f"{target}: holds other files than a converted data set and is not replaced; choose "
            "another place"
        )


@contextmanager
def whole(target: Path, kind: Format) -> Iterator[Path]:
    """Give a place to write to that takes the target's only when all of it is written."""
    with writable(target):
        scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        building = scratch / target.name
        if kind in ("disk", "hub"):
            building.mkdir()
        yield building
        with writable(target):
            _move(building, target, scratch / "replaced")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def writable(target: Path) -> Iterator[None]:
    """Say in one line why a place cannot be written to."""
    try:
        yield
    except OSError as error:
        raise DataError(f"{target}: cannot be written ({error.strerror or error})") from None


def _move(building: Path, target: Path, replaced: Path) -> None:
    if not target.is_dir():
        building.replace(target)
        return
    target.rename(replaced)
    try:
        building.rename(target)
    except OSError:
        replaced.rename(target)
        raise


def _is_converted(folder: Path) -> bool:
    """Say whether a folder holds nothing but what a conversion writes."""
    found = {path.name for path in folder.iterdir()}
    if SPLITS in found:
        try:
            content = json.loads((folder / SPLITS).read_text(encoding="utf-8"))
            return found <= {SPLITS, *content["splits"]}
        except (ValueError, LookupError, TypeError):
            return False
    parts = [path.suffix for path in folder.glob(f"{PARTS}/*")]
    return found <= {CARD, PARTS} and set(parts) <= {".parquet"}
