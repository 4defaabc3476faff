"""``SHA256SUMS``: the digest of every file of a bundle, as ``sha256sum --check`` reads it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable
from pathlib import Path, PurePosixPath, PureWindowsPath

from stancelab.errors import DamagedBundleError, UnsafeBundleError
from stancelab.export.layout import REQUIRED, SUMS, shown

_LINE = re.compile(r"([0-9a-f]{64})  (.+)")

LEFT_BY_OTHERS = (
    "registered_model_meta",  # MLflow, when it fetches a registered model
    *(".gitattributes", ".gitignore"),
    *(".DS_Store", "Thumbs.db", "desktop.ini"),
)
"""Files that are put beside a bundle by what moves or shows it; nothing in them is read."""
_FOLDERS_LEFT = (".cache", ".git", "__pycache__")
"""Folders of the kind: of the hub's client, of git, and of Python for the code that MLflow runs."""


def write_sums(folder: Path) -> None:
    """Write the digest of every file of a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    lines = [f"{_sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def check_sums(
    folder: Path, files: Collection[str], required: Collection[str] = REQUIRED
) -> frozenset[str]:
    """Hold every file of a bundle against its digest.

    Parameters
    ----------
    folder : Path
        The bundle.
    files : collection of str
        The files that lie in it.
    required : collection of str
        Those that must be listed.

    Returns
    -------
    frozenset of str
        The files that are listed, and as they were at export.

    Raises
    ------
    DamagedBundleError
        A file is missing or has changed, or the list is not whole.
    UnsafeBundleError
        A path leaves the folder, or a file is there that was not exported.
    """
    expected = _read_sums(folder)
    for name in expected:
        if _leaves(name):
            raise UnsafeBundleError(folder, f"{SUMS} names {shown(name)}, which lies outside it")
    _check_all_there(folder, expected, files, required)
    for name, digest in expected.items():
        try:
            found = _sha256(folder / name)
        except OSError as error:
            raise DamagedBundleError(folder, f"{shown(name)} is unreadable ({error})") from None
        if found != digest:
            raise DamagedBundleError(folder, f"{shown(name)} has changed since the export")
    return frozenset(expected)


def _check_all_there(
    folder: Path, expected: Collection[str], files: Collection[str], required: Collection[str]
) -> None:
    for name in required:
        if name not in expected:
            raise DamagedBundleError(folder, f"{SUMS} does not list {name}")
    for name in expected:
        if name not in files:
            raise DamagedBundleError(folder, f"{shown(name)} is missing")
    for name in _of_no_export(set(files) - set(expected)):
        raise UnsafeBundleError(folder, f"{shown(name)} is not in {SUMS}, so it was not exported")


def _of_no_export(unlisted: Iterable[str]) -> list[str]:
    return sorted(
        name
        for name in unlisted
        if name not in (SUMS, *LEFT_BY_OTHERS)
        and not set(PurePosixPath(name).parts[:-1]) & set(_FOLDERS_LEFT)
    )


def _read_sums(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / SUMS).read_bytes().decode("utf-8").split("\n")
    except FileNotFoundError:
        raise DamagedBundleError(folder, f"{SUMS} is missing") from None
    except (OSError, ValueError) as error:
        raise DamagedBundleError(folder, f"{SUMS} is unreadable ({error})") from None
    found: dict[str, str] = {}
    for number, line in enumerate(lines[:-1], start=1):
        parts = _LINE.fullmatch(line)
        if parts is None or parts[2] in found:
            problem = "names a file twice" if parts else "is not 'DIGEST  NAME'"
            raise DamagedBundleError(folder, f"line {number} of {SUMS} {problem}")
        found[parts[2]] = parts[1]
    if lines[-1]:
        raise DamagedBundleError(folder, f"{SUMS} breaks off in line {len(lines)}")
    return found


def _leaves(name: str) -> bool:
    """Say whether a path can lead out of the folder, on any system."""
    windows = PureWindowsPath(name)
    return bool(windows.drive or windows.root) or ".." in windows.parts


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
