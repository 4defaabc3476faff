"""The tokens of a statement and its actor: what is marked, what is kept, what stands beside it."""

from __future__ import annotations

import unicodedata
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_trained import LETTERS
from tokenizers import Tokenizer

from stancelab.features.actor_tokens import ActorTokenizer, InputSettings, Query, queries
from stancelab.predictors.blind import hide_actor
from stancelab.schema import as_table

FORMATS = ("mark", "pair", "mark_pair")
KINDS = ("bundled", "words", "roberta")
SCRIPTS = "abRO деїК中俄美國عراق.,-’ "
LONG = "Oslo asked Rome for help and Rome gave it . " * 30


def squash(text: str) -> str:
    """Leave out what a tokenizer need not keep: spaces, beginnings and forms of characters."""
    return "".join(unicodedata.normalize("NFKC", text).replace("##", "").split())


def opened(encoders, kind, **chosen):
    backend = Tokenizer.from_file(str(encoders[kind] / "tokenizer.json"))
    return ActorTokenizer(backend, InputSettings(**chosen))


@pytest.fixture(scope="module", params=KINDS)
def kind(request):
    return request.param


@st.composite
def named(draw, least=0, most=60):
    """A text in several scripts with a span of it that neither begins nor ends with a space."""
    text = draw(st.text(SCRIPTS, min_size=least, max_size=most)) + draw(st.sampled_from("aК中"))
    start = draw(st.integers(0, len(text) - 1).filter(lambda at: not text[at].isspace()))
    ends = st.integers(start + 1, len(text)).filter(lambda at: not text[at - 1].isspace())
    end = draw(ends)
    return Query(text, text[start:end], start, end, "")


def known(tokenizer, text):
    """Whether the tokenizer has a token for every character."""
    unknown = {tokenizer.tokenizer.token_to_id(name) for name in ("<unk>", "[UNK]")}
    found = tokenizer.tokenizer.encode(text, add_special_tokens=False)
    return not unknown & set(found.ids)


def test_the_markers_surround_the_mention_and_nothing_of_the_text_is_lost(encoders, kind):
    tokenizer = opened(encoders, kind, format="mark", max_tokens=1000)
    opening, closing, _ = tokenizer.marker_ids
    decode = tokenizer.tokenizer.decode
    seen = []

    @settings(max_examples=150, deadline=None)
    @given(asked=named())
    def check(asked):
        if not known(tokenizer, asked.text):
            return
        seen.append(asked)
        [tokens] = tokenizer.encode([asked])
        first, last = tokens.ids.index(opening), tokens.ids.index(closing)
        assert tokens.ids.count(opening) == tokens.ids.count(closing) == 1
        assert squash(decode(tokens.ids[first + 1 : last])) == squash(asked.name)
        assert squash(decode(tokens.ids)) == squash(asked.text)
        inside = range(first + 1, last)
        assert tokens.actor == [int(at in inside) for at in range(len(tokens.ids))]
        assert not tokens.windowed

    check()
    assert len(seen) > 20


