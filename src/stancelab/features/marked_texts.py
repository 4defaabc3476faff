"""A statement and its actor as one text, for estimators that know texts and nothing else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stancelab.schema import NO_SPAN

if TYPE_CHECKING:
    import pyarrow as pa

BEGIN, END, ABSENT, ASKED = "__actor__", "__end__", "__absent__", "__asked__"
"""Each is one word to scikit-learn's vectorizers, whichever case they fold to."""

_SPELLED = re.compile(r"__(?=(?:actor|end|absent|asked)__)", re.IGNORECASE)


def marked_texts(table: pa.Table) -> list[str]:
    """Write each row as a text in which the actor is marked, with the name that is asked for.

    A row that names no actor is its text alone, as the actor-blind control shows it.

    Parameters
    ----------
    table : pyarrow.Table
        A statement table.

    Examples
    --------
    >>> from stancelab.schema import as_table
    >>> named = {"text": "Riga thanked Oslo.", "actor": "Oslo"}
    >>> marked_texts(as_table([named, {"text": "They met.", "actor": "Oslo"}]))
    ['Riga thanked __actor__ Oslo __end__ . __asked__ Oslo', 'They met. __absent__ __asked__ Oslo']
    """
    columns = ("text", "actor", "mention_start", "mention_end")
    rows = zip(*(table.column(name).to_pylist() for name in columns), strict=True)
    return [_marked(*row) for row in rows]


def _marked(text: str, actor: str, start: int, end: int) -> str:
    if start != NO_SPAN:
        mention = text[start:end]
        parts = [_plain(text[:start]), BEGIN, _plain(mention), END, _plain(text[end:])]
        parts += [ASKED, _plain(actor or mention)]
    elif actor:
        parts = [_plain(text), ABSENT, ASKED, _plain(actor)]
    else:
        parts = [_plain(text)]
    return " ".join(part for part in parts if part)


def _plain(text: str) -> str:
    """Take from a text that spells a marker what makes it one."""
    return _SPELLED.sub("_ _", text.strip())
