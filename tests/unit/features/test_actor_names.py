"""What actors are called in the language of a statement."""

from __future__ import annotations

import pytest

from stancelab.features.actor_names import local_name


@pytest.mark.parametrize(
    ("actor", "language", "name"),
    [
        ("Russia", "uk", "Росія"),
        ("China", "zh", "中国"),
        ("US", "de", "Vereinigte Staaten"),
        ("USA", "ru", "Соединенные Штаты"),
        ("the UK", "pl", "Wielka Brytania"),
        ("UN", "fr", "Nations Unies"),
        ("Bosnia and Herzegovina", "de", "Bosnien und Herzegowina"),
        ("Palestine", "es", "Territorios Palestinos"),
        ("Turkey", "en-US", "Türkiye"),
    ],
)
def test_states_are_named(actor, language, name):
    assert local_name(actor, language) == name


@pytest.mark.parametrize(
    ("actor", "language"),
    [
        ("NATO", "uk"),
        ("Росія", "uk"),
        ("Russia", "en"),
        ("Poland", ""),
        ("Poland", "xx"),
        ("Poland", "not a language"),
        ("", "uk"),
        ("the ", "uk"),
    ],
)
def test_what_is_not_known_or_no_other_name_has_none(actor, language):
    assert local_name(actor, language) is None


def test_every_actor_of_the_corpus_can_be_asked_for(corpus):
    pairs = set(zip(corpus["actor"].to_pylist(), corpus["language"].to_pylist(), strict=True))
    named = [name for name in (local_name(*pair) for pair in sorted(pairs)) if name]
    assert len(named) > 100
    assert all(name == name.strip() for name in named)
