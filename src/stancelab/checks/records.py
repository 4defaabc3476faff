"""The records of a statement table: the rows of the corpus' own file, numbered by their text.

A record may give several rows, one an actor; copies are counted in records, so that the figures
are those that one gets from the corpus' own files.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stancelab.datasets.reading import RECORD
from stancelab.text import fold

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

SHOWN_CHARACTERS = 300
"""Of a text that is shown as an example."""


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """The records of a table, as numbers.

    Attributes
    ----------
    table : pyarrow.Table
        The rows.
    parts : tuple of str
        The parts in the order of the table, as ``dataset/split``.
    texts : tuple of str
        The distinct texts, folded; one that folds to nothing (emoji alone) stands as written.
    part, text : numpy.ndarray of int, shape (n_records,)
        Which of the parts and of the texts.
    answer : numpy.ndarray of int, shape (n_records,)
        Equal for records of the same text with the same labels for the same actors.
    unfolded_text, unfolded_answer : numpy.ndarray of int, shape (n_records,)
        The same for texts to the letter, and for the answers with their sources.
    row : numpy.ndarray of int, shape (n_records,)
        The first row of each record.
    text_of_row, part_of_row : numpy.ndarray of int, shape (n_rows,)
        Which of the texts and of the parts a row has.
    """

    table: pa.Table
    parts: tuple[str, ...]
    texts: tuple[str, ...]
    part: NDArray[np.int64]
    text: NDArray[np.int64]
    answer: NDArray[np.int64]
    unfolded_text: NDArray[np.int64]
    unfolded_answer: NDArray[np.int64]
    row: NDArray[np.int64]
    text_of_row: NDArray[np.int64]
    part_of_row: NDArray[np.int64]

    def presence(self, keys: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say which parts have which keys, shape (n_keys, n_parts)."""
        found = np.zeros((int(keys.max(initial=-1)) + 1, len(self.parts)), dtype=bool)
        found[keys, self.part] = True
        return found

    def sizes(self) -> NDArray[np.int64]:
        """Count the records of each part."""
        return np.bincount(self.part, minlength=len(self.parts))

    def ids(self, records: NDArray[np.int64]) -> list[str]:
        """Give the id of the first row of each of some records."""
        found: list[str] = self.table.column("id").take(self.row[records]).to_pylist()
        return found


def records_of(table: pa.Table) -> Records:
    """Find the parts, texts and records of a statement table.

    Rows of one record have the same ``record`` in their attributes; a row without it is a record
    of its own.

    Examples
    --------
    >>> from stancelab.schema import as_table
    >>> found = records_of(as_table([{"text": "Rome met Oslo.", "actor": "Oslo"},
    ...                              {"text": "ROME met Oslo!", "actor": "Rome"}]))
    >>> found.texts, found.text.tolist(), found.answer.tolist()
    (('rome met oslo',), [0, 0], [0, 1])
    """
    names = ("text", "actor", "source", "label", "dataset", "split", "id", "attributes")
    columns = {name: table.column(name).to_pylist() for name in names}
    texts, text_of_row = _numbered_texts(columns["text"])
    parts, part_of_row = _numbered(map(part_name, columns["dataset"], columns["split"]))
    keys = map(_record_key, columns["attributes"], range(len(table)))
    _, record_of_row = _numbered(zip(part_of_row.tolist(), keys, strict=True))
    _, row = np.unique(record_of_row, return_index=True)
    answers: list[list[Any]] = [[] for _ in row]
    unfolded: list[list[Any]] = [[] for _ in row]
    for number, record in enumerate(record_of_row.tolist()):
        actor, label = columns["actor"][number].casefold(), columns["label"][number]
        answers[record].append((int(text_of_row[number]), actor, label))
        unfolded[record].append((columns["text"][number], actor, columns["source"][number], label))
    return Records(
        table,
        tuple(parts),
        texts,
        part_of_row[row],
        text_of_row[row],
        _numbered(map(frozenset, answers))[1],
        _numbered(columns["text"])[1][row],
        _numbered(map(frozenset, unfolded))[1],
        row,
        text_of_row,
        part_of_row,
    )


def part_name(dataset: str, split: str) -> str:
    """Name a part of the data.

    Examples
    --------
    >>> part_name("dse", "train"), part_name("mine", ""), part_name("", "")
    ('dse/train', 'mine', 'all')
    """
    return "/".join(name for name in (dataset, split) if name) or "all"


def shown(text: str) -> str:
    """Shorten a text that is shown as an example."""
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def _numbered_texts(texts: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    # Folding is the slow step, so that equal texts are folded once.
    distinct, first = _numbered(texts)
    folded, second = _numbered(fold(text) or text.strip() for text in distinct)
    return tuple(folded), second[first]


def _numbered(keys: Iterable[Any]) -> tuple[list[Any], NDArray[np.int64]]:
    """Give distinct keys in the order of their first appearance, and the number of each key."""
    seen: dict[Hashable, int] = {}
    numbers = [seen.setdefault(key, len(seen)) for key in keys]
    return list(seen), np.array(numbers, dtype=np.int64)


def _record_key(attributes: str, row: int) -> Hashable:
    # Most rows have no such key, and parsing JSON for nothing takes time.
    if f'"{RECORD}"' in attributes:
        found = json.loads(attributes).get(RECORD)
        if found is not None:
            return str(found)
    return row
