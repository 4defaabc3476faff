"""What looks like a name and names nobody: languages, persons, streets, parts of other names."""

from __future__ import annotations

import pytest

from stancelab.actors.mentions import MentionFinder


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uk", "російською мовою"),
        ("uk", "Розмовляють українською, читають польською."),
        ("ru", "на русском и английском."),
        ("ru", "русский язык"),
        ("en", "They speak Russian and French."),
        ("fr", "Île-de-France"),
        ("uk", "Москва-Сіті"),
        ("uk", "депутат А.Дума"),
        ("uk", "редактор Роман Чех"),
        ("ru", "глава агентства Елена Дума"),
        ("ru", "без Елены Думы"),
        ("uk", "аналітик Джессіка Берлін"),
        ("uk", "співачка Софія Ротару"),
        ("ru", "великий князь киевский"),
        ("ru", "Киевским князем он стал"),
        ("uk", "у Київському університеті"),
        ("uk", "вул. Київський Шлях, вулиця Варшавська"),
        ("uk", "у Волинській, Київській та Чернівецькій областях"),
        ("ru", "на русском нет"),
        ("uk", "переклали на російську"),
        ("uk", "у східній Європі та в обласній Раді"),
        ("uk", "Індійський океан"),
        ("zh", "发展中国家"),
    ],
)
def test_what_looks_like_a_name_is_none(finder: MentionFinder, language: str, text: str) -> None:
    """Languages, places within names, surnames, and longer names of something else."""
    assert finder.find(text, language) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Того дня чекали.", []),
        ("Чекали. «Того дня»", []),
        ("Рано того дня", []),
        ("Уряд Того чекав.", ["Того"]),
        ("ТОГО ДНЯ", []),
        ("Того мовчить. Уряд Того чекав.", ["Того", "Того"]),
        ("Нова Гвінея, Гвінея", ["Гвінея"]),
    ],
)
def test_ordinary_words_that_open_a_sentence(
    small_finder: MentionFinder, text: str, expected: list[str]
) -> None:
    """They count only if the text names the actor elsewhere, too."""
    assert [text[one.start : one.end] for one in small_finder.find(text, "uk")] == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("uk", "Слава Києву", ["Києву"]),
        ("uk", "Софія мовчить", ["Софія"]),
        ("ru", "Дума молчит", ["Дума"]),
        ("uk", "київська влада", ["київська"]),
        ("ru", "на русском корабле", ["русском"]),
        ("ru", "на польском и украинском рынках", ["польском", "украинском"]),
        ("uk", "повз станцію росіяни", ["росіяни"]),
    ],
)
def test_what_stands_beside_such_words_and_is_a_name(
    finder: MentionFinder, language: str, text: str, expected: list[str]
) -> None:
    """A given name in another case, a noun that goes with the adjective, words in lower case."""
    assert [text[one.start : one.end] for one in finder.find(text, language)] == expected
