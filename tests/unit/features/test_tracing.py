"""Where n-grams and tokens come from: held against what the analysers and tokenizers make."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from stancelab.features.actor_tokens import ActorTokenizer, InputSettings, Query, queries
from stancelab.features.ngrams import Row, TfidfSettings, analyse, rows
from stancelab.features.tracing import trace
from stancelab.features.words import NO_WORD, WordWeights, WrittenWords
from stancelab.predictors.blind import hide_actor

SETTINGS = [TfidfSettings(), TfidfSettings(characters=False), TfidfSettings(True, 3, 4, 2)]
SCRIPTS = "abRO деїК中俄美國§عراق.,-’'! "


@pytest.fixture(scope="module")
def sample(corpus):
    return corpus.take(np.random.default_rng(3).choice(len(corpus), 150, replace=False))


@st.composite
def a_row(draw):
    """Give a text of several scripts, in which some span, or none, is the mention."""
    text = draw(st.text(SCRIPTS, max_size=50))
    if not text or draw(st.booleans()):
        return Row(text, draw(st.sampled_from(["", "Oslo"])), -1, -1)
    start = draw(st.integers(0, len(text) - 1))
    return Row(text, "Oslo", start, draw(st.integers(start + 1, len(text))))


def check(row, settings):
    """Make each n-gram again from the tokens that it is said to come from."""
    spans, origins = trace(row, settings)
    tokens = [row.text[slice(*span)].lower() for span in spans]
    mention = next((at for at, span in enumerate(spans) if span == (row.start, row.end)), None)
    blocks = zip(settings.blocks, analyse(row, settings), origins, strict=True)
    for name, terms, own in blocks:
        for term, pair in zip(terms, own, strict=True):
            words = [tokens[at] for at in dict.fromkeys(pair) if at != NO_WORD]
            if name == "mention":
                of_mention = term.startswith(("actor=", "name=", "ending=")) and mention is not None
                assert (pair == (mention, mention)) == of_mention
                beside = term.partition("=")[2].split(" ending=")[0]
                assert not term.startswith(("left=", "right=")) or words[0] == beside
                assert pair != (NO_WORD, NO_WORD) or term.startswith(
                    ("actor=", "absent", "place=", "first=")
                )
                continue
            if name.startswith("window"):
                term = term.removeprefix("<").removeprefix(">")
            if name.endswith("chars"):
                assert term in f" {words[0] if words else '§'} "
                continue
            shown = term.removeprefix("near ").removeprefix("far ")
            bare = shown.removeprefix("§ ").removesuffix(" §")
            assert " ".join(words) in (term, shown, bare) if words else shown == "§"


@pytest.mark.parametrize("settings", SETTINGS)
def test_ngrams_are_made_of_the_tokens_that_they_are_traced_to(sample, settings):
    for row in (*rows(sample), *rows(hide_actor(sample.slice(0, 30)))):
        check(row, settings)


@given(a_row(), st.sampled_from(SETTINGS))
def test_any_text_can_be_traced(row, settings):
    check(row, settings)


def test_a_letter_with_two_lower_characters_keeps_its_place():
    row = Row("İzmir thanked İzmit, KİEV", "Izmit", 14, 19)
    spans, origins = trace(row, TfidfSettings())
    assert [len(own) for own in origins] == [len(own) for own in analyse(row, TfidfSettings())]
    words = WrittenWords(*row[:1], *row[2:])
    assert words.texts == ["İzmir", "thanked", "İzmit", "KİEV"]
    assert [words.number(*span) for span in spans] == [0, 0, 0, 1, 2, NO_WORD, 3, 3, 3]


def test_words_are_whole_and_the_mention_is_one():
    text = "Прем'єр-міністр Нової Зеландії: «Сло́во за ‘нами’»."
    start = text.index("Нової")
    words = WrittenWords(text, start, start + len("Нової Зеландії"))
    assert words.texts == ["Прем'єр-міністр", "Нової Зеландії", "Сло́во", "за", "нами"]
    assert words.number(text.index(":"), text.index(":") + 2) == NO_WORD
    assert words.number(text.index(":"), text.index("Сло") + 1) == 2
    found = words.weigh([0, 0, NO_WORD, 4], [1.0, 2.0, 4.0, 8.0])
    assert [weight for _, weight in found.words] == [3.0, 0.0, 0.0, 0.0, 8.0]
    assert found.rest == 4.0
    assert WrittenWords("", -1, -1).weigh([], []) == WordWeights((), 0.0)


def test_chinese_is_cut_where_its_tokens_are():
    text = "苏丹指控乍得 and OPEC国"
    assert WrittenWords(text, 4, 6).texts == ["苏丹指控", "乍得", "and", "OPEC国"]
    cut = WrittenWords(text, 4, 6, cuts={0, 2, 4, 5, 8, 11, 15})
    assert cut.texts == ["苏丹", "指控", "乍得", "and", "OPEC", "国"]


@pytest.mark.parametrize("kind", ["bundled", "words", "roberta"])
@pytest.mark.parametrize("format", ["mark", "pair", "mark_pair"])
def test_tokens_stand_where_their_text_is(encoders, sample, kind, format):
    """Long texts in a window, and names that cut a token: a token alone gives its span again."""
    backend = Tokenizer.from_file(str(encoders[kind] / "tokenizer.json"))
    tokenizer = ActorTokenizer(backend, InputSettings(format, source=True, max_tokens=40))
    asked = [*queries(sample), Query("Russian ships", "Russia", 0, 6, "Rome")]
    asked += [Query(one.text, "Kyiv", -1, -1, "") for one in asked[:20]]
    encoded, traced = tokenizer.encode(asked), tokenizer.trace(asked)
    for one, tokens, places in zip(asked, encoded, traced, strict=True):
        assert len(places) == len(tokens.ids)
        nowhere = {token for token, at in zip(tokens.ids, places, strict=True) if at is None}
        assert set(tokenizer.marker_ids) & set(tokens.ids) <= nowhere
        flagged = [at for at, flag in zip(places, tokens.actor, strict=True) if flag]
        inside = [at for at in flagged if at is not None]
        assert bool(inside) == one.named
        assert all(at[0] < one.end and at[1] > one.start for at in inside)
        starts = [at[0] for at in places if at is not None and at != (one.start, one.end)]
        assert starts == sorted(starts)
    assert sum(tokens.windowed for tokens in encoded) > 20


def test_a_token_is_that_of_its_span(encoders):
    """Of every whole word the tokens are those that the word alone has."""
    backend = Tokenizer.from_file(str(encoders["bundled"] / "tokenizer.json"))
    tokenizer = ActorTokenizer(backend, InputSettings("mark_pair", max_tokens=22))
    text = "The island thanked Kyiv, the capital of the country, and then all of the world"
    asked = Query(text, "Kyiv", 19, 23, "")
    [tokens], [places] = tokenizer.encode([asked]), tokenizer.trace([asked])
    assert tokens.windowed
    shown = [(token, at) for token, at in zip(tokens.ids, places, strict=True) if at is not None]
    words = WrittenWords(text, 19, 23)
    numbers = sorted({words.number(*at) for _, at in shown} - {NO_WORD})
    assert len(numbers) > 4
    for number in numbers[1:-1]:  # those at the edges of the window may be cut
        own = [token for token, at in shown if words.number(*at) == number]
        alone = backend.encode(words.texts[number], add_special_tokens=False).ids
        again = 2 if words.texts[number] == "Kyiv" else 1  # beside the text too
        assert own == alone * again
