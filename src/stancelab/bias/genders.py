"""The gender of abbreviations that keep their form, as texts have it: that of their first noun.

Dictionaries guess it (НАТО is feminine in one of them). One that is not listed is not used, nor are
those that texts give several genders: ЮНЕСКО, МЗС.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_LISTED = {
    "uk": {
        "femn": "РФ КНР КНДР ФРН ПАР ДРК ЦАР ООН ОБСЄ СОТ ВООЗ ВПП ВМО МОП МОМ ФАО ПРООН ОЗХЗ ОЕСР "
        "ЛАД ОІС ОАД ШОС ОДКБ СНД ЄАВТ ОЧЕС ОПЕК ПАРЄ ЄК СБУ РНБО ЦВК НКРЕКП СЗР ДСНС ФСБ "
        "ВР ВРУ НГУ ДПСУ НПУ ДНР ЛНР РПК ПНА",
        "masc": "ЄС МВФ МБРР МКС ЄСПЛ МКЧХ МОК ЄБРР ЄІБ АБР ЄЦБ ЄП ЄАЕС ЮНІСЕФ НБУ КСУ АМКУ КМУ",
        "neut": "НАТО МАГАТЕ НАБУ НАЗК ДБР БЕБ ЦРУ МЕА",
        "plur": "США ОАЕ ЗСУ ПСУ ССО ВМС СБС СДС СШП",
    },
    "ru": {
        "femn": "РФ КНР КНДР ФРГ ЮАР ДРК ЦАР ООН ОБСЕ ВТО ВОЗ ВПП ВМО МОТ МОМ ФАО ПРООН ОЗХО ОЭСР "
        "ЛАГ ОИС ОАГ ШОС ОДКБ ЕАСТ ОЧЭС ПАСЕ ЕК СБУ ФСБ ДНР ЛНР РПК ПНА ГСЧС",
        "masc": "ЕС МВФ МБРР МУС ЕСПЧ МККК МОК ЕБРР ЕИБ АБР ЕЦБ ЕАЭС ЮНИСЕФ НБУ КСУ АМКУ",
        "neut": "НАТО МАГАТЭ НАБУ ЦРУ СНГ",
        "plur": "США ОАЭ ВСУ ССО СДС",
    },
}

GENDERS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        language: {word: gender for gender, words in listed.items() for word in words.split()}
        for language, listed in _LISTED.items()
    }
)
"""By language and abbreviation: masc, femn, neut, or plur for what is plural."""
