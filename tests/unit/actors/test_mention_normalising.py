"""Clean texts, and the places of their characters in the original."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stancelab.actors.lookalikes import unify_scripts
from stancelab.actors.mentions import MentionFinder
from stancelab.actors.normalising import normalise

INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\ufe0f\x00"
PLAIN = st.text("абвгіїєйґ АБ'-xyz\n7中", max_size=20)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Укра\u00adїна", "Україна"),
        ("США\u00a0та\u202fКНР", "США та КНР"),
        ("В’єтнам, В`єтнам, Вʼєтнам", "В'єтнам, В'єтнам, В'єтнам"),
        ("Укр\u0430\u0301їна", "Україна"),
        ("Росі\u0438\u0306", "Росій"),
        ("Украі\u0308на", "Україна"),
        ("Pe\u0301rou", "Pérou"),
        ("Rосія і Киïв", "Росія і Київ"),
        ("ﬁnnish ＵＳＡ", "finnish USA"),
        ("الأُرْدُنّ", "الأردن"),
        ("الصـــين", "الصين"),
        ("US‐China", "US-China"),
        ("\ufeffNATO", "NATO"),
        ("a\u2028b", "a\nb"),
        ("😀 Київ", "😀 Київ"),
        ("", ""),
    ],
)
def test_a_text_is_cleaned(text: str, clean: str) -> None:
    """What looks the same is written the same."""
    assert normalise(text).text == clean


def test_spans_hold_all_that_a_character_was_made_of() -> None:
    """Marks belong to their letter; what is invisible around a word does not belong to it."""
    text = "\u200bУкраі\u0308на\u00ad є"
    found = normalise(text)
    assert found.text == "Україна є"
    start, end = found.span(0, 7)
    assert text[start:end] == "Украі\u0308на"
    assert found.span(4, 5) == (5, 7)
    assert found.span(3, 3) == (4, 4)
    assert normalise("ﬁn").span(0, 1) == normalise("ﬁn").span(1, 2) == (0, 1)


@given(PLAIN, st.data())
def test_offsets_point_at_the_same_characters(text: str, data: st.DataObject) -> None:
    """Noise between characters moves them, and every one is found again."""
    noise = data.draw(
        st.lists(st.text(INVISIBLE, max_size=2), min_size=len(text) + 1, max_size=len(text) + 1)
    )
    noisy = noise[0] + "".join(char + extra for char, extra in zip(text, noise[1:], strict=True))
    found = normalise(noisy)
    assert found.text == normalise(text).text
    assert len(found.offsets) == len(found.text) + 1
    for place, char in enumerate(text):
        start, end = found.span(place, place + 1)
        assert noisy[start:end] == char
        assert found.offsets[place] == start


@given(st.text(max_size=30))
@example("e\u0301\u00ad\u0302x")
@example("\u0301\u0301")
@example("ﷺ\u064b")
def test_offsets_rise_and_stay_in_the_text(text: str) -> None:
    """Whatever the text, every stretch is a stretch of the original, in order."""
    found = normalise(text)
    offsets = list(found.offsets)
    assert len(offsets) == len(found.text) + 1
    assert offsets == sorted(offsets)
    assert offsets[0] >= 0
    assert offsets[-1] == len(text)
    assert found.offsets[-1] == len(text)
    assert list(found.offsets[1:]) == offsets[1:]
    for start in range(len(found.text)):
        for end in range(start + 1, len(found.text) + 1):
            low, high = found.span(start, end)
            assert 0 <= low < high <= len(text)
    with pytest.raises(IndexError):
        found.offsets[len(offsets)]


@given(st.text("АВСЕНІКМОРТХасеіорухABCEHIKMOPTXaceiopxy ыżß", max_size=12))
def test_scripts_are_unified_at_the_same_length(text: str) -> None:
    """A word of one script is not touched."""
    unified = unify_scripts(text)
    assert len(unified) == len(text)
    for before, after in zip(text.split(), unified.split(), strict=True):
        scripts = {unicodedata.name(char).split()[0] for char in before}
        assert len(scripts) > 1 or before == after


NOISE = {" ": "\u00a0\u202f ", "'": "’ʼ'", "і": "iі", "о": "oо", "с": "cс"}
SENTENCE = "Київ і Кот-д'Івуар просять Росію, США та В'єтнам; китайсько-російські війни в Осло."


@given(st.data())
def test_mentions_are_found_in_noisy_texts(finder: MentionFinder, data: st.DataObject) -> None:
    """Spans point at the mentions in the unchanged text."""
    expected = finder.find(SENTENCE, "uk")
    assert len(expected) == 8
    noisy = places = None
    kept: list[str] = []
    places = []
    for char in SENTENCE:
        kept.append(data.draw(st.sampled_from(["", "", "", "\u00ad", "\u200b"])))
        places.append(sum(map(len, kept)))
        kept.append(data.draw(st.sampled_from(NOISE.get(char, char))))
    noisy = "".join(kept)
    spans = [(places[one.start], places[one.end - 1] + 1, one.actor) for one in expected]
    assert [(one.start, one.end, one.actor) for one in finder.find(noisy, "uk")] == spans
