"""Writing an HTML page where the user wants it, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from stancelab.errors import DataError

_READABLE = 0o644


def check_place(path: Path) -> None:
    """Refuse a place that no page can be written to, before any work is done.

    Raises
    ------
    DataError
        The folder is missing, or the path is a folder.
    """
    if path.is_dir():
        raise DataError(f"{path}: is a folder; expected the name of a file to write")
    if not path.parent.is_dir():
        raise DataError(f"{path}: the folder {path.parent} does not exist; make it first")


def write_page(path: Path, content: str) -> None:
    """Write a page whole or not at all."""
    encoded = content.encode("utf-8", "replace")  # a text may hold half a surrogate pair
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(encoded)
            file.close()
            os.chmod(file.name, _READABLE)
            os.replace(file.name, path)
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise
