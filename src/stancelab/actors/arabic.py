"""Arabic words: one writing for each, and what may be joined in front of them."""

from __future__ import annotations

from collections.abc import Container

_LETTERS = str.maketrans("أإآٱىةؤئگکی", "ااااىهوىككى")
_ARTICLE = "ال"
WITH_ARTICLE = "+"
"""Begins the key of a word whose article was taken off."""

_SHORTEST = 2
"""How many letters must be left of a word."""


def fold(word: str) -> str:
    """Write alef, final yeh, teh marbuta and the carriers of hamza in one way each.

    Examples
    --------
    >>> fold("أوكرانية") == fold("اوكرانيه")
    True
    """
    return word.translate(_LETTERS).replace("ي", "ى").lower()


def readings(word: str) -> tuple[str, ...]:
    """Give a folded word, and what it may be without conjunction, preposition and article.

    Examples
    --------
    >>> readings("وبالصىن")
    ('وبالصىن', 'بالصىن', 'الصىن', '+صىن')
    >>> readings("للاردن")
    ('للاردن', 'الاردن', '+اردن')
    """
    found = [word]
    if word[:1] in ("و", "ف"):
        found.append(word[1:])
    for one in tuple(found):
        if one.startswith("لل"):
            found.append(_ARTICLE + one[2:])
        elif one[:1] in ("ب", "ل", "ك"):
            found.append(one[1:])
    found += [WITH_ARTICLE + one[2:] for one in found if one.startswith(_ARTICLE)]
    return tuple(one for one in dict.fromkeys(found) if len(one) >= _SHORTEST or one == word)


def keys(word: str, alone: bool) -> tuple[str, ...]:
    """Give the keys of a folded word of a name: the name of a place takes no article of its own.

    Parameters
    ----------
    word : str
        The word.
    alone : bool
        Whether it is a name of one word, and no adjective or people.

    Examples
    --------
    >>> keys("سىول", alone=True), keys("روسى", alone=False)
    (('سىول',), ('روسى', '+روسى'))
    """
    return (word,) if alone else (word, WITH_ARTICLE + word)


def clitics(word: str, keys: Container[str]) -> int:
    """Count the letters joined in front of a name, its article not among them.

    Parameters
    ----------
    word : str
        The folded word of a text.
    keys : container of str
        The keys of the name.

    Examples
    --------
    >>> clitics("وبالصىن", ["صىن", "+صىن"]), clitics("للاردن", ["الاردن"])
    (2, 1)
    """
    reading = next((one for one in readings(word) if one in keys), word)
    bare = reading.removeprefix(WITH_ARTICLE)
    if not word.endswith(bare):
        return len(word) - len(bare) + 1
    return len(word[: len(word) - len(bare)].removesuffix(_ARTICLE))
