"""What an unfinished run leaves, and whether another one may go on with it."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Literal

import stancelab
from stancelab.errors import DataError
from stancelab.export.layout import SUMS
from stancelab.scoring.parts import writing
from stancelab.scoring.sources import Source

Leftovers = Literal["refuse", "resume", "replace"]

_STATE, _LOCK, _FINISHED = "state.json", "lock", "part-*.json"
_OURS = re.compile(r"state\.json|lock|joined|part-\d{6,}\.\w+|.*\.tmp")
_SHOWN = {
    "version": "another version of stancelab",
    "bundle": "another bundle",
    "inputs": "other inputs, or they have changed since",
    "columns": "other columns",
    "part_rows": "another --part-rows",
    "kind": "another output type",
    "runtime": "another runtime",
    "head": "another --head",
    "engine": "another --engine",
    "actors": "another --catalogue, or other packages of 'stancelab[articles]'",
}


def folder_of(target: Path) -> Path:
    """Name the folder of the parts of a target, which is beside it.

    Examples
    --------
    >>> folder_of(Path("scored.csv")).name
    'scored.csv.parts'
    """
    return target.with_name(f"{target.name}.parts")


def describe(bundle: Path, sources: Sequence[Source], options: Mapping[str, Any]) -> dict[str, Any]:
    """Say all that the result depends on.

    Parameters
    ----------
    bundle : Path
        The classifier, known by the digests of its files.
    sources : sequence of Source
        The inputs, known by name, size and the time of their last change.
    options : mapping
        What else decides how the rows are scored and written.
    """
    return {
        "version": stancelab.__version__,
        "bundle": hashlib.sha256((bundle / SUMS).read_bytes()).hexdigest(),
        "inputs": [[source.name, source.kind, source.size, source.changed] for source in sources],
        **options,
    }


@contextmanager
def parts_folder(
    target: Path, state: Mapping[str, Any], leftovers: Leftovers, *, keep: bool = True
) -> Iterator[Path]:
    """Give the folder for the parts of a target, empty or with those that are finished.

    It is removed when the block ends without an exception, or before any part is finished.

    Parameters
    ----------
    target : Path
        What the parts will make.
    state : mapping
        What the result depends on, as `describe` gives it.
    leftovers : {"refuse", "resume", "replace"}
        Whether what an unfinished run has left stops this one, is gone on with, or is removed.
    keep : bool
        Whether this run leaves its finished parts when it is ended.

    Raises
    ------
    DataError
        There is such a run and it is not said what to do with it, it was of other things, or it
        is still at work.
    """
    folder = folder_of(target)
    if folder.exists():
        _check_ours(folder)
        if leftovers == "refuse":
            raise DataError(
                f"{folder}: an unfinished 'stancelab score' has left its parts here; go on with "
                "it with --resume, or begin anew with --replace"
            )
    folder.mkdir(exist_ok=True)
    with _alone(folder):
        _begin(folder, state, resume=leftovers == "resume")
        try:
            yield folder
            _clear(folder)
        finally:
            if not (keep and any(folder.glob(_FINISHED))):
                shutil.rmtree(folder)


def _begin(folder: Path, state: Mapping[str, Any], *, resume: bool) -> None:
    """Keep what is there if it can be gone on with, else make the folder empty."""
    written = folder / _STATE
    if resume and written.exists():
        _check_same(folder, json.loads(written.read_text(encoding="utf-8")), state)
        return
    _clear(folder)
    with writing(written) as path:
        path.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")


def _check_same(folder: Path, found: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    wanted = json.loads(json.dumps(state))
    other = [_SHOWN.get(name, name) for name in wanted if found.get(name) != wanted[name]]
    if other:
        raise DataError(
            f"{folder}: the unfinished run had {' and '.join(other)}; give it the same again, or "
            "begin anew with --replace"
        )


def _check_ours(folder: Path) -> None:
    others = [path.name for path in folder.iterdir() if not _OURS.fullmatch(path.name)]
    if others:
        raise DataError(
            f"{folder}: holds {min(others)!r}, which no run has left; choose another output"
        )


def _clear(folder: Path) -> None:
    """Remove all but the lock; first what says that parts are finished."""
    for pattern in (_FINISHED, "*"):
        for path in folder.glob(pattern):
            if path.name != _LOCK:
                path.unlink()


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """See to it that one run is at work in a folder; the lock of a killed one is gone with it."""
    with (folder / _LOCK).open("w") as file:
        try:
            _lock(file)
        except BlockingIOError:
            raise DataError(f"{folder}: another run is at work here; wait for its end") from None
        yield


def _lock(file: IO[str]) -> None:
    try:
        import fcntl
    except ModuleNotFoundError:  # on Windows, where a file that is open cannot be removed either
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:  # some file systems have no locks
        return
