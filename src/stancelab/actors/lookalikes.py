"""Letters of another script that look the same: put back into the script of their word."""

from __future__ import annotations

import re

_UPPER = ("ABCEHIKMOPRTXY", "АВСЕНІКМОРРТХУ")
_LOWER = ("aceikmoptxyïë", "асеікмортхуїё")
_ONLY_CYRILLIC = ("ЅЈѕјһԁ", "SJsjhd")
_MIXED = re.compile("[A-Za-zïë][\u0400-\u052f]|[\u0400-\u052f][A-Za-zïë]")
_WORD = re.compile("[A-Za-zïë\u0400-\u052f]+")
_LATIN = re.compile("[A-Za-zïë]")

TO_CYRILLIC = dict(zip(map(ord, _UPPER[0] + _LOWER[0]), _UPPER[1] + _LOWER[1], strict=True))
"""R stands for Р: it has no look-alike, and is typed for the sound."""

_TO_LATIN = {ord(cyrillic): chr(latin) for latin, cyrillic in TO_CYRILLIC.items()} | {
    ord("Р"): "P",
    **dict(zip(map(ord, _ONLY_CYRILLIC[0]), _ONLY_CYRILLIC[1], strict=True)),
}


def unify_scripts(text: str) -> str:
    """Write every word that mixes Latin and Cyrillic letters in one script, as long as before.

    The script is the one that all letters can be of; where both can be, that of most letters. A
    word with letters of either script that have no look-alike stays as it is.

    Examples
    --------
    >>> unify_scripts("Rосія"), unify_scripts("Pociя"), unify_scripts("SMSки")
    ('Росія', 'Росія', 'SMSки')
    """
    return _WORD.sub(_unified, text) if _MIXED.search(text) else text


def _unified(found: re.Match[str]) -> str:
    word = found.group()
    latin = len(_LATIN.findall(word))
    if latin in (0, len(word)):
        return word
    as_cyrillic, as_latin = word.translate(TO_CYRILLIC), word.translate(_TO_LATIN)
    can_be_latin = len(_LATIN.findall(as_latin)) == len(word)
    if _LATIN.search(as_cyrillic):
        return as_latin if can_be_latin else word
    return as_latin if can_be_latin and 2 * latin > len(word) else as_cyrillic
