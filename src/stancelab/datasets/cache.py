"""A loaded corpus as an Arrow file, so that the second load only maps it into memory."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pyarrow as pa

import stancelab
from stancelab.datasets.base import DatasetSpec, Loaded
from stancelab.places import cache_directory
from stancelab.schema import SCHEMA

_ABOUT = b"stancelab"
_SHARED = ("stancelab.datasets.reading", "stancelab.text", "stancelab.schema")
"""Modules that decide, beside the loaders, what a table holds."""


def load_cached(spec: DatasetSpec, folder: Path, options: Sequence[str], digest: str) -> Loaded:
    """Load a corpus from its files, or from what was made of the very same files before.

    Parameters
    ----------
    spec : DatasetSpec
        The corpus.
    folder : Path
        The folder of its files.
    options : sequence of str
        Its options that are on.
    digest : str
        SHA-256 of the files.
    """
    place = cache_directory() / "corpora" / f"{spec.name}-{_key(spec, options, digest)}.arrow"
    if place.is_file():
        return _read(place)
    loaded = spec.load(folder, **dict.fromkeys(options, True))
    with suppress(OSError):  # a cache that cannot be written costs the next load its time
        _write(place, loaded)
    return loaded


def _key(spec: DatasetSpec, options: Sequence[str], digest: str) -> str:
    """Digest all that decides what the table holds, the code of the loader included."""
    parts = [stancelab.__version__, digest, *options]
    corpora = Path(__file__).with_name("corpora")
    files = [*sorted(corpora.glob("*.py")), *(_file(name) for name in _SHARED)]
    parts += [file.read_text(encoding="utf-8") for file in files]
    parts += [one.version for one in distributions(name="babel")]  # names countries for C-STANCE
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _file(module: str) -> Path:
    return Path(str(import_module(module).__file__))


def _read(place: Path) -> Loaded:
    with pa.memory_map(str(place)) as source:
        table = pa.ipc.open_file(source).read_all()
    about: dict[str, Any] = json.loads(table.schema.metadata[_ABOUT])
    return Loaded(table.replace_schema_metadata(None), about["dropped"], about["notes"])


def _write(place: Path, loaded: Loaded) -> None:
    """Write next to the place and rename, so that a killed process leaves nothing half-written."""
    place.parent.mkdir(parents=True, exist_ok=True)
    about = json.dumps({"dropped": dict(loaded.dropped), "notes": dict(loaded.notes)})
    schema = SCHEMA.with_metadata({_ABOUT: about.encode()})
    scratch = place.with_name(f".{place.name}-{os.getpid()}")
    try:
        with scratch.open("wb") as file, pa.ipc.new_file(file, schema) as writer:
            writer.write_table(loaded.table.cast(schema))
        scratch.replace(place)
    finally:
        scratch.unlink(missing_ok=True)
