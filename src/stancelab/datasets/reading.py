"""What the loaders of the public corpora share: reading a file by lines, and making a row.

A file that is not as the loader knows it is an error that names file, line and column.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from stancelab.datasets.base import Loaded
from stancelab.errors import SchemeError
from stancelab.schema import LABELS, NO_SPAN, UNLABELLED, as_table

RECORD = "record"
"""Attribute that names the corpus' own row, where that gives several pairs."""

NOT_NAMED = (NO_SPAN, NO_SPAN)


class Line(NamedTuple):
    """One record of a corpus file, and where it stands."""

    path: Path
    number: int
    cells: Mapping[str, Any]

    def error(self, column: str, expected: str) -> SchemeError:
        """Say that a cell is not what the loader knows."""
        return SchemeError(self.path, self.number, column, self.cells.get(column, ""), expected)

    def within(self, cells: Any, *keys: str) -> Line:
        """Give what stands inside this record as a line of its own.

        Raises
        ------
        SchemeError
            It is no object, or lacks a key.
        """
        for key in keys:
            if not isinstance(cells, dict) or key not in cells:
                raise SchemeError(self.path, self.number, key, cells, "this key")
        return Line(self.path, self.number, cells)

    def label(self, column: str, labels: Mapping[str, str]) -> int:
        """Give the code of our label for a cell that holds one of the corpus' own.

        Raises
        ------
        SchemeError
            The cell holds another word.
        """
        native = str(self.cells[column])
        if native not in labels:
            raise self.error(column, " or ".join(labels))
        return LABELS.index(labels[native]) if labels[native] else UNLABELLED

    def span(self, start: str, end: str, text: str, mention: str) -> tuple[int, int]:
        """Give a span whose text is the mention.

        Raises
        ------
        SchemeError
            The span holds something else.
        """
        try:
            span = (int(self.cells[start]), int(self.cells[end]))
        except (TypeError, ValueError):
            raise self.error(start, "the span as whole numbers") from None
        if text[slice(*span)] != mention:
            raise self.error(start, f"the span of {mention!r}")
        return span


def read_csv(
    path: Path, columns: Sequence[str], *, delimiter: str = ",", encoding: str = "utf-8-sig"
) -> Iterator[Line]:
    """Read a table with a header line, record by record.

    Parameters
    ----------
    path : Path
        The file.
    columns : sequence of str
        Columns that it must have.
    delimiter, encoding : str
        How it is written; cells may be quoted.

    Raises
    ------
    SchemeError
        A column is missing, a record has other cells than the header, or the encoding differs.
    """
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.DictReader(file, delimiter=delimiter)
        try:
            found = reader.fieldnames or []
            missing = [name for name in columns if name not in found]
            if missing:
                raise SchemeError(path, 1, missing[0], ", ".join(found), "this column")
            for cells in reader:
                if None in cells or None in cells.values():
                    expected = f"{len(found)} cells"
                    raise SchemeError(path, reader.line_num, "", "more or fewer", expected)
                yield Line(path, reader.line_num, cells)
        except UnicodeDecodeError as error:
            line = _undecodable_line(path, encoding)
            raise SchemeError(path, line, "", error.reason, encoding) from None
        except csv.Error as error:
            raise SchemeError(path, reader.line_num, "", error, "quoted cells") from None


def _undecodable_line(path: Path, encoding: str) -> int:
    """Find the line of the first bytes that cannot be decoded; a reader is some lines ahead."""
    content = path.read_bytes()
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        return content.count(b"\n", 0, error.start) + 1
    return 1


def read_jsonl(path: Path, keys: Sequence[str]) -> Iterator[Line]:
    """Read a file with a JSON object on each line.

    Raises
    ------
    SchemeError
        A line is no such object, or lacks a key.
    """
    for number, content in read_lines(path):
        try:
            cells = json.loads(content)
        except json.JSONDecodeError as error:
            raise SchemeError(path, number, "", content, f"JSON ({error.msg})") from None
        yield Line(path, number, {}).within(cells, *keys)


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Read the lines of a UTF-8 file, numbered from 1, without their ends.

    Only a line feed ends a line: texts hold other separators.

    Raises
    ------
    SchemeError
        The file is not UTF-8.
    """
    with path.open("rb") as file:
        for number, content in enumerate(file, 1):
            try:
                yield number, content.decode().rstrip("\r\n")
            except UnicodeDecodeError as error:
                raise SchemeError(path, number, "", error.reason, "UTF-8") from None


def row(
    key: str,
    text: str,
    actor: str,
    label: int,
    *,
    native: str,
    span: tuple[int, int] = NOT_NAMED,
    source: str = "",
    document: str = "",
    split: str = "",
    language: str,
    attributes: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Make a row of the statement table.

    Parameters
    ----------
    key : str
        Name of the corpus, a slash, and the corpus' own key.
    text, actor : str
        The statement and the actor as asked for.
    label : int
        Code of our label.
    native : str
        The corpus' own label.
    span : tuple of int
        Where the actor is named.
    source : str
        Who speaks or acts.
    document : str
        Article or event; by default the text by itself.
    split : str
        The corpus' own split.
    language : str
        BCP 47 code.
    attributes : mapping, optional
        What slices can use.
    """
    statement = text_key(text)
    return {
        "id": key,
        "statement": statement,
        "document": document or statement,
        "text": text,
        "actor": actor,
        "mention_start": span[0],
        "mention_end": span[1],
        "source": source,
        "language": language,
        "label": label,
        "native_label": native,
        "dataset": key.partition("/")[0],
        "split": split,
        "attributes": json.dumps(attributes or {}, ensure_ascii=False),
    }


def loaded(
    rows: Sequence[Mapping[str, Any]],
    dropped: Mapping[str, int] | None = None,
    notes: Mapping[str, int] | None = None,
) -> Loaded:
    """Make a table of rows, and count those that do not name their actor; zeros are left out."""
    unnamed = sum(one["mention_start"] == NO_SPAN for one in rows)
    counts = {**(notes or {}), "actor not named in the text": unnamed}
    return Loaded(as_table(rows), _present(dropped or {}), _present(counts))


def _present(counts: Mapping[str, int]) -> dict[str, int]:
    return {reason: count for reason, count in counts.items() if count}


def text_key(text: str) -> str:
    """Give a short key that equal texts share, whatever corpus they stand in.

    Examples
    --------
    >>> text_key("Kyiv thanked Warsaw.")
    '5ea3bdc332d7b159'
    """
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
