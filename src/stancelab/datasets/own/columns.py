"""Which column of a source holds what, and which of its words are our labels."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Literal

from pydantic import BaseModel, ConfigDict

from stancelab.datasets.own.records import Record
from stancelab.errors import DataError
from stancelab.schema import LABELS

OnError = Literal["fail", "skip"]

OUR_WORDS = {name: name for name in LABELS}
"""The label words that a source has unless the user says otherwise."""


class Columns(BaseModel):
    """Which column of the source holds what; by default the one of the same name, if any.

    ``mention`` holds the actor as it stands in the text; it or the two span columns say where
    the actor is named. With none of them, the actor itself is looked for.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = "text"
    actor: str = "actor"
    label: str = "label"
    mention: str = "mention"
    mention_start: str = "mention_start"
    mention_end: str = "mention_end"
    id: str = "id"
    document: str = "document"
    source: str = "source"
    language: str = "language"
    split: str = "split"


def check_columns(columns: Columns, file: str, record: Record, *, labelled: bool) -> None:
    """Refuse a source whose record lacks a column that is needed or mapped.

    Parameters
    ----------
    columns : Columns
        Which column holds what.
    file : str
        How messages name the source.
    record : Record
        The first record of it.
    labelled : bool
        Whether the label is needed.

    Raises
    ------
    DataError
        A column is missing; names those that were found and the closest.
    """
    needed = {"text", "actor"} | ({"label"} if labelled else set())
    for name in needed | columns.model_fields_set:
        column = getattr(columns, name)
        if column not in record.cells:
            raise _missing(file, record, name, column)


def checked_labels(source: object, labels: Mapping[str, str] | None) -> Mapping[str, str]:
    """Give the label words to ours, ours alone where none are given.

    Raises
    ------
    DataError
        A word is mapped to none of ours.
    """
    wrong = [ours for ours in (labels or {}).values() if ours not in LABELS]
    if wrong:
        raise DataError(
            f"{source}: label {wrong[0]!r} is not one of {', '.join(LABELS)}; map your words to "
            "these"
        )
    return labels or OUR_WORDS


def _missing(file: str, record: Record, name: str, column: str) -> DataError:
    found = list(record.cells)
    close = get_close_matches(column, found, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    option = name.replace("_", "-")
    return DataError(
        f"{file}:{record.line}: no column {column!r} for the {name}; {hint}"
        f'found: {", ".join(map(str, found)) or "none"}; name it with {name} = "…" under '
        f"[data.columns] (--{option}-column)"
    )
