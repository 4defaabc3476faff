"""Where the files of the public corpora lie, and whether they are the ones we know."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from stancelab.datasets.checksums import CorpusFile, files_of
from stancelab.errors import ChangedFileError, MissingFilesError
from stancelab.places import data_directory


def corpus_directory(name: str) -> Path:
    """Name the folder of a corpus' original files."""
    return data_directory() / name


def is_present(name: str) -> bool:
    """Say whether every file that the loader of a corpus reads is there, whatever is in it."""
    return not list(_missing(name, corpus_directory(name)))


def check_files(name: str, folder: Path, *, unverified: bool = False) -> str:
    """Check that the files which a loader reads are there and are the ones we know.

    Parameters
    ----------
    name : str
        The corpus.
    folder : Path
        The folder of its files.
    unverified : bool
        Go on although a file has another hash.

    Returns
    -------
    str
        SHA-256 over all of the files' digests, as they are.

    Raises
    ------
    MissingFilesError
        Files are missing; names them and the command that gets them.
    ChangedFileError
        A file has another SHA-256 than the one we know.
    """
    missing = list(_missing(name, folder))
    if missing:
        raise MissingFilesError(name, folder, missing)
    total = hashlib.sha256()
    for file in _read(name):
        found = sha256(folder / file.path)
        if found != file.sha256 and not unverified:
            raise ChangedFileError(folder / file.path, found, file.sha256, name)
        total.update(found.encode())
    return total.hexdigest()


def sha256(path: Path) -> str:
    """Digest a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read(name: str) -> Iterator[CorpusFile]:
    return (file for file in files_of(name) if not file.is_licence)


def _missing(name: str, folder: Path) -> Iterator[str]:
    return (file.path for file in _read(name) if not (folder / file.path).is_file())
