"""Spans: whether each lies in its text, holds whole words, and is about the actor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stancelab.checks.records import shown
from stancelab.schema import NO_SPAN
from stancelab.text import find_mention, fold

if TYPE_CHECKING:
    from stancelab.checks.records import Records

OUTSIDE, BLANK, CUT = "outside the text", "blank", "cuts a word"
NOT_NAMED, ELSEWHERE = "actor not named", "actor named elsewhere"
FAULTS = (OUTSIDE, BLANK, CUT)
INFORMATION = (NOT_NAMED, ELSEWHERE)

_WORD = re.compile(r"\w")
_JOINED = re.compile(
    "[\u0590-\u074f\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
    "\uf900-\ufaff\ufb1d-\ufdff\ufe70-\ufeff\U00020000-\U0003ffff]"
)
"""Scripts that write words together, or join particles to a name: no boundary to be cut at."""

_HANDLE = re.compile(r"[#@]\w*$")
_CONTEXT = 40


@dataclass(frozen=True, slots=True)
class SpanExample:
    """A row whose span is remarkable: the span in brackets with what is around it."""

    part: str
    id: str
    actor: str
    text: str


@dataclass(frozen=True, slots=True)
class SpanFinding:
    """Rows with one remark on their spans.

    Attributes
    ----------
    kind : str
        One of `FAULTS`, or of `INFORMATION`, which are no faults.
    fault : bool
        Whether it is one.
    parts : dict of str to int
        Rows of each part.
    ids : tuple of str
        All the rows of a fault; none of information.
    examples : tuple of SpanExample
        Some of them.
    """

    kind: str
    fault: bool
    parts: dict[str, int]
    ids: tuple[str, ...]
    examples: tuple[SpanExample, ...]

    @property
    def rows(self) -> int:
        """Count the rows."""
        return sum(self.parts.values())


def find_spans(records: Records, examples: int = 5) -> list[SpanFinding]:
    """Look at the span of every row.

    Returns
    -------
    list of SpanFinding
        The three faults and the two pieces of information, always in this order: outside the
        text, blank, cuts a word; actor not named (no span), and actor named elsewhere (the text
        has the actor to the letter, but the span shares no word with it).
    """
    names = ("text", "actor", "mention_start", "mention_end")
    columns = (records.table.column(name).to_pylist() for name in names)
    rows: dict[str, list[int]] = {kind: [] for kind in FAULTS + INFORMATION}
    for row, (text, actor, start, end) in enumerate(zip(*columns, strict=True)):
        for kind in remarks(text, actor, start, end):
            rows[kind].append(row)
    return [_finding(records, kind, rows[kind], examples) for kind in rows]


def remarks(text: str, actor: str, start: int, end: int) -> Iterator[str]:
    """Give what is to be said about one span.

    Examples
    --------
    >>> list(remarks("Officials in Los Angeles agreed.", "Los Angele", 13, 23))
    ['cuts a word']
    >>> list(remarks("Rome met Oslo.", "Oslo", 0, 4))
    ['actor named elsewhere']
    """
    if (start, end) == (NO_SPAN, NO_SPAN):
        yield NOT_NAMED
    elif not 0 <= start < end <= len(text):
        yield OUTSIDE
    elif not text[start:end].strip():
        yield BLANK
    else:
        if _cuts(text, start) or _cuts(text, end):
            yield CUT
        if _elsewhere(text, actor, start, end):
            yield ELSEWHERE


def _cuts(text: str, at: int) -> bool:
    """Say whether a place is inside a word; hashtags and handles write several together."""
    if not 0 < at < len(text):
        return False
    sides = text[at - 1], text[at]
    inside = all(_WORD.match(char) and not _JOINED.match(char) for char in sides)
    return inside and not _HANDLE.search(text[:at])


def _elsewhere(text: str, actor: str, start: int, end: int) -> bool:
    if actor in text[start:end] or find_mention(text, actor).occurrences == 0:
        return False
    return not set(fold(actor).split()) & set(fold(text[start:end]).split())


def _finding(records: Records, kind: str, rows: list[int], examples: int) -> SpanFinding:
    counts = np.bincount(records.part_of_row[rows], minlength=len(records.parts)).tolist()
    ids = records.table.column("id")
    return SpanFinding(
        kind,
        kind in FAULTS,
        {part: count for part, count in zip(records.parts, counts, strict=True) if count},
        tuple(ids.take(rows).to_pylist()) if rows and kind in FAULTS else (),
        tuple(_example(records, row) for row in rows[:examples]),
    )


def _example(records: Records, row: int) -> SpanExample:
    found = records.table.slice(row, 1).to_pylist()[0]
    part = records.parts[records.part_of_row[row]]
    marked = _marked(found["text"], found["mention_start"], found["mention_end"])
    return SpanExample(part, found["id"], shown(found["actor"]), marked)


def _marked(text: str, start: int, end: int) -> str:
    if not 0 <= start < end <= len(text):
        return shown(text)
    left, right = max(0, start - _CONTEXT), end + _CONTEXT
    before = ("…" if left else "") + text[left:start]
    after = text[end:right] + ("…" if right < len(text) else "")
    return f"{before}⟦{text[start:end]}⟧{after}"
