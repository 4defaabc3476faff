"""The dictionaries of Ukrainian and Russian, which all that looks at words shares."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from stancelab.errors import MissingExtraError

if TYPE_CHECKING:
    from pymorphy3 import MorphAnalyzer


@cache
def analyzer(language: str) -> MorphAnalyzer:
    """Give what knows the words of a language; it is loaded once.

    Parameters
    ----------
    language : {"uk", "ru"}
        The language.

    Raises
    ------
    MissingExtraError
        pymorphy3 or its dictionary is missing.

    Examples
    --------
    >>> sorted({str(reading.tag.case) for reading in analyzer("uk").parse("Києву")})
    ['datv', 'loct']
    """
    try:
        from pymorphy3 import MorphAnalyzer
    except ImportError:
        raise MissingExtraError("pymorphy3", "articles") from None
    try:
        return MorphAnalyzer(lang=language)
    except ValueError:
        raise MissingExtraError(f"pymorphy3-dicts-{language}", "articles") from None
