"""Where the actor stands in the text of a record: as given, or as found."""

from __future__ import annotations

from collections import Counter
from typing import Any

from stancelab.datasets.own.cells import EMPTY, Cells
from stancelab.errors import BadRow
from stancelab.schema import NO_SPAN
from stancelab.text import find_mention

Span = tuple[int, int]


def span_of(record: Cells, text: str, actor: str, notes: Counter[str]) -> Span | BadRow:
    """Give the span of the actor's mention.

    Parameters
    ----------
    record : Cells
        May hold the span, or the mention as it stands in the text.
    text, actor : str
        Its text and its actor.
    notes : Counter
        Counts the rows whose span is a guess or missing.

    Returns
    -------
    tuple of int, or BadRow
        -1 and -1 where the actor is not named.
    """
    start, end = record.get("mention_start"), record.get("mention_end")
    given = [value not in EMPTY for value in (start, end)]
    if all(given):
        return _given(record, text, start, end)
    if any(given):
        name = "mention_end" if given[0] else "mention_start"
        return record.bad(name, "", "half a span", "start and end, or neither")
    return _looked_for(record, text, actor, notes)


def _given(record: Cells, text: str, start: Any, end: Any) -> Span | BadRow:
    try:
        span = (_whole_number(start), _whole_number(end))
    except (TypeError, ValueError, OverflowError):
        return record.bad("mention_start", f"{start}–{end}", "span of wrong type", "numbers")
    if span != (NO_SPAN, NO_SPAN) and not 0 <= span[0] < span[1] <= len(text):
        expected, found = f"0 <= start < end <= {len(text)}", f"{span[0]}–{span[1]}"
        return record.bad("mention_start", found, "span outside the text", expected)
    return span


def _looked_for(record: Cells, text: str, actor: str, notes: Counter[str]) -> Span | BadRow:
    mention = str(record.get("mention") or "").strip()
    found = find_mention(text, mention or actor)
    if mention and found.occurrences == 0:
        return record.bad("mention", mention, "mention not in the text", "a part of it")
    if found.occurrences > 1:
        notes["mention occurs more than once"] += 1
    elif found.occurrences == 0:
        notes["actor not named in the text"] += 1
    return found.start, found.end


def _whole_number(value: Any) -> int:
    number = int(value)
    if not isinstance(value, str) and number != value:
        raise ValueError(f"{value} is no whole number")
    return number
