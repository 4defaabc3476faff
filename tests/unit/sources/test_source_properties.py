"""What holds of every text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancelab.sources import find_sources

TEXTS = {
    "uk": "Варшава Пекін речник посол США заявив сказала що який «Так» за словами і не в до він",
    "en": "Warsaw China said the minister of which “yes” according to and not in he was told by",
    "ru": "Варшава Пекин МИД сказал заявили что который «Да» по словам и не в от она",
}
WORDS = {language: text.split() for language, text in TEXTS.items()}
MARKS = [",", ".", ":", ";", " —", "«", "»", '"', "“", "”", "(", ")", "!", "?", "…", "'", "ʼ"]


@st.composite
def sentences(draw, language):
    parts = draw(st.lists(st.sampled_from(WORDS[language] + MARKS), max_size=25))
    return " ".join(parts)


@pytest.mark.parametrize("language", ["uk", "en", "ru"])
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_spans_always_point_at_the_source(language, data):
    article = data.draw(st.lists(sentences(language), max_size=4))
    found = find_sources(article, language)
    assert len(found) == len(article)
    for text, source in zip(article, found, strict=True):
        if source is None:
            continue
        assert source.how in ("speaker", "attribution", "subject", "carried")
        if source.how == "carried":
            assert (source.start, source.end) == (-1, -1)
        else:
            assert source.text == text[source.start : source.end]
        assert source.text.strip()
    assert found == find_sources(article, language)


@given(text=st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read(text):
    for language in WORDS:
        (source,) = find_sources([text], language)
        assert source is None or text[source.start : source.end] == source.text
