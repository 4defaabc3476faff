"""The folders that stancelab reads and writes beside the ones a user names."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_cache_path

DATA_VARIABLE = "STANCELAB_DATA"
CACHE_VARIABLE = "STANCELAB_CACHE"


def data_directory() -> Path:
    """Name the folder that holds a folder for each corpus: ``STANCELAB_DATA``, or ``data/raw``."""
    return Path(os.environ.get(DATA_VARIABLE) or Path("data") / "raw")


def cache_directory() -> Path:
    """Name the folder for what can be made again: ``STANCELAB_CACHE``, or the user's cache."""
    return Path(os.environ.get(CACHE_VARIABLE) or user_cache_path("stancelab"))
