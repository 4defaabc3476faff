"""Persons whom an article introduces, and the sources that they are."""

from __future__ import annotations

import pytest

from stancelab.actors.catalogue import read_catalogue
from stancelab.actors.mentions import MentionFinder
from stancelab.sources.persons import Persons


@pytest.fixture(scope="module")
def finder():
    return MentionFinder(read_catalogue())


@pytest.fixture
def learnt(finder):
    def learn(language, *sentences):
        persons = Persons(bodies={"UN Security Council"})
        for text in sentences:
            persons.learn(text, finder.find(text, language), language)
        return persons

    return learn


US, RUSSIA, CHINA = ("United States",), ("Russia",), ("China",)


@pytest.mark.parametrize(
    ("language", "text", "source", "expected"),
    [
        ("uk", "Лідер Китаю Сі Цзіньпін прибув до Москви.", "Сі Цзіньпін", CHINA),
        ("uk", "Лідер Китаю Сі Цзіньпін прибув до Москви.", "Сі", CHINA),
        ("uk", "Це було після погроз президента США Дональда Трампа.", "Дональд Трамп", US),
        ("uk", "Він говорив із російським диктатором Володимиром Путіним.", "Путін", RUSSIA),
        ("uk", "Прибув секретар Радбезу РФ Сергій Шойгу.", "Шойгу", RUSSIA),
        ("uk", "Речник Кремля Дмитро Пєсков мовчить.", "речник Пєсков", RUSSIA),
        ("uk", "Президент України Володимир Зеленський тут.", "Президент Зеленський", ("Ukraine",)),
        ("uk", "Посол США в Україні Бріджит Брінк виступила.", "Брінк", US),
        ("uk", "Міністр закордонних справ Польщі Радослав Сікорський.", "Сікорського", ("Poland",)),
        ("uk", "Голова Єврокомісії Урсула фон дер Ляєн.", "фон дер Ляєн", ("European Commission",)),
        ("uk", "Заступник міністра оборони Росії Іван Попов пішов.", "Іван Попов", RUSSIA),
        ("ru", "Президент России Владимир Путин прилетел.", "В. Путин", RUSSIA),
        ("ru", "Переговоры с главой МИД Китая Ван И и лидером КНР Си Цзиньпином.", "Си", CHINA),
        ("ru", "Министр обороны Германии Йоханн Вадефуль.", "Вадефуль", ("Germany",)),
        ("ru", "Пресс-секретарь Кремля Дмитрий Песков ответил.", "Дмитрий Песков", RUSSIA),
        ("en", "Russian President Vladimir Putin arrived.", "Putin", RUSSIA),
        ("en", "US Secretary of State Antony Blinken arrived.", "Blinken", US),
        ("en", "China's Foreign Minister Wang Yi arrived.", "Wang Yi", CHINA),
        ("en", "The President of the United States Donald Trump came.", "President Trump", US),
        ("en", "US ambassador to Ukraine Bridget Brink came.", "Bridget Brink", US),
        ("en", "Chinese Foreign Ministry spokeswoman Mao Ning came.", "Mao Ning", CHINA),
        ("en", "Syrian President Bashar al-Assad came.", "Assad", ("Syria",)),
        ("en", "NATO Secretary General Mark Rutte on Monday.", "Rutte", ("NATO",)),
    ],
)
def test_who_is_introduced_with_a_state_is_of_it(learnt, language, text, source, expected):
    assert learnt(language, text).owners(source, language) == expected


@pytest.mark.parametrize(
    ("language", "text", "source"),
    [
        ("uk", "Президент України Трампу не відповів.", "Трамп"),
        ("uk", "Російському президенту Нетаньягу подзвонив.", "Нетаньягу"),
        ("uk", "Лідери Росії та Китаю Володимир Путін і Сі Цзіньпін.", "Володимир Путін"),
        ("uk", "Колишній президент США Барак Обама прибув.", "Обама"),
        ("uk", "Російський опозиціонер Олексій Навальний прибув.", "Навальний"),
        ("uk", "Критик Кремля Гаррі Каспаров прибув.", "Каспаров"),
        ("uk", "Дружина президента України Олена Зеленська прибула.", "Зеленська"),
        ("uk", "Він чув дружину президента України Олену Зеленську.", "Зеленська"),
        ("uk", "Президент України Володимир Зеленський прибув.", "Зеленська"),
        ("uk", "Президент України Володимир Зеленський прибув.", "Володимир Кличко"),
        ("uk", "Президент України Володимир Зеленський прибув.", "Володимир"),
        ("uk", "Президент США Дональд Трамп прибув.", "адвокат Трампа"),
        ("uk", "Президент США Дональд Трамп прибув.", "Меланія Трамп"),
        ("ru", "Глава Совета безопасности Николай Патрушев пришел.", "Патрушев"),
        ("ru", "Награда сына главы Чечни Адама Кадырова.", "Адам Кадыров"),
        ("en", "Former US President Barack Obama came.", "Obama"),
        ("en", "He told Ukraine President Trump had agreed.", "Trump"),
        ("en", "The Ukrainian leader Trump called a dictator left.", "Trump"),
        ("en", "Russian opposition leader Alexei Navalny came.", "Navalny"),
        ("en", "UN ambassador Jonathan Cohen came.", "Cohen"),
        ("en", "Russian President Vladimir Putin came.", "Putin's critics"),
        ("en", "US President Donald Trump came.", "Eric Trump"),
    ],
)
def test_others_are_of_no_state(learnt, language, text, source):
    assert learnt(language, text).owners(source, language) == ()


def test_several_persons_are_of_several_states(learnt):
    persons = learnt("uk", "Президент США Дональд Трамп і прем'єр Угорщини Віктор Орбан говорили.")
    assert persons.owners("Трамп і Орбан", "uk") == ("United States", "Hungary")
    assert persons.owners("Трамп і Каспаров", "uk") == ()


def test_who_is_introduced_with_two_states_is_of_none(learnt):
    persons = learnt("en", "US envoy John Smith left.", "British minister John Smith came.")
    assert persons.owners("Smith", "en") == ()


def test_nothing_is_known_before_or_in_another_language(learnt):
    assert Persons().owners("Путін", "uk") == ()
    assert learnt("ru", "Президент России Владимир Путин.").owners("Путин", "uk") == ()