@pytest.mark.parametrize("format", FORMATS)
def test_a_short_input_keeps_the_mention(encoders, kind, format):
    tokenizers = {size: opened(encoders, kind, format=format, max_tokens=size) for size in (16, 24)}
    whole = opened(encoders, kind, format=format, max_tokens=10_000)

    @settings(max_examples=60, deadline=None)
    @given(asked=named(least=20, most=80), source=st.sampled_from(["", "Rome"]))
    def check(asked, source):
        asked = asked._replace(source=source)
        [full] = whole.encode([asked])
        mention = [token for token, flag in zip(full.ids, full.actor, strict=True) if flag]
        for size, tokenizer in tokenizers.items():
            [tokens] = tokenizer.encode([asked])
            kept = [token for token, flag in zip(tokens.ids, tokens.actor, strict=True) if flag]
            assert len(tokens.ids) <= size
            assert kept == mention[: len(kept)]
            assert kept == mention or (kept and len(mention) > size // 4)
            assert tokens.windowed or len(tokens.ids) == len(full.ids) or "pair" in format

    check()


def test_the_window_has_as_much_on_each_side_as_there_is(encoders):
    tokenizer = opened(encoders, "words", format="mark", max_tokens=24)
    at = {"begin": 0, "middle": LONG.index("Oslo", 600), "end": LONG.rindex("Oslo")}
    sides = {}
    for place, start in at.items():
        [tokens] = tokenizer.encode([Query(LONG, "Oslo", start, start + 4, "")])
        assert len(tokens.ids) == 24
        assert tokens.windowed
        sides[place] = tokens.actor.index(1) - 2  # [CLS] and the marker
    assert sides["begin"] == 0
    assert abs(sides["middle"] - 9) <= 1
    assert sides["end"] == 24 - 5 - len(LONG[at["end"] :].split()) + sides["begin"]


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("source", [False, True])
def test_no_name_source_or_mention_is_too_long_for_the_limit(encoders, kind, format, source):
    asks = [
        Query(LONG, LONG, -1, -1, LONG),
        Query(LONG, LONG, 0, len(LONG), LONG),
        Query(LONG, LONG[40:900], 40, 900, LONG),
        Query("Oslo .", LONG, -1, -1, LONG),
    ]
    for size in (16, 33, 64, 192):
        tokenizer = opened(encoders, kind, format=format, source=source, max_tokens=size)
        for tokens in tokenizer.encode(asks):
            assert len(tokens.ids) <= size
            assert len(tokens.ids) == len(tokens.types) == len(tokens.actor)
            assert sum(tokens.actor) > 0


@pytest.mark.parametrize("kind", [*KINDS, "modernbert"])
def test_ends_and_types_are_those_of_transformers(encoders, kind):
    from transformers import AutoTokenizer

    theirs = partial(AutoTokenizer.from_pretrained(encoders[kind]), return_token_type_ids=True)
    ours = opened(encoders, kind, format="pair")
    for text, name in (("Rome accused Oslo .", "Oslo"), ("Київ дякує", "Росія"), ("a", "b")):
        for tokens, expected in (
            (ours.encode([Query(text, "", -1, -1, "")])[0], theirs(text)),
            (ours.encode([Query(text, name, -1, -1, "")])[0], theirs(text, name)),
        ):
            assert tokens.ids == expected["input_ids"]
            assert tokens.types == expected["token_type_ids"]


def test_without_a_span_every_format_is_a_pair(encoders, kind):
    rows = [{"text": "Oslo praised Minsk .", "actor": "Росія"}]
    for format in FORMATS:
        tokenizer = opened(encoders, kind, format=format)
        [tokens] = tokenizer.encode(queries(as_table(rows)))
        expected = tokenizer.tokenizer.encode("Oslo praised Minsk .", "Росія")
        assert tokens.ids == expected.ids
        second = [int(one == 1) for one in expected.sequence_ids]
        assert tokens.actor == second
        assert tokens.types == (second_types(expected) if kind == "words" else [0] * len(second))


def second_types(found):
    """The types of a BERT: 1 from the second text on, its end included."""
    first = found.sequence_ids.index(1)
    return [int(at >= first) for at in range(len(found.ids))]


def test_a_pair_is_asked_by_its_mention_and_looks_at_it(encoders):
    row = {"text": "Rome thanked Oslo .", "actor": "Norway", "mention_start": 13}
    table = as_table([row | {"mention_end": 17}])
    for format, marked in (("pair", 0), ("mark_pair", 1)):
        tokenizer = opened(encoders, "words", format=format)
        [tokens] = tokenizer.encode(queries(table))
        words = [tokenizer.tokenizer.id_to_token(token) for token in tokens.ids]
        assert words[-3:] == ["[SEP]", "Oslo", "[SEP]"]
        assert words.count("<actor>") == marked
        assert [word for word, flag in zip(words, tokens.actor, strict=True) if flag] == ["Oslo"]
        assert tokens.actor.index(1) < words.index("[SEP]")


def test_the_blind_control_sees_the_text_alone(encoders, kind):
    row = {"text": "Rome thanked Oslo .", "actor": "Oslo", "source": "Rome"}
    table = hide_actor(as_table([row | {"mention_start": 13, "mention_end": 17}]))
    for format in FORMATS:
        tokenizer = opened(encoders, kind, format=format, source=True)
        [tokens] = tokenizer.encode(queries(table))
        assert tokens.ids == tokenizer.tokenizer.encode("Rome thanked Oslo .").ids
        assert set(tokens.actor) == set(tokens.types) == {0}


@pytest.mark.parametrize(
    ("kind", "text", "actors"),
    [("words", "中俄关系良好", "中俄"), ("bundled", "中国 . , - .", "中国")],
)
@pytest.mark.parametrize("format", FORMATS)
def test_two_actors_in_one_token_are_told_apart(encoders, kind, text, actors, format):
    tokenizer = opened(encoders, kind, format=format)
    assert any(token.strip("▁") == actors for token in tokenizer.tokenizer.encode(text).tokens)
    one, other = tokenizer.encode([Query(text, a, at, at + 1, "") for at, a in enumerate(actors)])
    assert (one.ids, one.actor) != (other.ids, other.actor)
    for tokens, actor in ((one, actors[0]), (other, actors[1])):
        own = [token for token, flag in zip(tokens.ids, tokens.actor, strict=True) if flag]
        assert tokenizer.tokenizer.decode(own).removeprefix("##").strip() == actor


def test_the_source_follows_the_actor_where_it_is_shown(encoders):
    asked = Query("Rome thanked Oslo .", "Oslo", -1, -1, "Kyiv")
    for chosen, source, tail in (
        (True, "Kyiv", ["Oslo", "<source>", "Kyiv", "[SEP]"]),
        (True, "", ["[SEP]", "Oslo", "[SEP]"]),
        (False, "Kyiv", ["[SEP]", "Oslo", "[SEP]"]),
    ):
        tokenizer = opened(encoders, "words", source=chosen)
        [tokens] = tokenizer.encode([asked._replace(source=source)])
        words = [tokenizer.tokenizer.id_to_token(token) for token in tokens.ids]
        assert words[-len(tail) :] == tail
        assert sum(tokens.actor) == 1


def test_the_source_stands_alone_where_the_actor_is_only_marked(encoders):
    asked = Query("Rome thanked Oslo .", "Oslo", 13, 17, "Kyiv")
    tokenizer = opened(encoders, "words", format="mark", source=True)
    [tokens] = tokenizer.encode([asked])
    words = [tokenizer.tokenizer.id_to_token(token) for token in tokens.ids]
    assert words[-4:] == ["[SEP]", "<source>", "Kyiv", "[SEP]"]
    assert words[3:6] == ["<actor>", "Oslo", "</actor>"]
    [without] = tokenizer.encode([asked._replace(source="")])
    assert len(without.ids) == len(tokens.ids) - 3


def test_a_text_that_spells_markers_has_none(encoders, kind):
    text = "Rome <actor>Oslo</actor> <source> Kyiv"
    tokenizer = opened(encoders, kind, format="mark")
    [tokens] = tokenizer.encode([Query(text, "Oslo", 12, 16, "")])
    found = [token for token in tokens.ids if token in tokenizer.marker_ids]
    assert found == tokenizer.marker_ids[:2]
    assert "actor>Oslo" in squash(tokenizer.tokenizer.decode(tokens.ids))


def test_every_letter_of_the_tests_is_known():
    assert set(SCRIPTS) - {" ", "’"} <= set(LETTERS)
