"""Where a training keeps the checkpoints that it goes on from after a kill."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time

from stancelab.parallel import is_first, processes, told
from stancelab.places import cache_directory

_KEPT_SECONDS = 30 * 24 * 3600
"""Age at which checkpoints are removed that nobody came back for."""


@contextmanager
def checkpoint_folder(fingerprint: str) -> Iterator[Path | None]:
    """Give the folder for the checkpoints of one cell, and remove it when the cell is done.

    What is left by an interruption, or by a store that is gone, stays for the next run. As steps
    are counted by the batches of all processes, another number of them has another folder.

    Parameters
    ----------
    fingerprint : str
        The cell's.

    Yields
    ------
    Path or None
        None where another process trains the same cell, or the cache cannot be written.
    """
    from filelock import FileLock, Timeout

    home = cache_directory() / "checkpoints"
    folder = home / f"{fingerprint[:32]}-{processes()}"
    lock = FileLock(folder.with_suffix(".lock"))
    if is_first():
        with suppress(Timeout, OSError):
            home.mkdir(parents=True, exist_ok=True)
            _forget_old(home)
            lock.acquire(timeout=0)
    mine = told(lock.is_locked)
    try:
        yield folder if mine else None
        if lock.is_locked:
            shutil.rmtree(folder, ignore_errors=True)
            Path(lock.lock_file).unlink(missing_ok=True)
    finally:
        lock.release()


def _forget_old(home: Path) -> None:
    for left in home.iterdir():
        if left.is_dir() and time() - left.stat().st_mtime > _KEPT_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
            left.with_suffix(".lock").unlink(missing_ok=True)
