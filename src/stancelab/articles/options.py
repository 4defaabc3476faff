"""How articles are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stancelab.articles.kinds import InputKind
from stancelab.errors import StancelabError

Refused = Callable[[StancelabError], None]
"""Is told of an article that cannot be read, so that the others can."""


@dataclass(frozen=True, slots=True)
class Options:
    """How articles are read.

    Attributes
    ----------
    kind : {"plain", "html", "markdown", "csv", "tsv", "jsonl", "parquet"}, optional
        What the input is; without it, the ending tells, or how it begins.
    language : str, optional
        One of the ten languages; without it, each paragraph tells.
    encoding : str, optional
        What the input is encoded in; without it, the bytes tell.
    text : str
        The column of a table that holds the articles.
    refused : callable, optional
        Is told of articles that cannot be read; without it, the first of them is raised.
    """

    kind: InputKind | None = None
    language: str | None = None
    encoding: str | None = None
    text: str = "text"
    refused: Refused | None = None
