"""Other actors are put where one is named: of the same kind, drawn by the row, and no others."""

from __future__ import annotations

import sys

import pytest

from stancelab.actors.catalogue import read_catalogue
from stancelab.actors.lemmas import lemmatiser
from stancelab.actors.mentions import MentionFinder
from stancelab.bias.names import NameBook
from stancelab.bias.swapping import MOST, Asked, Swapper, rows_of
from stancelab.morphology import analyzer

TEXT = "Київ подякував Китаю й Ірану."


def asked(text, word, actor, language, row_id="1"):
    start = text.index(word) if word else -1
    return Asked(row_id, text, actor, start, start + len(word) if word else -1, language)


@pytest.fixture(scope="module")
def swapper():
    return Swapper(read_catalogue())


def test_only_the_name_changes_and_no_actor_that_is_there_is_put_in(swapper):
    found = swapper.swaps([asked(TEXT, "Китаю", "China", "uk")])
    assert not found.not_tested
    assert len(found.swaps) == MOST == len({one.other for one in found.swaps})
    for one in found.swaps:
        assert one.text == f"Київ подякував {one.name} й Ірану."
        assert one.text[one.start : one.end] == one.name
        assert one.actor == "China"
        assert one.other not in ("China", "Iran", "Ukraine")


def test_a_row_is_drawn_alike_wherever_it_stands(swapper):
    row = asked(TEXT, "Китаю", "China", "uk")
    other = asked("Oslo thanked Rome.", "Rome", "Italy", "en", "2")
    first, last = swapper.swaps([row, other]).swaps, swapper.swaps([other, row]).swaps
    texts = [{one.text for one in swaps if one.actor == "China"} for swaps in (first, last)]
    assert texts[0] == texts[1]
    again = swapper.swaps([row._replace(id="3"), other]).swaps
    assert {one.text for one in again if one.actor == "China"} != texts[0]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (asked("Ніхто не прийшов.", "", "China", "uk"), "no_mention"),
        (asked("New Zealand agreed.", "New Zealand", "New Zealand", "en"), "several_words"),
        (asked("Pekin zgodził się.", "Pekin", "China", "pl"), "other_language"),
        (asked("Rivia agreed.", "Rivia", "Rivia", "en"), "not_in_catalogue"),
        (asked("Рашисти знову тут.", "Рашисти", "Russia", "uk"), "other_name"),
        (asked("Кремль мовчить.", "Кремль", "Russia", "uk"), "other_name"),
        (asked("Брюссель мовчить.", "Брюссель", "European Union", "uk"), "nothing_fits"),
    ],
)
def test_what_cannot_be_tested_is_counted(swapper, row, reason):
    found = swapper.swaps([row])
    assert found.not_tested == {reason: 1}
    assert found.swaps == ()


def test_organisations_give_way_to_organisations(swapper):
    found = swapper.swaps([asked("НАТО мовчить.", "НАТО", "NATO", "uk")])
    actors = read_catalogue().actors
    assert {actors[one.other].kind for one in found.swaps} == {"organisation"}


def test_actors_are_known_by_codes_other_names_and_mentions(swapper):
    text = "Москва і Китай."
    assert swapper.actor_of(asked("US", "US", "US", "en")) == "United States"
    assert swapper.actor_of(asked(text, "Китай", "China", "uk")) == "China"
    assert swapper.actor_of(asked(text, "Москва", "Москва", "uk")) == "Russia"
    assert swapper.actor_of(asked(text, "", "Rivia", "uk")) is None


def test_without_the_dictionaries_slavic_rows_are_counted_and_english_ones_tested(monkeypatch):
    monkeypatch.setitem(sys.modules, "pymorphy3", None)
    caches = (lemmatiser, analyzer)
    for one in caches:
        one.cache_clear()
    rows = [
        asked(TEXT, "Китаю", "China", "uk"),
        asked("Oslo thanked Rome.", "Rome", "Italy", "en"),
    ]
    found = Swapper(read_catalogue()).swaps(rows)
    for one in caches:
        one.cache_clear()
    assert found.not_tested == {"missing_extra": 1}
    assert {one.row for one in found.swaps} == {1}


def test_names_that_several_actors_have_are_not_put_in():
    book = NameBook(read_catalogue(), "uk")
    assert book.other_names("South Korea", "adjective") == ("південнокорейський",)
    assert book.other_names("European Union", "capital") == ()
    assert book.called("Russia", "рашистського") is None
    assert book.called("Russia", "росіянами").how == "people"


def test_what_is_put_into_the_corpus_is_found_there_again(swapper, corpus):
    rows = rows_of(corpus.slice(0, 1200))
    found = swapper.swaps(rows)
    assert len({one.row for one in found.swaps}) > 300
    finder, missed = MentionFinder(read_catalogue()), []
    for one in found.swaps[::7]:
        mentions = finder.find(one.text, rows[one.row].language)
        if (one.start, one.other) not in {(each.start, each.actor) for each in mentions}:
            missed.append(one)
    assert len(missed) < 0.03 * len(found.swaps[::7]), missed
