"""Where sentences, lines and quotations begin."""

from __future__ import annotations

_OPENING_QUOTES = "«„“\"'"
_ENDING = ".!?…:;\n。！？"


def opens(text: str, start: int) -> bool:
    """Say whether what begins at a place opens a sentence, a line or a quotation.

    Examples
    --------
    >>> opens("Так. Того дня", 5), opens("міністр Того", 8)
    (True, False)
    """
    if start and text[start - 1] in _OPENING_QUOTES:
        return True
    place = start - 1
    while place >= 0 and not text[place].isalnum():
        if text[place] in _ENDING:
            return True
        place -= 1
    return place < 0
