"""Putting an export at its place: made beside it, moved there whole, and never half replaced."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from safetensors import SafetensorError

from stancelab.errors import BundleError
from stancelab.stopping import unbroken

_LOCK, _REPLACED = "lock", "replaced"
_RANDOM = 8
"""Characters that `tempfile` adds to the name of a folder."""


@contextmanager
def beside(folder: Path) -> Iterator[Path]:
    """Give a folder next to a place, on the same disk, so that what is made there can be moved.

    What killed exports to the same place have left is removed; what one of them was replacing,
    and did not get to, is put back first.

    Parameters
    ----------
    folder : Path
        The place.

    Raises
    ------
    BundleError
        It cannot be written to.
    """
    from filelock import FileLock

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _tidy(folder)
        scratch = Path(tempfile.mkdtemp(prefix=_prefix(folder), dir=folder.parent))
        try:
            with FileLock(scratch / _LOCK):
                yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    except (OSError, SafetensorError) as error:
        problem = (error.strerror if isinstance(error, OSError) else None) or error
        raise BundleError(
            f"{folder}: cannot be written ({problem}); make room, or choose another place"
        ) from None


def take_place(scratch: Path, made: Path, folder: Path) -> None:
    """Move what was made to its place; an earlier export that is there goes once this one is.

    Parameters
    ----------
    scratch : Path
        The folder that `beside` gave.
    made : Path
        What was made in it.
    folder : Path
        The place.
    """
    with unbroken():
        if folder.exists():
            folder.rename(scratch / _REPLACED)
        try:
            made.rename(folder)
        except OSError:
            if (scratch / _REPLACED).exists():
                (scratch / _REPLACED).rename(folder)
            raise


def _prefix(folder: Path) -> str:
    return f".{folder.name}-"


def _tidy(folder: Path) -> None:
    """Remove what is left beside a place, but for what another export works in at this moment."""
    from filelock import FileLock, Timeout

    for left in folder.parent.glob(f"{_prefix(folder)}{'?' * _RANDOM}"):
        if not (left / _LOCK).is_file():
            continue
        with suppress(Timeout, OSError), FileLock(left / _LOCK, timeout=0):
            if (left / _REPLACED).exists() and not folder.exists():
                (left / _REPLACED).rename(folder)
            shutil.rmtree(left, ignore_errors=True)
