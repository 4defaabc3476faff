"""Texts without labels that models may learn from: ``[data] unlabelled`` of an experiment file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from stancelab.datasets.folder import corpus_directory
from stancelab.errors import MissingExtraError, StancelabError
from stancelab.text import fold

if TYPE_CHECKING:
    from stancelab.datasets.base import Terms


@dataclass(frozen=True, slots=True)
class TextSpec:
    """A public collection of texts without labels.

    Attributes
    ----------
    name : str
        How experiments call it, and the folder that it lies in.
    file : str
        Its file in that folder, with a text a row.
    licence, terms, citation, homepage : str
        As those of a `DatasetSpec`.
    """

    name: str
    file: str
    licence: str
    terms: Terms
    citation: str
    homepage: str


TEXTS = {
    one.name: one
    for one in (
        TextSpec(
            "unlp2025",
            "posts.jsonl",
            "CC-BY-NC-SA-4.0",
            "non-commercial",
            "UNLP 2025 shared task on detecting manipulation in Ukrainian Telegram posts",
            "https://github.com/unlp-workshop/unlp-2025-shared-task",
        ),
    )
}
_OWN = TextSpec("", "", "not stated: your own file", "unstated", "", "")


@dataclass(frozen=True)
class Unlabelled:
    """Texts without labels, read when they are first asked for.

    Attributes
    ----------
    names : tuple of str
        Collections by name, or files and folders of articles as ``stancelab tag`` takes them.
    """

    names: tuple[str, ...]

    @cached_property
    def table(self) -> pa.Table:
        """A statement table: each sentence once for each actor that it names.

        Raises
        ------
        StancelabError
            A file is missing or cannot be read, or the extra ``articles`` is not installed.
        """
        try:
            from stancelab.tagging.asking import asked_table
        except ImportError as error:
            raise MissingExtraError(error.name or "sentencex", "articles") from None
        return pa.concat_tables([asked_table(place) for place in self.places()])

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the files."""
        found = hashlib.sha256()
        for place in self.places():
            for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
                if file.is_file():
                    found.update(hashlib.sha256(file.read_bytes()).digest())
        return found.hexdigest()

    def places(self) -> Iterator[Path]:
        """Give the file or folder of each.

        Raises
        ------
        StancelabError
            It is not there.
        """
        for name in self.names:
            spec = TEXTS.get(name)
            place = corpus_directory(name) / spec.file if spec else Path(name)
            if not place.exists():
                raise StancelabError(
                    f"data.unlabelled: {place} is not there; give one of {', '.join(TEXTS)} in "
                    "the data folder, or a file or folder of articles"
                )
            yield place

    def described(self) -> list[dict[str, Any]]:
        """Say what they are and under which licence, for a manifest."""
        return [
            {**asdict(TEXTS.get(name, _OWN)), "name": Path(name).name, "sha256": self.digest}
            for name in self.names
        ]


def without(table: pa.Table, others: Sequence[str]) -> pa.Table:
    """Leave out the rows whose text is one of others, such as those that are tested on.

    Examples
    --------
    >>> without(pa.table({"text": ["Oslo  replied.", "Rome did."]}), ["Oslo replied."]).num_rows
    1
    """
    known = {fold(text) for text in others}
    kept = [fold(text) not in known for text in table.column("text").to_pylist()]
    return table.filter(pa.array(np.array(kept, dtype=bool)))
