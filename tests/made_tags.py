"""Tags of invented articles."""

from __future__ import annotations

import datetime

from stancelab.tagging.tags import Tag

SURE = {
    "hostile": (0.8, 0.1, 0.1),
    "neutral": (0.1, 0.8, 0.1),
    "cooperative": (0.1, 0.1, 0.8),
    "uncertain": (0.3, 0.4, 0.3),
}


def make_tag(actor="Norway", answer="hostile", *, at=0, article="a.txt", **other):
    """Make a tag with one of the four answers; a longer text makes another statement."""
    text = f"Rome answered {actor} again."
    start = at + text.index(actor)
    known = {
        "article": article,
        "publisher": "",
        "date": datetime.date(2026, 2, 4),
        "text": text,
        "text_start": start - at,
        "text_end": start - at + len(actor),
        "statement_start": at,
        "statement_end": at + len(text),
        "start": start,
        "end": start + len(actor),
        "mention": actor,
        "actor": actor,
        "how": "name",
        "ambiguous": False,
        "inferred": False,
        "source": "Rome",
        "source_actor": "Italy",
        "language": "en",
        "probabilities": SURE[answer],
        "threshold": 0.5,
    }
    return Tag(**(known | other))
