"""The day of an article, from a column, a file's name or a page."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import PurePath

_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")


def date_in(text: str) -> date | None:
    """Find the first day in ISO form in a text, such as a file's name.

    Examples
    --------
    >>> date_in("2026-02-04-video-call")
    datetime.date(2026, 2, 4)
    >>> date_in("2026-13-40") is None
    True
    """
    for found in _ISO.finditer(text):
        try:
            return date(*map(int, found.groups()))
        except ValueError:
            continue
    return None


def date_of_file(path: PurePath) -> date | None:
    """Find the day in a file's name; the folders it lies in are not asked."""
    return date_in(path.stem)


def as_date(value: object) -> date | None:
    """Read the day in a cell: ISO form, with or without a time, or a date of Parquet.

    Examples
    --------
    >>> as_date("2026-02-04T10:30:00Z"), as_date("tomorrow")
    (datetime.date(2026, 2, 4), None)
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip()
    return date_in(text) if _ISO.match(text) else None
