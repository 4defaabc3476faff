"""Rows that a server is asked about: what is looked at of them, and which are refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stancelab.errors import InputError
from stancelab.export.layout import INPUT_COLUMNS

_TEXTS = ("text", "actor")


def asked_rows(columns: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    """Keep the columns that a classifier looks at, and check the texts and actors in them.

    Spans, and that no column is missing, are checked where the statement table is made.

    Parameters
    ----------
    columns : mapping of str to sequence
        What was sent, by column; one value for each row.

    Raises
    ------
    InputError
        A text or an actor is none: it is empty, not text, or cannot be written as UTF-8.

    Examples
    --------
    >>> asked_rows({"text": ["Kyiv thanked Warsaw."], "actor": ["Warsaw"], "note": [1]})
    {'text': ['Kyiv thanked Warsaw.'], 'actor': ['Warsaw']}
    """
    known = {name: columns[name] for name in INPUT_COLUMNS if name in columns}
    for name in _TEXTS:
        for row, value in enumerate(known.get(name, ())):
            if not isinstance(value, str) or not value.strip():
                raise InputError(name, f"expected text, found {value!r}", row=row)
            if not _is_whole(value):
                raise InputError(name, "holds half a surrogate pair; expected Unicode", row=row)
    return known


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
