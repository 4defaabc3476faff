"""What must not lie in a bundle's folder: links out of it, and anything that a pickle can be in."""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from stancelab.errors import DamagedBundleError, UnsafeBundleError
from stancelab.export.layout import shown

PICKLED = (
    *(".pkl", ".pickle", ".pck", ".p", ".joblib", ".jbl", ".dill", ".cloudpickle", ".sav"),
    *(".pt", ".pth", ".pt2", ".ptl", ".bin", ".ckpt", ".mar", ".npy", ".npz"),
)
"""Endings under which pickles are kept; an array of NumPy can hold one."""

_ARRAYS = (".npy", ".npz")
_HEAD = 64
_PICKLE = re.compile(
    rb"\x80[\x02-\x05][!-~\x80-\x98]"  # protocols 2 to 5, then any instruction
    rb"|\(?c[A-Za-z_][\w.]*\n[A-Za-z_][\w.]*\n(p\d+\n|q.)?[(\])}]"  # 0 and 1: what is called, how
    rb"|\x93NUMPY",
    re.DOTALL,
)
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


def is_plain_name(name: object) -> bool:
    """Say whether a name can only mean a file that lies in the folder itself.

    Examples
    --------
    >>> [is_plain_name(name) for name in ("encoder.onnx", "../encoder.onnx", "a/b", "C:b", "..")]
    [True, False, False, False, False]
    """
    return isinstance(name, str) and bool(_NAME.fullmatch(name))


def safe_files(folder: Path) -> list[str]:
    """List the files of a bundle's folder, and refuse those that must not be there.

    Only the first bytes of a file are read, and the list of what an archive holds.

    Returns
    -------
    list of str
        Paths from the folder, with ``/``, sorted.

    Raises
    ------
    UnsafeBundleError
        A link leaves the folder, or a file can hold a pickle, by its ending or by its content.
    DamagedBundleError
        Something is neither file nor folder, or cannot be read.
    """
    found = []
    try:
        for path in _walk(folder):
            name = path.relative_to(folder).as_posix()
            _check_kind(folder, path, name)
            if what := _pickled(path):
                raise UnsafeBundleError(folder, f"{shown(name)} {what}, which can run code")
            found.append(name)
    except OSError as error:
        raise DamagedBundleError(folder, f"cannot be read ({error})") from None
    return sorted(found)


def _walk(folder: Path) -> Iterator[Path]:
    def fail(error: OSError) -> None:
        raise error

    for place, folders, files in os.walk(folder, onerror=fail):
        yield from (Path(place, name) for name in files)
        yield from (path for name in folders if (path := Path(place, name)).is_symlink())


def _check_kind(folder: Path, path: Path, name: str) -> None:
    if path.is_symlink():
        target = Path(os.path.realpath(path))
        if not target.is_relative_to(folder.resolve()):
            raise UnsafeBundleError(
                folder,
                f"{shown(name)} is a link to {shown(os.readlink(path))}, outside the folder",
            )
        if not target.exists() or target.is_dir():
            raise DamagedBundleError(folder, f"{shown(name)} is a link to no file")
    if not stat.S_ISREG(path.stat().st_mode):  # reading a pipe would wait for ever
        raise DamagedBundleError(folder, f"{shown(name)} is neither a file nor a folder")


def _pickled(path: Path) -> str:
    """Say why a file can hold a pickle; "" where it cannot."""
    suffix = path.suffix.lower()
    if suffix in PICKLED:
        return f"is of a kind ({suffix}) that can hold a pickle"
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if suffix == ".safetensors" and head[8:9] == b"{":  # begins with a length, of any bytes
        return ""
    if _PICKLE.match(head):
        return "holds a pickle"
    inside = _packed(path) if head.startswith(b"PK") else ()
    # the arrays in a file of skops are read without pickles
    forbidden = [one for one in PICKLED if suffix != ".skops" or one not in _ARRAYS]
    held = next((one for one in inside if PurePosixPath(one).suffix.lower() in forbidden), "")
    return f"is an archive that holds {shown(held)}" if held else ""


def _packed(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return []  # no archive that anything would open
