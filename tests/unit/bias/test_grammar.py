"""Names take the form of those that they replace, or none where no form is sure."""

from __future__ import annotations

import sys

import pytest

from stancelab.bias.english import EnglishGrammar
from stancelab.bias.grammar import cased
from stancelab.bias.inflection import Inflector
from stancelab.bias.slavic import EastSlavicGrammar
from stancelab.errors import MissingExtraError
from stancelab.morphology import analyzer


@pytest.fixture(scope="module")
def slavic():
    return {language: EastSlavicGrammar(language) for language in ("uk", "ru")}


@pytest.mark.parametrize(
    ("language", "how", "word", "own", "other", "form"),
    [
        ("uk", "name", "Китаю", "Китай", "Іран", "Ірану"),
        ("uk", "name", "Китаєм", "Китай", "Казахстан", "Казахстаном"),
        ("uk", "name", "росію", "Росія", "Франція", "францію"),
        ("uk", "name", "РОСІЯ", "Росія", "Франція", "ФРАНЦІЯ"),
        ("uk", "name", "США", "США", "ОАЕ", "ОАЕ"),
        ("uk", "name", "НАТО", "НАТО", "МАГАТЕ", "МАГАТЕ"),
        ("uk", "name", "Латвіє", "Латвія", "Японія", "Японіє"),
        ("uk", "capital", "Києвом", "Київ", "Берлін", "Берліном"),
        ("uk", "capital", "Стокгольмові", "Стокгольм", "Белград", "Белградові"),
        ("uk", "adjective", "російською", "російський", "французький", "французькою"),
        ("uk", "adjective", "Російського", "російський", "китайський", "Китайського"),
        ("uk", "people", "росіяни", "росіянин", "француз", "французи"),
        ("uk", "people", "українців", "українець", "поляк", "поляків"),
        ("ru", "name", "Китаем", "Китай", "Иран", "Ираном"),
        ("ru", "name", "в'єтнаму", "В’єтнам", "Китай", None),
        ("ru", "capital", "Пекине", "Пекин", "Таллин", "Таллине"),
        ("ru", "adjective", "украинскую", "украинский", "немецкий", "немецкую"),
        ("ru", "people", "россиянам", "россиянин", "чех", "чехам"),
        # other genders and numbers: verbs and adjectives would no longer agree
        ("uk", "name", "Росія", "Росія", "Китай", None),
        ("uk", "name", "США", "США", "Китай", None),
        ("ru", "name", "Нидерланды", "Нидерланды", "Китай", None),
        # Росії is genitive, dative and locative: Україна has two forms for them
        ("uk", "name", "Росії", "Росія", "Україна", None),
        ("uk", "name", "Росії", "Росія", "Індія", "Індії"),
        # several genders, and none that is known
        ("uk", "name", "Чилі", "Чилі", "Перу", None),
        ("uk", "name", "ЙЦУК", "ЙЦУК", "НАТО", None),
    ],
)
def test_slavic_names_are_inflected_or_left(slavic, language, how, word, own, other, form):
    assert slavic[language].put(word, own, other, how) == form


@pytest.mark.parametrize(
    ("language", "text", "other", "kept"),
    [
        ("ru", "во Франции", "Польше", False),
        ("ru", "в Польше", "Франции", False),
        ("ru", "в Польше", "Венгрии", True),
        ("ru", "в Польше", "ФРГ", True),
        ("ru", "об Италии", "Польше", False),
        ("ru", "о Польше", "Италии", False),
        ("ru", "Россия-Польше", "Италии", False),
        ("uk", "у Польщі", "Україні", False),
        ("uk", "в Польщі", "Франції", False),
        ("uk", "зі Швеції", "Польщі", False),
        ("uk", "до Польщі", "Франції", True),
    ],
)
def test_what_stands_before_a_name_stays_right(slavic, language, text, other, kept):
    start = text.replace("-", " ").index(" ") + 1
    assert slavic[language].keeps(text, start, len(text), other) is kept


@pytest.mark.parametrize(
    ("how", "word", "other", "form"),
    [
        ("name", "Russia", "Ukraine", "Ukraine"),
        ("name", "CHINA", "India", "INDIA"),
        ("name", "US", "UK", "UK"),
        ("name", "US", "France", None),  # the US
        ("name", "Taliban", "Hamas", None),
        ("name", "NATO", "ASEAN", "ASEAN"),
        ("name", "NATO", "IMF", None),
        ("adjective", "Russian", "German", "German"),
        ("adjective", "Chinese", "French", "French"),
        ("adjective", "Chinese", "German", None),  # the Chinese are many, the German is one
        ("people", "Russians", "Poles", "Poles"),
        ("people", "Russians", "Frenchman", None),
    ],
)
def test_english_names_replace_those_that_are_used_alike(how, word, other, form):
    own = word.capitalize() if word == "CHINA" else word
    assert EnglishGrammar().put(word, own, other, how) == form


@pytest.mark.parametrize(
    ("text", "word", "other", "kept"),
    [
        ("an Iranian envoy", "Iranian", "Ukrainian", False),
        ("a Russian envoy", "Russian", "Ukrainian", True),
        ("an Iranian envoy", "Iranian", "Uzbek", True),
        ("a NATO envoy", "NATO", "IMF", False),
        ("the Netherlands' envoy", "Netherlands", "France", False),
        ("Russia's envoy", "Russia", "France", True),
    ],
)
def test_articles_and_apostrophes_stay_right(text, word, other, kept):
    start = text.index(word)
    assert EnglishGrammar().keeps(text, start, start + len(word), other) is kept


def test_us_is_no_state_when_it_is_a_pronoun():
    grammar = EnglishGrammar()
    assert not grammar.is_form("us", "US", "name")
    assert grammar.is_form("china", "China", "name")


def test_abbreviations_keep_their_capitals_in_their_endings():
    assert cased("Талібану", "Талібан", "ХАМАС", "хамасу") == "ХАМАСу"


def test_forms_do_not_depend_on_the_order_of_sets():
    china = Inflector("uk").paradigm("Китай", "name")
    given = china.slots_of("китаю")
    assert {china.form_in(frozenset(order), "ю") for order in (given, sorted(given, key=str))} == {
        "китаю"
    }


def test_a_missing_dictionary_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pymorphy3", None)
    analyzer.cache_clear()
    with pytest.raises(MissingExtraError, match=r"pymorphy3.*stancelab\[articles\]"):
        EastSlavicGrammar("uk")
    analyzer.cache_clear()
