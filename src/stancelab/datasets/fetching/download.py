"""Getting the original files of a corpus into its folder, each exactly as it was published."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import stancelab
from stancelab.datasets.checksums import UPSTREAM, CorpusFile
from stancelab.datasets.fetching.patience import Patience
from stancelab.datasets.fetching.transfer import Transfer
from stancelab.datasets.folder import sha256
from stancelab.errors import DownloadError, MissingExtraError, StancelabError

if TYPE_CHECKING:
    from filelock import BaseFileLock

MIRROR_VARIABLE = "STANCELAB_MIRROR"
PATIENCE = Patience()
_LOCK = ".fetch.lock"

Progress = Callable[[int, int, str], None]
"""Is told the bytes that are there, the bytes there will be, and what is being done."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch found and brought.

    Attributes
    ----------
    folder : Path
        Where the files are.
    fetched, present : tuple of CorpusFile
        The files that were brought, and those that were there already.
    """

    folder: Path
    fetched: tuple[CorpusFile, ...]
    present: tuple[CorpusFile, ...]


def fetch_files(
    files: Sequence[CorpusFile],
    folder: Path,
    *,
    mirror: str | None = None,
    replace: bool = False,
    patience: Patience = PATIENCE,
    progress: Progress = lambda done, total, what: None,
) -> Fetched:
    """Fetch the files of a corpus that are not in its folder yet.

    A file that is there and right is not asked for. Interrupted or killed at any point, the same
    call goes on where it was; several processes may call it for the same folder.

    Parameters
    ----------
    files : sequence of CorpusFile
        The files, as `files_of` lists them.
    folder : Path
        The folder of the corpus; made where it does not exist.
    mirror : str, optional
        Address that stands in for the one of GitHub's files; by default the one that
        ``STANCELAB_MIRROR`` names, or GitHub.
    replace : bool
        Put the published file in the place of another one.
    patience : Patience
        How often a transfer is tried, and how long it waits.
    progress : callable, optional
        Is told the bytes that are there, the bytes there will be, and what is being done.

    Returns
    -------
    Fetched
        The files that were brought, and those that were there.

    Raises
    ------
    DownloadError
        A file cannot be had, is not the published one, or would lie outside the folder; or
        another file is in its place; or it cannot be written.
    MissingExtraError
        The packages that this needs are not installed.
    """
    base = mirror_address(mirror)
    places = {file: place_of(folder, file) for file in files}
    with _storage_reported(folder):
        missing = _missing(places, replace)
        if missing:
            missing = _fetch(missing, folder, base, replace, patience, progress)
    present = tuple(file for file in files if file not in missing)
    return Fetched(folder, tuple(missing), present)


def mirror_address(mirror: str | None = None) -> str:
    """Name the address before ``/<repository>/<commit>/<path>``: as given, as set, or GitHub's.

    Raises
    ------
    StancelabError
        It is no address of a web server.

    Examples
    --------
    >>> mirror_address("https://mirror.example/raw/")
    'https://mirror.example/raw'
    """
    base = mirror or os.environ.get(MIRROR_VARIABLE) or UPSTREAM
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise StancelabError(
            f"{'--mirror' if mirror else MIRROR_VARIABLE}: found {base!r}, expected an address "
            "such as https://host/path"
        )
    return base.rstrip("/")


def url_of(file: CorpusFile, base: str) -> str:
    """Name the address of a file.

    Examples
    --------
    >>> url_of(CorpusFile("x", "a.csv", "owner/data", "1f", "体育/a b.csv", "0", 1), "https://host")
    'https://host/owner/data/1f/%E4%BD%93%E8%82%B2/a%20b.csv'
    """
    return f"{base}/{quote(f'{file.repository}/{file.commit}/{file.upstream_path}')}"


def place_of(folder: Path, file: CorpusFile) -> Path:
    """Name the place of a file, which is always inside the folder.

    Raises
    ------
    DownloadError
        Its path, or a link on the way to it, leads outside.
    """
    path = file.path
    strange = "\\" in path or PureWindowsPath(path).drive or not path.isprintable()
    place = folder / path
    if (
        strange
        or any(part in ("", ".", "..") for part in path.split("/"))
        or not place.parent.resolve().is_relative_to(folder.resolve())
    ):
        raise DownloadError(
            file.dataset,
            f"found the path {path!r}, expected one inside {folder}",
            "nothing was fetched; remove links that lead out of the folder",
        )
    return place


def _missing(places: Mapping[CorpusFile, Path], replace: bool) -> dict[CorpusFile, Path]:
    """Pick the files that are not there, or that are to be replaced."""
    return {file: place for file, place in places.items() if not _is_there(file, place, replace)}


def _is_there(file: CorpusFile, place: Path, replace: bool) -> bool:
    if not os.path.lexists(place):
        return False
    if not place.is_file():
        raise DownloadError(place, "found a folder or a broken link", "remove it")
    found = sha256(place)
    if found != file.sha256 and not replace:
        raise DownloadError(
            place,
            f"there is a file with SHA-256 {found[:12]}…, expected {file.sha256[:12]}…",
            "remove it, or put the published one in its place with --replace",
        )
    return found == file.sha256


def _fetch(
    missing: Mapping[CorpusFile, Path],
    folder: Path,
    base: str,
    replace: bool,
    patience: Patience,
    progress: Progress,
) -> dict[CorpusFile, Path]:
    try:
        import filelock
        import requests
    except ImportError as error:
        raise MissingExtraError(error.name or "requests", "train") from None

    folder.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(folder / _LOCK)
    with (
        _alone(lock, lambda: progress(0, 1, f"waiting for another fetch into {folder}")),
        requests.Session() as session,
    ):
        session.headers["User-Agent"] = f"stancelab/{stancelab.__version__}"
        # Another process may have brought them while this one waited for its turn.
        missing = _missing(missing, replace)
        total, before = sum(file.size for file in missing), 0
        for file, place in missing.items():
            place.parent.mkdir(parents=True, exist_ok=True)
            report = _counted(progress, before, total)
            Transfer(session, url_of(file, base), file, place, patience, report).run()
            before += file.size
    return dict(missing)


@contextmanager
def _alone(lock: BaseFileLock, waiting: Callable[[], None]) -> Iterator[None]:
    """Let one process at a time fetch into a folder; one that was killed lets go too."""
    from filelock import Timeout

    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _counted(progress: Progress, before: int, total: int) -> Callable[[int, str], None]:
    return lambda done, what: progress(before + done, total, what)


@contextmanager
def _storage_reported(folder: Path) -> Iterator[None]:
    """Say in one line that the disk is full, or what else stands against writing."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise DownloadError(
            error.filename or folder,
            f"cannot be written or read: {error.strerror or error}",
            f"{'make room' if full else 'name another folder with STANCELAB_DATA'}; what has "
            "arrived is kept, the same command continues",
        ) from error
