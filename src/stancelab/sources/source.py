"""What is told of a sentence's source."""

from __future__ import annotations

from typing import NamedTuple

CARRIED = -1


class Source(NamedTuple):
    """Who speaks or acts in a sentence.

    Attributes
    ----------
    text : str
        As the article names it.
    start, end : int
        Characters of the sentence, end exclusive; -1 and -1 where it is named in another.
    how : str
        ``"speaker"`` for the subject of a verb of speaking, ``"attribution"`` for who is named as
        in "according to", ``"subject"`` for who acts, ``"carried"`` for who was named in another
        sentence.
    """

    text: str
    start: int
    end: int
    how: str
