"""The words that the rules go by."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib.resources import files

import pytest
import simplemma

from stancelab.morphology import analyzer
from stancelab.sources.english_words import EnglishWords
from stancelab.sources.readings import Readings
from stancelab.sources.tokens import quotes_of, tokenise
from stancelab.sources.wordlists import WordLists
from stancelab.sources.words import ANY, NOMINATIVE, PLURAL

LEMMAS = ("says", "acts", "happens", "bodies", "classifiers", "times", "relatives")


@pytest.mark.parametrize("language", ["uk", "en", "ru"])
def test_no_list_has_a_word_twice(language):
    text = (files("stancelab.sources") / "languages" / f"{language}.toml").read_text("utf-8")
    for name, entries in tomllib.loads(text).items():
        assert [word for word, times in Counter(entries).items() if times > 1] == [], name
        assert [word for word in entries if word != word.lower()] == [], name


@pytest.mark.parametrize("language", ["uk", "ru"])
@pytest.mark.parametrize("name", LEMMAS)
def test_lists_hold_dictionary_forms(language, name):
    words = WordLists.of(language).words[name]
    known = analyzer(language)
    strange = [w for w in words if w not in {each.normal_form for each in known.parse(w)}]
    assert strange == []


def test_verbs_of_the_english_lists_are_known_in_the_past_and_present():
    words = EnglishWords.shared()
    for verb in ("say", "deny", "condemn", "veto", "withdraw", "undertake", "overthrow"):
        third = {"deny": "denies", "veto": "vetoes"}.get(verb, verb + "s")
        assert words[third].verb, third
    for past in ("said", "told", "struck", "left", "withdrew", "overran", "laid", "cut", "blocked"):
        assert words[past].verb, past
    assert simplemma.lemmatize("said", "en") == "say"


def test_what_a_word_can_be():
    uk, en = Readings.of("uk"), EnglishWords.shared()
    assert uk["заявили"].says
    assert uk["заявили"].verb == PLURAL
    assert uk["заявити"].verb == 0
    assert uk["МАГАТЕ"].noun == ANY
    assert uk["Делі"].noun & NOMINATIVE == 7
    assert uk["речник"].actor
    assert not uk["енергетика"].actor
    assert en["US"].actor
    assert "first_person" in en["us"].flags
    assert "adverb" in en["Newly"].flags
    assert "adverb" not in en["Italy"].flags
    assert "adverb" not in en["family"].flags


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("м. Київ, 3-й полк.", ["м.", "Київ", ",", "3-й", "полк", "."]),
        ("U.S. and U.N. agents' reports", ["U.S.", "and", "U.N.", "agents'", "reports"]),
        ("Gen. A. Petrov won't.", ["Gen.", "A.", "Petrov", "won't", "."]),
        ("сімʼя… п’ять", ["сімʼя", "…", "п’ять"]),
    ],
)
def test_cuts_words(text, expected):
    assert [token.text for token in tokenise(text)] == expected


@pytest.mark.parametrize(
    ("text", "inside", "spans", "left"),
    [
        ("Він: «Так, „ні“ і «може»» тут", "", [(2, 13)], ""),
        ('Say "yes" or "no"', "", [(1, 4), (5, 8)], ""),
        ("“It went on", "", [(0, 4)], "”“"),
        ("and on” he said", "”“", [(0, 3)], ""),
        ("«І далі", "»", [(0, 3)], "»"),
        ("і далі», — каже", "", [(0, 3)], ""),
        ("‘No’ isn’t yes", "", [(0, 3)], ""),
    ],
)
def test_finds_quotations(text, inside, spans, left):
    tokens = tokenise(text)
    found, open_ = quotes_of(text, tokens, inside)
    assert [(quote.first, quote.last) for quote in found] == spans
    assert open_ == left


def test_words_are_forgotten_when_they_are_too_many(monkeypatch):
    words = Readings("uk")
    monkeypatch.setattr(Readings, "LIMIT", 2)
    for word in ("мир", "дім", "рік"):
        assert words[word].noun
    assert len(words) <= 2
