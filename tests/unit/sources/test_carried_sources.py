"""Sources that go on over several sentences."""

from __future__ import annotations

import pytest

from stancelab.errors import InputError, MissingExtraError
from stancelab.morphology import analyzer
from stancelab.sources import Source, find_sources
from stancelab.sources.carrying import LONGEST


def texts(sentences, language):
    return [source and source.text for source in find_sources(sentences, language)]


def carried(name):
    return Source(name, -1, -1, "carried")


def test_a_quotation_belongs_to_who_is_named_before_it():
    found = find_sources(
        [
            "Мер містечка не добирає слів: «Сусіди мовчки пересаджують людей.",
            "Потім вони надсилають рахунок.",
            "Це шахрайство».",
            "Потяги стоять.",
        ],
        "uk",
    )
    assert found[0] == Source("Мер містечка", 0, 12, "speaker")
    assert found[1:3] == [carried("Мер містечка")] * 2
    assert found[3] is None


def test_a_quotation_belongs_to_who_is_named_after_it():
    found = find_sources(
        ["«Краб як краб.", "Учора його купували японці», — каже рибалка.", "Купують усі."], "uk"
    )
    assert found[0] == carried("рибалка")
    assert found[1] == Source("рибалка", 36, 43, "speaker")
    assert found[2] != carried("рибалка")


def test_the_words_of_the_author_inside_a_quotation_are_not_quoted():
    sentences = ["«Мито має адресу, — бідкався міністр.", "— І я їм слова не скажу»."]
    assert texts(sentences, "uk") == ["міністр", "міністр"]


def test_pronouns_go_back_to_who_spoke_last_and_agrees():
    sentences = [
        "Міністр оборони Польщі подякував Києву.",
        "Речниця уряду заявила, що рішення ухвалять.",
        "Він додав, що танки вже в дорозі.",
        "За її словами, поспішати нікуди.",
        "За його словами, чекають усі.",
    ]
    assert texts(sentences, "uk")[2:] == [
        "Міністр оборони Польщі",
        "Речниця уряду",
        "Речниця уряду",
    ]


def test_english_pronouns_and_quotations():
    sentences = [
        "The Cuban envoy thanked Mexico.",
        '"We will not forget it.',
        'Nor will our children," she said.',
        "He added nothing.",
    ]
    assert texts(sentences, "en") == ["Cuban envoy"] * 4


def test_a_quotation_that_stands_alone_belongs_to_who_acted_before():
    sentences = ["Tunisia sent Rome its cheque back.", '"We will not be paid to be a fence."']
    assert find_sources(sentences, "en")[1] == carried("Tunisia")


def test_a_quotation_that_never_ends_is_given_up():
    sentences = ["Мер каже: «Сусіди мовчать.", *["Вони мовчать."] * (LONGEST + 3)]
    found = texts(sentences, "uk")
    assert found[LONGEST - 1] == "Мер"
    assert found[-1] != "Мер"


def test_a_pronoun_far_from_any_name_stands_for_nobody():
    sentences = ["Мер заявив, що йде.", *["Дощить."] * 6, "Він додав, що йде."]
    assert texts(sentences, "uk")[-1] is None


def test_a_sentence_in_another_language_ends_a_quotation():
    sentences = ["Мер каже: «Сусіди мовчать.", "Niemand spricht.", "Вони мовчать»."]
    assert texts(sentences[:1], "uk") == ["Мер"]
    assert find_sources(sentences, ["uk", "de", "uk"])[1] is None


def test_wrong_input_is_refused():
    with pytest.raises(InputError, match="column 'sentences': expected a list of text"):
        find_sources("Oslo paid.", "en")
    with pytest.raises(InputError, match="column 'language': found 1 for 2 sentences; give one"):
        find_sources(["Oslo paid.", "Rome too."], ["en"])


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pymorphy3", None)
    analyzer.cache_clear()
    with pytest.raises(MissingExtraError, match=r"'pymorphy3'.*stancelab\[articles\]"):
        analyzer("uk")
    analyzer.cache_clear()
