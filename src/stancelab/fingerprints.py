"""Digests that tell whether two trainings would give the same result."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stancelab.splits.parts import PARTS, Split

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CODE = (
    "encoders",
    "features",
    "finetuning",
    "models",
    "predictors",
    "splits",
    "text.py",
    "schema.py",
)


def sha256(parts: Sequence[Any]) -> str:
    """Digest what JSON can hold.

    Examples
    --------
    >>> sha256([{"C": 1.0, "window": 8}]) == sha256([{"window": 8, "C": 1.0}])
    True
    """
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def digest_rows(split: Split, test_set_of: NDArray[np.str_]) -> str:
    """Digest the very rows of a split, and the test sets that they are scored in."""
    found = hashlib.sha256()
    for part in PARTS:
        found.update(np.ascontiguousarray(getattr(split, part), dtype=np.int64).tobytes() + b"|")
    found.update("\n".join(test_set_of[split.test].tolist()).encode())
    return found.hexdigest()


def digest_code() -> str:
    """Digest the code that decides what a cell learns, so that an edited model is run anew."""
    package = Path(__file__).parent
    files = [file for name in _CODE for file in sorted((package / name).rglob("*.py"))]
    files += [package / name for name in _CODE if name.endswith(".py")]
    found = hashlib.sha256()
    for file in files:
        found.update(file.read_bytes())
    return found.hexdigest()
