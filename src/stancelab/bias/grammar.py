"""What a language must allow before one name can stand in the place of another."""

from __future__ import annotations

from typing import Protocol

HOWS = {"name": "names", "capital": "capitals", "adjective": "adjectives", "people": "peoples"}
"""How a text names an actor where another can be named so: the column of the catalogue."""


class Grammar(Protocol):
    """Puts the name of one actor in the place of another's, or says that it cannot."""

    def knows(self, entry: str, how: str) -> bool:
        """Say whether the forms of a name of the catalogue are known."""

    def is_form(self, word: str, entry: str, how: str) -> bool:
        """Say whether a word of a text is a form of a name."""

    def put(self, word: str, entry: str, other: str, how: str) -> str | None:
        """Give another name in the form in which a word has its own; None where none is sure."""

    def keeps(self, text: str, start: int, end: int, other: str) -> bool:
        """Say whether a text stays right around another word in the place of one."""


def cased(word: str, own: str, other: str, form: str) -> str:
    """Write a form with capital letters where the replaced word has them.

    Parameters
    ----------
    word : str
        The word of the text.
    own, other : str
        What the catalogue calls the actor that the word names, and the other one.
    form : str
        The form of the other name, in any case.

    Examples
    --------
    >>> cased("росії", "Росія", "Франція", "франції"), cased("Росії", "Росія", "Франція", "франції")
    ('франції', 'Франції')
    >>> cased("РОСІЇ", "Росія", "Франція", "франції"), cased("США", "США", "ОАЕ", "оае")
    ('ФРАНЦІЇ', 'ОАЕ')
    >>> cased("росіяни", "росіянин", "француз", "французи")
    'французи'
    """
    shouted = word.isupper() and not own.isupper() and len(word) > 1
    if shouted:
        return form.upper()
    lowered = word.islower() and not own.islower()
    if lowered:
        return form.lower()
    written = _like(other, form)
    return written[:1].upper() + written[1:] if word[:1].isupper() else written


def _like(entry: str, form: str) -> str:
    """Give the letters of a form the case that they have in the entry: ХАМАСу, США."""
    pairs = zip(form, entry.ljust(len(form)), strict=False)
    return "".join(char.upper() if model.isupper() else char for char, model in pairs)
