"""Which of the ten languages a paragraph is written in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from stancelab.errors import MissingExtraError, UnknownNameError

LANGUAGES = ("uk", "en", "ru", "pl", "de", "fr", "es", "zh", "ar", "tr")
"""What articles can be written in."""

_SCRIPTS = {
    "cyrillic": ("uk", "ru"),
    "latin": ("en", "pl", "de", "fr", "es", "tr"),
    "chinese": ("zh",),
    "arabic": ("ar",),
}
_LETTERS = {
    "cyrillic": re.compile("[\u0400-\u052f]"),
    "latin": re.compile("[A-Za-z\u00c0-\u024f]"),
    "chinese": re.compile("[\u3400-\u9fff\uf900-\ufaff]"),
    "arabic": re.compile("[\u0600-\u06ff\u0750-\u077f]"),
}
_ONLY_UKRAINIAN = re.compile("[іїєґІЇЄҐ]")
_ONLY_RUSSIAN = re.compile("[ыэъёЫЭЪЁ]")

_SAMPLE = 400
"""Characters of a paragraph that are looked at; 80 told all of 1,301 statements right."""

_SAMPLES = 20
"""Paragraphs, spread over it, that an article's language is told from."""

_TELLING = 60
"""Letters, or a third so many of Chinese, from which on a paragraph tells its own language."""


def languages_of(paragraphs: Sequence[str], given: str | None = None) -> list[str]:
    """Tell the language of each paragraph of an article.

    A short paragraph has the language of the article, unless it is in another script.

    Parameters
    ----------
    paragraphs : sequence of str
        The article.
    given : str, optional
        The language, where it is known.

    Raises
    ------
    UnknownNameError
        The language that was given is none of the ten.
    MissingExtraError
        `py3langid` is not installed.

    Examples
    --------
    >>> languages_of(["Обидві країни домовилися про обмін полоненими.", "Путин", "路透社"])
    ['uk', 'uk', 'zh']
    """
    if given is not None:
        return [checked_language(given)] * len(paragraphs)
    if not paragraphs:
        return []
    step = max(1, len(paragraphs) // _SAMPLES)
    main = detect(" ".join(text[:_SAMPLE] for text in paragraphs[::step]))
    return [_of_paragraph(text[:_SAMPLE], main) for text in paragraphs]


def checked_language(name: str) -> str:
    """Give the code of a language that is known.

    Examples
    --------
    >>> checked_language("UK")
    'uk'
    """
    code = name.strip().lower()
    if code not in LANGUAGES:
        raise UnknownNameError("language", name, LANGUAGES)
    return code


def detect(text: str) -> str:
    """Tell the most likely of the ten languages.

    Parameters
    ----------
    text : str
        A paragraph or more.

    Returns
    -------
    str
        Its code; the script and the letters that only Ukrainian or only Russian has come first.
    """
    script, _ = _script(text)
    possible = _SCRIPTS[script]
    if len(possible) == 1:
        return possible[0]
    if script == "cyrillic" and (certain := _by_letters(text)):
        return certain
    return _by_model(text, possible)


def _of_paragraph(text: str, main: str) -> str:
    script, letters = _script(text)
    if letters == 0:
        return main
    if letters < _TELLING:
        if main in _SCRIPTS[script]:
            return main
        if script == "latin":
            return "en"  # a name: of a newspaper, a company or a missile
    return detect(text)


def _script(text: str) -> tuple[str, int]:
    """Give the script of most letters, one of Chinese counting three, and how many there are."""
    counts = Counter({name: len(letter.findall(text)) for name, letter in _LETTERS.items()})
    counts["chinese"] *= 3
    return counts.most_common(1)[0]


def _by_letters(text: str) -> str:
    """Tell Ukrainian from Russian where all letters that only one of them has are of one."""
    ukrainian, russian = len(_ONLY_UKRAINIAN.findall(text)), len(_ONLY_RUSSIAN.findall(text))
    if bool(ukrainian) == bool(russian):
        return ""
    return "uk" if ukrainian else "ru"


def _by_model(text: str, possible: Iterable[str]) -> str:
    ranked: list[tuple[str, float]] = _model().rank(text)
    allowed = set(possible)
    return next(name for name, _ in ranked if name in allowed)


@cache
def _model() -> Any:
    """Load the model once, by itself, as another user may have restricted the package's own."""
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    except ImportError:
        raise MissingExtraError("py3langid", "articles") from None
    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    model.set_languages(LANGUAGES)
    return model
