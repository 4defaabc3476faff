"""Who acts, in sentences where nobody speaks."""

from __future__ import annotations

import pytest

from stancelab.sources import find_sources, has_speech, leading, supported_languages

CASES = [
    ("uk", "Варшава відкликала посла.", "Варшава"),
    ("uk", "Двох дипломатів вислала Молдова.", "Молдова"),
    ("uk", "Нічне закриття мосту Таллінн подовжив на пів року.", "Таллінн"),
    ("uk", "Делі скасував заборону на батареї.", "Делі"),
    ("uk", "Того ж дня Хартум закрив повітряний простір.", "Хартум"),
    ("uk", "Збройні сили Ізраїлю завдали удару по об'єктах «Хезболли».", "Збройні сили Ізраїлю"),
    ("uk", "Після цього Білий дім скасував мита.", "Білий дім"),
    ("uk", "Мальта, Кіпр і Греція заблокували угоду.", "Мальта, Кіпр і Греція"),
    ("uk", "Два безпілотники порушили простір Румунії.", "Два безпілотники"),
    ("uk", "Лідер руху Халіль аль-Хайя прибув до Каїра.", "Лідер руху Халіль аль-Хайя"),
    ("en", "Lithuania sealed its border.", "Lithuania"),
    ("en", "The quota of visas reserved for officials was halved by France.", "France"),
    ("en", "By noon Bangkok had paid the invoice.", "Bangkok"),
    ("en", "Accusing China of bad faith, India moved its howitzers.", "India"),
    ("en", "The Senate in Manila, after a long debate, shelved the bill.", "Senate in Manila"),
    ("en", "Hackers linked to the Iranian government launched an attack.", "Hackers"),
    ("en", "Newly appointed judges left the hall.", "appointed judges"),
    ("en", "Three lawmakers who voted against the bill have left for Taiwan.", "Three lawmakers"),
    ("ru", "Литва закрыла границу с Белоруссией.", "Литва"),
    ("ru", "Пошлину на пшеницу Бразилиа обнулила.", "Бразилиа"),
    ("ru", "Шесть бортов с мукой отправила Астана.", "Астана"),
    ("ru", "Киев готов возобновить прокачку.", "Киев"),
]


@pytest.mark.parametrize(("language", "text", "actor"), CASES)
def test_finds_who_acts(language, text, actor):
    (source,) = find_sources([text], language)
    assert source is not None
    assert source.text == actor
    assert source.how == "subject"
    assert text[source.start : source.end] == source.text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uk", ""),
        ("uk", "🙏🙏"),
        ("uk", "На виборах явка перевищила 61%."),
        ("uk", "Чому Польща мовчить?"),
        ("uk", "Ніч пережили, світло є."),
        ("uk", "Я дякую вам усім."),
        ("en", "We will not be paid to be a fence."),
        ("en", "It was raining."),
        ("en", "Keep the compliments."),
        ("ru", "Ограничения продлены до осени."),
    ],
)
def test_names_nobody_where_nobody_is_named(language, text):
    assert find_sources([text], language) == [None]


def test_other_languages_have_no_sources():
    assert supported_languages() == ("uk", "en", "ru")
    assert find_sources(["Warschau zog den Botschafter ab.", "Oslo paid."], ["de", "en"])[0] is None


def test_the_leading_source_speaks_rather_than_acts():
    found = find_sources(["Rome paid.", "Nobody asked us.", "Too late, said the mayor."], "en")
    chosen = leading(found)
    assert chosen is not None
    assert chosen.text == "mayor"
    assert leading(found[:2]) == found[0]
    assert leading([None]) is None


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("uk", "Варшава відкликала посла.", False),
        ("uk", "Варшава подякувала послу.", True),
        ("uk", "За даними розвідки, міст стоїть.", True),
        ("ru", "Это «не так».", True),
        ("en", "The bridge stands, the mayor said.", True),
        ("en", "The bridge stands.", False),
        ("de", "Er sagte nichts.", False),
    ],
)
def test_tells_speech_from_other_acts(language, text, expected):
    assert has_speech(text, language) == expected
