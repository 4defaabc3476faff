"""Whose source a title is."""

from __future__ import annotations

from collections import namedtuple

import pytest

from stancelab.sources.owning import owners

Mention = namedtuple("Mention", "start end actor")


def mentions(source, names):
    """Mark actors where their names stand."""
    return [
        Mention(source.index(name), source.index(name) + len(name), actor)
        for name, actor in names.items()
    ]


@pytest.mark.parametrize(
    ("language", "source", "names", "expected"),
    [
        ("uk", "речник МЗС Китаю", {"Китаю": "China"}, ["China"]),
        ("uk", "посол США в Україні", {"США": "US", "Україні": "Ukraine"}, ["US"]),
        ("uk", "міністр закордонних справ України", {"України": "Ukraine"}, ["Ukraine"]),
        ("uk", "депутатка з Лубумбаші", {"Лубумбаші": "DR Congo"}, ["DR Congo"]),
        ("uk", "посол у сусідній Україні", {"Україні": "Ukraine"}, []),
        ("uk", "посла в Україні", {"Україні": "Ukraine"}, []),
        ("uk", "демонстранти проти Росії", {"Росії": "Russia"}, []),
        (
            "uk",
            "російське посольство в Празі",
            {"російське": "Russia", "Празі": "Czechia"},
            ["Russia"],
        ),
        ("uk", "Сеул і Токіо", {"Сеул": "South Korea", "Токіо": "Japan"}, ["South Korea", "Japan"]),
        ("uk", "радник з безпеки президента США", {"США": "US"}, ["US"]),
        ("uk", "речниця", {}, []),
        ("ru", "представитель США при ООН", {"США": "US", "ООН": "UN"}, ["US"]),
        (
            "en",
            "Ukraine's ambassador to Poland",
            {"Ukraine": "Ukraine", "Poland": "Poland"},
            ["Ukraine"],
        ),
        ("en", "government spokesperson in Budapest", {"Budapest": "Hungary"}, ["Hungary"]),
        ("en", "ambassador to Poland", {"Poland": "Poland"}, []),
        (
            "en",
            "Italy, Spain and Malta",
            {"Italy": "I", "Spain": "S", "Malta": "M"},
            ["I", "S", "M"],
        ),
        ("en", "US Ukraine envoy", {"US": "US", "Ukraine": "Ukraine"}, ["US", "Ukraine"]),
    ],
)
def test_the_first_named_owns_unless_a_preposition_governs_it(language, source, names, expected):
    found = mentions(source, names)
    assert list(owners(source, found, language)) == expected
    assert list(owners(source, found[::-1], language)) == expected
