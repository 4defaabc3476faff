"""Whether a statement negates something, by the words that do so in its language."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from stancelab.features.lexicon import Lexicon

_STEMS = {
    "ar": "لا$ ولا$ فلا$ لم$ ولم$ فلم$ لن$ ولن$ ليس وليس غير$ وغير$ دون$ ودون$ بدون$",
    "de": "nicht kein nie$ niemals niemand ohne$ weder$",
    "en": "none$ nothing$ cannot can't isn't aren't wasn't weren't doesn't hasn't haven't hadn't "
    "wouldn't couldn't shouldn't",
    "es": "no$ nunca jamás ningun ningún sin$ ni$ nadie nada$ tampoco",
    "fr": "ne$ n' pas$ jamais aucun sans$ ni$ rien$",
    "pl": "nie$ bez$ nigdy żad nikt nikogo nikomu nic$ ani$",
    "ru": "ни$ никогда никак нельзя",
    "uk": "ані$ ніколи ніяк$ ніяки ніяка$ ніяке$ ніякої ніякого",
}
"""Beginnings of words, as in the stance lexicon, whose negators are added; ``$`` ends the word."""

_SUBSTRINGS = {
    "tr": r"(?<!\w)(?:değil|yok|hiçbir)|\w{2}m(?:[ae](?:d[ıi]|z(?!\w)|yaca[kğ]|yece[kğ]"
    r"|yan|yen|m[ae][kys])|[ıiuü]yor)",
    "zh": r"不(?![仅断同少久])|没|未(?!来)|无(?!人机|线)|并非|绝非|勿",
}
"""Turkish negates verbs by a suffix, and Chinese has no spaces around its words. What is left out
are words such as 不断 (ceaselessly), 未来 (future) and 无人机 (drone)."""

_APOSTROPHES = str.maketrans("’ʼ", "''")


def is_negated(text: str, language: str) -> bool | None:
    """Say whether a word of negation stands in a text.

    Parameters
    ----------
    text : str
        The statement.
    language : str
        BCP 47 tag; its region does not matter.

    Returns
    -------
    bool or None
        None for a language whose words are not known here.

    Examples
    --------
    >>> [is_negated(*pair) for pair in (("Київ не погодився.", "uk"), ("Oslo agreed.", "en"))]
    [True, False]
    >>> is_negated("Oslo ei suostunut.", "fi") is None
    True
    """
    pattern = _patterns().get(language.partition("-")[0])
    return None if pattern is None else bool(pattern.search(text.lower().translate(_APOSTROPHES)))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """Compile a pattern for each language."""
    stems = {language: own.split() for language, own in _STEMS.items()}
    for entry in Lexicon.packaged().entries:
        if entry.kind == "negators":
            stems.setdefault(entry.language, []).append(entry.stem)
    patterns = {language: _any_word(own) for language, own in stems.items()} | _SUBSTRINGS
    return {language: re.compile(pattern) for language, pattern in patterns.items()}


def _any_word(stems: Iterable[str]) -> str:
    either = "|".join(re.escape(stem).replace(r"\$", r"(?!\w)") for stem in stems)
    return rf"(?<!\w)(?:{either})"
