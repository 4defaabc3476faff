"""Answers on disk, each a file of its own, so that nothing is asked twice."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from stancelab.llm.answers import Answer
from stancelab.llm.errors import NonsenseError
from stancelab.places import cache_directory

_FORMAT = 1


class AnswerCache:
    """Answers by what decides them. Several processes can use it at once.

    Parameters
    ----------
    folder : Path, optional
        By default ``llm`` in `cache_directory`.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or cache_directory() / "llm"

    def key(self, decides: Mapping[str, Any], messages: Sequence[Mapping[str, str]]) -> str:
        """Give the SHA-256 of address, model, parameters and prompt."""
        parts = json.dumps([_FORMAT, decides, messages], sort_keys=True)
        return hashlib.sha256(parts.encode()).hexdigest()

    def read(self, key: str, labels: Sequence[str]) -> Answer | None:
        """Read an answer; None where there is none, or a file that is damaged."""
        try:
            found = json.loads(self._place(key).read_text(encoding="utf-8"))
            return Answer.from_dict(found, labels)
        except (OSError, ValueError, RecursionError, NonsenseError):
            return None

    def write(self, key: str, answer: Answer) -> None:
        """Write an answer beside its place and rename it, so that it is whole or not there."""
        place = self._place(key)
        with suppress(OSError):  # without the file the next run asks again
            place.parent.mkdir(parents=True, exist_ok=True)
            handle, scratch = tempfile.mkstemp(prefix=".", dir=place.parent)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(answer.to_dict(), file)
                Path(scratch).replace(place)
            finally:
                Path(scratch).unlink(missing_ok=True)

    def _place(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.json"
