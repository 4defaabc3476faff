"""From an article to tags: who is asked about, where, and what is left out."""

from __future__ import annotations

import numpy as np
import pytest

from stancelab.actors.catalogue import read_catalogue
from stancelab.actors.mentions import MentionFinder
from stancelab.articles.article import make_article
from stancelab.scoring.bundle import Bundle
from stancelab.tagging.tagger import Tagger, had_context


class Recorder:
    """A predictor that keeps what it was asked."""

    kind = "recorder"

    def __init__(self):
        self.asked = []

    def predict_proba(self, table):
        self.asked += table.to_pylist()
        return np.tile([0.2, 0.3, 0.5], (len(table), 1))


@pytest.fixture(scope="module")
def finder():
    return MentionFinder(read_catalogue())


@pytest.fixture
def ask(finder):
    """Tag a text, and give the tags and what the classifier was asked."""

    def run(text, *, actors=(), context=None, trained_on=(), bodies=None, **how):
        predictor = Recorder()
        manifest = {"training_data": [{"name": name} for name in trained_on]}
        bundle, bodies = Bundle(manifest, predictor), bodies or {}
        tagger = Tagger(bundle, finder, actors=actors, context=context, bodies=bodies)
        return tagger.tag(make_article(text, "a.txt", **how)), predictor.asked

    return run


TEXT = "Варшава подякувала Києву. Мінськ погрожує Польщі та Литві."


def test_each_statement_is_asked_about_each_actor_once(ask):
    tags, asked = ask(TEXT, language="uk")
    assert [(tag.mention, tag.actor) for tag in tags] == [
        ("Києву", "Ukraine"),
        ("Польщі", "Poland"),
        ("Литві", "Lithuania"),
    ]
    assert [tag.speaker for tag in tags] == ["Poland", "Belarus", "Belarus"]
    for tag, row in zip(tags, asked, strict=True):
        assert TEXT[tag.start : tag.end] == tag.mention
        assert TEXT[tag.statement_start : tag.statement_end] == tag.text
        assert tag.text[tag.text_start : tag.text_end] == tag.mention
        assert row["text"][row["mention_start"] : row["mention_end"]] == tag.mention
        assert (row["actor"], row["source"], row["language"]) == (tag.actor, tag.source, "uk")
        assert tag.probabilities == (0.2, 0.3, 0.5)


def test_what_an_actor_says_of_itself_is_no_stance_toward_it(ask):
    text = "Речник МЗС Китаю заявив, що Пекін підтримує Чехію."
    tags, _ = ask(text, language="uk")
    assert [(tag.actor, tag.source_actor) for tag in tags] == [("Czechia", "China")]
    tags, _ = ask("Посол Чехії в Китаї заявив, що Пекін підтримує Чехію.", language="uk")
    assert [(tag.actor, tag.source_actor) for tag in tags] == [("China", "Czechia")]


@pytest.mark.parametrize(
    ("language", "text", "source", "state"),
    [
        (
            "uk",
            "Лідер Китаю Сі Цзіньпін прибув. Сі Цзіньпін наголосив, що Китай цінує Чехію.",
            "Сі Цзіньпін",
            "China",
        ),
        (
            "ru",
            "Прибыл президент России Владимир Путин. По словам Путина, Россия ценит Чехию.",
            "Путина",
            "Russia",
        ),
        ("en", "Chinese President Xi Jinping came. Xi said China values Czechia.", "Xi", "China"),
    ],
)
def test_whom_the_article_introduced_speaks_for_the_state(ask, language, text, source, state):
    tags, _ = ask(text, language=language)
    said = [(tag.actor, tag.source_actor) for tag in tags if tag.source == source]
    assert said == [("Czechia", state)]


def test_a_headline_may_name_a_person_before_the_article_introduces_them(ask):
    text = "Врона: Чехія допоможе\n\nМіністр Польщі Казімєж Врона сказав, що Чехія допоможе."
    tags, _ = ask(text, language="uk")
    assert [tag.source_actor for tag in tags] == ["Poland", "Poland"]


def test_nobody_is_known_from_another_article(ask):
    ask("Лідер Китаю Сі Цзіньпін прибув.", language="uk")
    tags, _ = ask("Сі Цзіньпін наголосив, що Китай цінує Чехію.", language="uk")
    assert [(tag.actor, tag.source_actor) for tag in tags] == [("China", ""), ("Czechia", "")]


def test_a_body_says_of_itself_what_it_says_of_its_state(ask):
    ministry = "Ministry of Foreign Affairs of Russia"
    text = "Глава МИД РФ Сергей Лавров прибыл. Лавров заявил, что Россия поддержит Чехию."
    tags, _ = ask(text, language="ru", bodies={ministry: "Russia"})
    said = [(tag.actor, tag.source_actor) for tag in tags if tag.source == "Лавров"]
    assert said == [("Czechia", ministry)]


def test_only_the_actors_that_are_asked_about(ask):
    tags, _ = ask(TEXT, actors=["Lithuania"], language="uk")
    assert [tag.actor for tag in tags] == ["Lithuania"]


def test_the_sentence_before_is_read_where_training_had_it(ask):
    text = "Мовчання тривало. Засуджено Мінськ."
    _, alone = ask(text, language="uk")
    assert [row["text"] for row in alone] == ["Засуджено Мінськ."]
    (tag,), (row,) = ask(text, language="uk", trained_on=["statements"])
    assert row["text"] == text
    assert row["text"][row["mention_start"] : row["mention_end"]] == "Мінськ"
    assert (tag.text, tag.mention) == ("Засуджено Мінськ.", "Мінськ")
    _, without = ask(text, language="uk", trained_on=["statements"], context=False)
    assert without == alone


def test_a_corpus_of_single_sentences_gives_no_context():
    assert not had_context(Bundle({"training_data": [{"name": "newsmtsc"}]}, Recorder()))
    assert not had_context(Bundle({}, Recorder()))


def test_markup_and_hidden_characters_do_not_move_spans(ask):
    text = "<p>Засуджено <b>М\u00adінськ</b>&nbsp;і Mоскву.</p>"
    tags, _ = ask(text, markup="html", language="uk")
    assert [(tag.actor, tag.mention) for tag in tags] == [
        ("Belarus", "М\u00adінськ"),
        ("Russia", "Mоскву"),
    ]
    assert all(text[tag.start : tag.end] == tag.mention for tag in tags)
    assert {tag.text for tag in tags} == {"Засуджено Мінськ і Москву."}
    assert [tag.text[tag.text_start : tag.text_end] for tag in tags] == ["Мінськ", "Москву"]


def test_an_item_is_read_with_its_introduction_and_tagged_for_itself(ask):
    text = "Підтримано:\n\n- Київ;\n- Вільнюс."
    tags, asked = ask(text, markup="markdown", language="uk")
    assert [tag.actor for tag in tags] == ["Ukraine", "Lithuania"]
    assert asked[0]["text"].startswith("Підтримано: ")
    assert [tag.text for tag in tags] == ["Київ;", "Вільнюс."]


def test_both_sides_are_the_pair_that_was_named(ask):
    tags, _ = ask("Делі зустрів Токіо. Посли похвалили обидві країни.", language="uk")
    inferred = [(tag.actor, tag.mention) for tag in tags if tag.inferred]
    assert inferred == [("India", "обидві країни"), ("Japan", "обидві країни")]


def test_nothing_named_gives_nothing(ask):
    assert ask("Сьогодні дощило.", language="uk") == ([], [])
