"""The day on which a page says that it was published."""

from __future__ import annotations

import re
from datetime import date

from stancelab.articles.dates import as_date
from stancelab.articles.markup.tags import Tag, attributes

_PUBLISHED = {
    "article:published_time": 0,
    "og:article:published_time": 0,
    "datepublished": 1,
    "pubdate": 1,
    "publishdate": 1,
    "publish-date": 1,
    "date": 2,
    "dc.date": 2,
    "dc.date.issued": 2,
    "dcterms.created": 2,
}
"""Names that pages give to the day they were published on; the lowest is the surest."""

_IN_SCRIPT = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')
_OF_SCRIPT, _OF_TIME = 1, 3


class PageDates:
    """Collects the days of a page, of which the surest counts.

    Parameters
    ----------
    text : str
        The page.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[int, date] = {}
        self._in_script = False

    def see(self, tag: Tag) -> None:
        """Look at the next tag."""
        if self._in_script and tag.kind == "text":
            self._see_script(tag)
        self._in_script = tag.kind == "start" and tag.name == "script"
        if tag.kind != "start" or tag.name not in ("meta", "time", "span", "abbr"):
            return
        given = attributes(self._text, tag)
        if tag.name == "time":
            self._note(_OF_TIME, given.get("datetime", ""))
        for key in ("property", "name", "itemprop"):
            rank = _PUBLISHED.get(given.get(key, "").strip().lower())
            if rank is not None:
                self._note(rank, given.get("content", "") or given.get("datetime", ""))

    def best(self) -> date | None:
        """Give the surest day."""
        return self._found[min(self._found)] if self._found else None

    def _see_script(self, tag: Tag) -> None:
        found = _IN_SCRIPT.search(self._text, tag.start, tag.end)
        if found:
            self._note(_OF_SCRIPT, found[1])

    def _note(self, rank: int, written: str) -> None:
        """Keep the first day of each rank: what follows are often the days of other articles."""
        day = as_date(written)
        if day is not None:
            self._found.setdefault(rank, day)
