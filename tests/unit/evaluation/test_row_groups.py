from __future__ import annotations

import json
import sys

import pytest

from stancelab.actors import cldr
from stancelab.evaluation import row_groups
from stancelab.evaluation.negation import is_negated
from stancelab.evaluation.row_groups import DIMENSIONS, actor_type, groups_of
from stancelab.schema import as_table


def table(*rows):
    return as_table([{"actor": "Oslo", "language": "en"} | row for row in rows])


def test_every_dimension_has_a_value_for_each_row():
    rows = table(
        {
            "text": "Rome thanked Oslo.",
            "dataset": "",
            "attributes": json.dumps({"genre": "wire", "topic": "trade"}),
        },
        {"text": "Rome thanked Oslo.", "actor": "Russia", "attributes": "{}", "dataset": "made"},
    )
    found = groups_of(rows)
    assert tuple(found) == DIMENSIONS
    assert [values[0] for values in found.values()] == [
        "en", "Oslo", "other", "", "wire", "trade", "1-15", "2", "named", "not negated",
    ]  # fmt: skip
    assert [values[1] for values in found.values()] == [
        "en", "Russia", "country", "made", "", "", "1-15", "2", "not named", "not negated",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "name"),
    [(1, "1-15"), (15, "1-15"), (16, "16-25"), (40, "26-40"), (41, "41-100"), (101, "101+")],
)
def test_length_is_in_words(words, name):
    found = groups_of(table({"text": " ".join(["слово"] * words)}, {"text": "一" * 2 * words}))
    assert found["length"] == [name, name]


def test_actors_are_counted_by_statement():
    rows = [{"text": "One.", "actor": "a"}]
    rows += [{"text": "Two.", "actor": name} for name in "ab"]
    rows += [{"text": "Four.", "actor": name} for name in "abcd"]
    assert groups_of(table(*rows))["actors"] == ["1", "2", "2", *["3+"] * 4]


@pytest.mark.parametrize("key", ["actor_type", "entity_type", "target_type"])
def test_what_a_corpus_says_of_an_actor_comes_first(key):
    attributes = json.dumps({key: "PERSON"})
    rows = table({"text": "x", "actor": "Russia", "attributes": attributes})
    assert groups_of(rows)["actor_type"] == ["person"]


def test_unions_are_no_countries():
    names = ("United States", "UK", "Україна", "European Union", "United Nations", "UN", "NATO")
    assert [actor_type(name, "uk") for name in names] == ["country"] * 3 + ["other"] * 4
    assert actor_type("Oslo", "no such language") == "other"


def test_without_babel_the_type_is_not_known(monkeypatch):
    monkeypatch.setitem(sys.modules, "babel", None)
    monkeypatch.setattr(row_groups, "_countries", row_groups._countries.__wrapped__)
    for name in ("knows", "territories"):
        monkeypatch.setattr(cldr, name, getattr(cldr, name).__wrapped__)
    assert actor_type("Russia", "uk") == ""


@pytest.mark.parametrize(
    ("language", "negated", "plain"),
    [
        ("uk", "Київ не погодився.", "Київ небезпідставно радий."),
        ("en", "Rome didn’t agree.", "Rome noted it in a knot."),
        ("en-GB", "Rome isn't there.", "Rome is there."),
        ("ru", "Это нельзя простить.", "Москва рада."),
        ("pl", "Polska nie zgodziła się.", "Polska niestety czeka."),
        ("de", "Berlin stimmt nicht zu.", "Berlin hat nieder gesehen."),
        ("fr", "Paris n’a rien dit.", "Paris a négocié."),
        ("es", "Madrid no firmó.", "Madrid notificó."),
        ("tr", "Ankara imzalamadı.", "Ankara imzaladı."),
        ("ar", "ولم يوافق.", "وافق العراق."),
        ("zh", "北京没有同意。", "北京未来不断发展无人机。"),
    ],
)
def test_negation_is_a_word_of_the_language(language, negated, plain):
    assert (is_negated(negated, language), is_negated(plain, language)) == (True, False)


def test_negation_is_not_known_in_other_languages():
    assert groups_of(table({"text": "Oslo ei.", "language": "fi"}))["negation"] == [""]
