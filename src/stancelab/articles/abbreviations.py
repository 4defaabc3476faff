"""Abbreviations that the press writes with a full stop, by language.

`sentencex` knows many; these are the ones of news that it cuts a sentence at, or not at.
"""

from __future__ import annotations

import re
from functools import cache

_BEFORE_A_NAME = {
    "uk": (
        "м с о смт вул просп пл ім обл гр ст акад проф доц ген полк підполк кап лейт сер інж пп "
        "тов св див напр прим пор зв табл гл розд упоряд нар деп чл заст нач кв буд корп оф тел "
        "рос укр англ дж"
    ),
    "ru": (
        "г о ул просп пл обл гр ст акад проф доц ген полк подполк кап лейт сер инж пп тов св см "
        "напр табл гл разд зам нач кв корп оф тел рос укр англ дж нар деп чл"
    ),
    "pl": (
        "ul al pl prof gen płk ppłk kpt por dr mgr inż hab św ks bp abp np tzw tj ok nr str art "
        "ust poz red woj hm mjr sierż m"
    ),
    "de": "dr prof nr abs hr fr st mio mrd gen ggf sog bzw ca z d u",
    "fr": "m mm mme mmes mlle dr pr gén st ste cf env",
    "es": "sr sra sres dr dra gral cnel ud uds art núm pág av",
    "tr": "dr prof doç gen alb yrd sn",
    "en": "mr mrs ms dr prof gen lt col sgt capt cmdr adm maj brig gov sen rep rev hon st mt vs",
    "ar": "د أ م ص",
}
"""What no sentence ends with: a name, a number or the rest of the abbreviation follows.

Those that are words too are left out: German "Art", Russian "им", Ukrainian "мін".
"""

_AT_THE_END = {
    "uk": r"грн|руб|дол|долл|коп|ін|т\. ?д|т\. ?п|т\. ?і",
    "ru": r"грн|руб|дол|долл|коп|др|т\. ?д|т\. ?п",
    "pl": r"itd|itp|zł",
    "de": r"usw|etc|Art",
    "fr": r"etc",
    "es": r"etc",
    "en": r"etc|no",
}
"""What ends a sentence where a capital follows, though it is an abbreviation."""

_NONE = "(?!)"


@cache
def never_last(language: str) -> re.Pattern[str]:
    """Give the pattern of text that ends with an abbreviation which more must follow.

    Examples
    --------
    >>> bool(never_last("uk").search("зустріч із ген.")), bool(never_last("uk").search("Київ."))
    (True, False)
    """
    words = _BEFORE_A_NAME.get(language, "").split()
    either = "|".join(map(re.escape, words)) or _NONE
    return re.compile(rf"(?<![\w.])(?:{either})\.$", re.IGNORECASE)


@cache
def may_be_last(language: str) -> re.Pattern[str]:
    """Give the pattern of what may end a sentence, with the space behind it.

    Examples
    --------
    >>> may_be_last("uk").search("танки та ін. Польща").span()
    (9, 13)
    """
    either = _AT_THE_END.get(language, _NONE)
    return re.compile(rf"(?<![\w.])(?:{either})\.[\"»”)]?\s(?!США)")


ENDS_WITH_YEAR = re.compile(r"(?:^|\s)\d{4}(?:\s?[-–—]\s?\d{2,4})?\s(?:р|рр|г|гг|r)\.$")
"""A text that ends with "year", shortened, behind its number."""
