"""A text in which the actor is marked tells actors, and whether they are named, apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from stancelab.features.marked_texts import ABSENT, ASKED, BEGIN, END, marked_texts
from stancelab.predictors.blind import hide_actor
from stancelab.schema import as_table

TEXT = "Oslo thanked Warsaw and condemned Minsk."


def shown(*rows):
    return marked_texts(as_table([{"text": text, "actor": actor} for text, actor in rows]))


def test_actors_of_one_text_are_told_apart():
    found = shown(*[(TEXT, actor) for actor in ("Oslo", "Warsaw", "Minsk", "Rome", "Kyiv")])
    assert len(set(found)) == 5
    assert found[1] == (
        "Oslo thanked __actor__ Warsaw __end__ and condemned Minsk. __asked__ Warsaw"
    )
    assert found[3] == f"{TEXT} __absent__ __asked__ Rome"


def test_the_mention_stays_as_written_beside_the_name_that_is_asked_for():
    row = {"text": "Київ подякував Варшаві.", "actor": "Варшава"}
    table = as_table([row | {"mention_start": 15, "mention_end": 22}])
    assert marked_texts(table) == ["Київ подякував __actor__ Варшаві __end__ . __asked__ Варшава"]


def test_the_control_sees_the_text_alone():
    table = hide_actor(as_table([{"text": TEXT, "actor": "Warsaw"}]))
    assert marked_texts(table) == [TEXT]


def test_each_marker_is_one_word_to_a_vectorizer():
    cut = TfidfVectorizer(ngram_range=(1, 2)).build_analyzer()
    terms = cut(shown((TEXT, "Warsaw"))[0])
    assert {BEGIN, END, ASKED, "thanked __actor__", "__actor__ warsaw"} <= set(terms)
    assert ABSENT in cut(shown((TEXT, "Rome"))[0])


@pytest.mark.parametrize("marker", [BEGIN, END, ABSENT, ASKED, BEGIN.upper(), BEGIN * 2])
def test_a_text_that_spells_a_marker_has_none(marker):
    spelled, plain = shown((f"Oslo met {marker} Rome.", "Oslo"), ("Oslo met Rome.", "Oslo"))
    for one in (BEGIN, END, ABSENT, ASKED):
        assert spelled.lower().split().count(one) == plain.split().count(one)
    assert shown(("Oslo met Rome.", f"x {marker} y"))[0].lower().count(marker.lower()) <= 1


@given(st.lists(st.sampled_from(["__", "_", "actor", "end", "ABSENT", "asked", " ", "x"])))
def test_no_text_can_be_taken_for_a_marked_one(parts):
    text = "x" + "".join(parts)
    table = hide_actor(as_table([{"text": text, "actor": ""}]))
    words = marked_texts(table)[0].lower().split()
    assert not {BEGIN, END, ABSENT, ASKED} & set(words)
