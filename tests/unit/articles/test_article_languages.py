"""The language of each paragraph."""

from __future__ import annotations

import sys

import pytest

from stancelab.articles import languages
from stancelab.articles.languages import LANGUAGES, checked_language, detect, languages_of
from stancelab.errors import MissingExtraError, UnknownNameError

TEXTS = {
    "uk": "Обидві країни домовилися про обмін полоненими, заявив речник уряду в середу.",
    "en": "The two countries agreed on an exchange of prisoners, a spokesman said on Wednesday.",
    "ru": "Обе страны договорились об обмене пленными, заявил в среду представитель правительства.",
    "pl": "Oba kraje uzgodniły wymianę jeńców, poinformował w środę rzecznik rządu.",
    "de": "Beide Länder einigten sich auf einen Austausch von Gefangenen, sagte ein Sprecher.",
    "fr": "Les deux pays se sont mis d'accord sur un échange de prisonniers, a-t-on appris.",
    "es": "Ambos países acordaron un intercambio de prisioneros, dijo un portavoz el miércoles.",
    "zh": "发言人星期三表示，两国同意交换战俘。",
    "ar": "اتفق البلدان على تبادل الأسرى، حسبما قال متحدث يوم الأربعاء.",
    "tr": "Sözcü çarşamba günü iki ülkenin esir takası konusunda anlaştığını söyledi.",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_is_told(language: str) -> None:
    assert detect(TEXTS[language]) == language
    assert languages_of(list(TEXTS.values()))[list(TEXTS).index(language)] == language


def test_letters_tell_ukrainian_from_russian() -> None:
    assert [detect(text) for text in ("Її немає.", "Это мы.", "НАТО")] == ["uk", "ru", "uk"]


def test_a_short_paragraph_has_the_language_of_the_article() -> None:
    """Unless it is in another script."""
    found = languages_of(
        [TEXTS["uk"], "НАТО", "Москва", "SCMP", "路透社", "2026", "Путин это сказал."]
    )
    assert found == ["uk", "uk", "uk", "en", "zh", "uk", "uk"]
    assert languages_of([TEXTS["pl"], "Warszawa", "Washington Post"]) == ["pl"] * 3
    assert languages_of([]) == []


def test_a_language_that_is_given_is_taken() -> None:
    assert languages_of([TEXTS["en"], "НАТО"], "UK ") == ["uk", "uk"]
    with pytest.raises(UnknownNameError, match=r"unknown language 'ua'.*Known: ar, de, en"):
        checked_language("ua")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    languages._model.cache_clear()
    monkeypatch.setitem(sys.modules, "py3langid.langid", None)
    with pytest.raises(MissingExtraError, match=r"'py3langid'.*stancelab\[articles\]"):
        detect(TEXTS["en"])
