"""The package's own code inside a folder, so that it serves where stancelab is not installed."""

from __future__ import annotations

import shutil
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import stancelab

CODE_FOLDER = "code"
_KEPT = (".py", ".toml", ".tsv")
"""Code, the lexicon and the digests of corpora; templates of pages serve nobody."""
_LEFT_OUT = ("corpus", "__pycache__")
_LICENCE = "licenses/LICENSE"


def carry_code(folder: Path) -> None:
    """Copy the package's code and the data that answering reads into a folder.

    Parameters
    ----------
    folder : Path
        Gets ``code/stancelab``, and the licence of the code.
    """
    package = Path(stancelab.__file__).parent
    place = folder / CODE_FOLDER / package.name
    for file in sorted(package.rglob("*")):
        inside = file.relative_to(package)
        if file.suffix in _KEPT and not set(inside.parts) & set(_LEFT_OUT):
            (place / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place / inside)
    if text := _licence():
        (folder / CODE_FOLDER / "LICENSE").write_text(text, encoding="utf-8")


def _licence() -> str | None:
    try:
        return distribution(stancelab.__name__).read_text(_LICENCE)
    except PackageNotFoundError:
        return None
