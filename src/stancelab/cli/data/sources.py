"""What ``stancelab data convert`` reads: a corpus, a file or a data set of the hub."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from stancelab.cli import display
from stancelab.errors import StancelabError

if TYPE_CHECKING:
    import pyarrow as pa

OnError = Literal["fail", "skip"]

_BLOCK = 1 << 20
_TERMS = {"unstated": "no licence is stated", "non-commercial": "non-commercial use only"}


class Words(NamedTuple):
    """The words of the command that say how the source is read."""

    columns: Mapping[str, str | None]
    labels: Sequence[str]
    subset: str | None
    revision: str | None
    splits: Sequence[str] | None
    options: Sequence[str]
    unverified: bool

    def refuse(self, source: str, *unused: str) -> None:
        """Refuse words that mean nothing for a source, rather than ignoring them."""
        given = {
            "columns": next((f"--{n.replace('_', '-')}-column" for n in self.mapped), ""),
            "labels": "--label" if self.labels else "",
            "subset": "--subset" if self.subset else "",
            "revision": "--revision" if self.revision else "",
            "splits": "--split" if self.splits else "",
            "options": "--option" if self.options else "",
            "unverified": "--unverified" if self.unverified else "",
        }
        for name in unused:
            if given[name]:
                raise StancelabError(f"{given[name]} has no meaning for {source}; leave it out")

    @property
    def mapped(self) -> dict[str, str]:
        """Give the columns that were named; these must be there."""
        return {name: column for name, column in self.columns.items() if column is not None}


class Opened(NamedTuple):
    """A source: its tables, and counts that are whole when these have been read."""

    tables: Iterable[pa.Table]
    dropped: Mapping[str, int]
    notes: Mapping[str, int]
    total: int
    note: str = ""


def open_source(source: str, words: Words, on_error: OnError) -> Opened:
    """Open a corpus, a file or a data set of the hub, as its name tells which.

    Raises
    ------
    StancelabError
        It does not exist, cannot be read, or the words do not go with it.
    """
    from stancelab.datasets.own.hub import is_hub
    from stancelab.datasets.registry import SPECS, find_spec

    if is_hub(source):
        words.refuse(source, "options", "unverified")
        return _stream(source, words, on_error, 0)
    path = Path(source)
    if source in SPECS or not (path.suffix or path.exists() or len(path.parts) > 1):
        find_spec(source)
        words.refuse(source, "columns", "labels", "subset", "revision", "splits")
        return _corpus(source, words)
    words.refuse(source, "subset", "revision", "splits", "options", "unverified")
    return _stream(source, words, on_error, _lines(path))


def _corpus(name: str, words: Words) -> Opened:
    from stancelab.datasets.registry import find_spec, load

    spec = find_spec(name)
    loaded = load(name, dict.fromkeys(words.options, True), unverified=words.unverified)
    note = ""
    if spec.terms in _TERMS:
        reason = f"{name}: {_TERMS[spec.terms]} ({spec.licence})"
        note = f"{reason}; what was written is for your own use, do not pass it on"
    tables = _slices(loaded.table)
    return Opened(tables, loaded.dropped, loaded.notes, len(loaded.table), note)


def _slices(table: pa.Table) -> Iterator[pa.Table]:
    from stancelab.datasets.own.streaming import ROWS_AT_A_TIME

    return (table.slice(at, ROWS_AT_A_TIME) for at in range(0, len(table), ROWS_AT_A_TIME))


def _stream(source: str, words: Words, on_error: OnError, total: int) -> Opened:
    from stancelab.datasets.own.columns import Columns
    from stancelab.datasets.own.hub import HubOptions
    from stancelab.datasets.own.streaming import stream

    splits = tuple(words.splits) if words.splits else None
    options = HubOptions(subset=words.subset, revision=words.revision, splits=splits)
    columns = Columns.model_validate(words.mapped)
    found = stream(source, columns, label_words(words.labels), on_error, options)
    return Opened(found, found.dropped, found.notes, total)


def label_words(words: Sequence[str]) -> dict[str, str] | None:
    """Give the mapping of label words, if any.

    Examples
    --------
    >>> label_words(["against=hostile"])
    {'against': 'hostile'}
    """
    found = {}
    for word in words:
        theirs, equals, ours = word.rpartition("=")
        if not equals or not theirs:
            raise StancelabError(f"--label: expected WORD=LABEL, found {word!r}")
        if theirs in found:
            raise StancelabError(f"--label: the word {theirs!r} is given twice")
        found[theirs] = ours
    return found or None


def _lines(path: Path) -> int:
    """Count the lines of a text file, about as many as its rows, where a bar shows them."""
    if not display.notes().is_terminal or path.suffix == ".parquet" or not path.is_file():
        return 0
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(_BLOCK), b""))
