"""The original files of the public corpora: where each comes from, and its SHA-256."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

UPSTREAM = "https://raw.githubusercontent.com"
_TABLE = Path(__file__).with_name("checksums.tsv")


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """One original file of a corpus, as its authors published it.

    Attributes
    ----------
    dataset : str
        Name of the corpus, and of its folder.
    path : str
        Place in that folder, with ``/`` between its parts.
    repository, commit, upstream_path : str
        The GitHub repository, the commit and the path in it.
    sha256 : str
        Digest in hexadecimal digits.
    size : int
        Bytes.
    """

    dataset: str
    path: str
    repository: str
    commit: str
    upstream_path: str
    sha256: str
    size: int

    @property
    def is_licence(self) -> bool:
        """Whether it is the licence's text, which no loader reads."""
        return "LICENSE" in self.path.rpartition("/")[2]


@cache
def files_of(name: str) -> tuple[CorpusFile, ...]:
    """List the original files of a corpus; none for the embedded one.

    Examples
    --------
    >>> [file.path for file in files_of("dse")]
    ['test.txt', 'train.txt', 'valid.txt']
    """
    with _TABLE.open(encoding="utf-8", newline="") as table:
        rows = [row for row in csv.DictReader(table, delimiter="\t") if row["dataset"] == name]
    return tuple(
        CorpusFile(
            name,
            row["file"].removeprefix(f"{name}/"),
            row["upstream_repository"],
            row["commit"],
            row["upstream_path"],
            row["sha256"],
            int(row["bytes"]),
        )
        for row in rows
    )
