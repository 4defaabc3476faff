"""A loaded corpus as an Arrow file, so that the second load only maps it into memory."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa

import stancelab
from stancelab.datasets.base import DatasetSpec, Loaded
from stancelab.places import cache_directory
from stancelab.schema import SCHEMA

_ABOUT = b"stancelab"
_SHARED = ("stancelab.datasets.reading", "stancelab.text", "stancelab.schema")
"""Modules that decide, beside the loader's own, what a table holds."""


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
    _write(place, loaded)
    return loaded


def _key(spec: DatasetSpec, options: Sequence[str], digest: str) -> str:
    """Digest all that decides what the table holds, the code of the loader included."""
    parts = [stancelab.__version__, digest, *options]
    parts += [_source(name) for name in (spec.load.__module__, *_SHARED)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _source(module: str) -> str:
    return Path(str(import_module(module).__file__)).read_text(encoding="utf-8")


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
    scratch, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}-")
    try:
        with os.fdopen(scratch, "wb") as file, pa.ipc.new_file(file, schema) as writer:
            writer.write_table(loaded.table.cast(schema))
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
