from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancelab.evaluation.form import FORMS, MAX_ROWS, MIN_ROWS, form_scores, retyped, retyped_table
from stancelab.schema import as_table

ALL = (0, 1, 2)
TEXTS = st.text(alphabet="aßéйїІiİﬁ 中“”«»„'’ʼ\"-\u0301\u00a0", min_size=1, max_size=25)


@st.composite
def mentions(draw):
    text = draw(TEXTS)
    start = draw(st.integers(0, len(text) - 1))
    return text, start, draw(st.integers(start + 1, len(text)))


@given(mentions(), st.sampled_from(["uk", "tr"]))
def test_the_mention_is_found_again(mention, language):
    text, start, end = mention
    for form in FORMS:
        found = retyped(text, start, end, language, form)
        own = found.text[found.start : found.end]
        assert 0 <= found.start < found.end <= len(found.text)
        if form == "case":
            assert found.text == found.text.upper()
            if language == "uk":
                assert own == text[start:end].upper()
        elif form == "unicode_form":
            assert own == "".join(unicodedata.normalize("NFD", char) for char in text[start:end])
            assert unicodedata.is_normalized("NFD", own[:1])
            assert unicodedata.normalize("NFC", found.text) == unicodedata.normalize("NFC", text)
        elif form == "white_space":
            assert own.split() == text[start:end].split()
            assert found.text.split() == text.split()
        else:
            assert (found.start, found.end, len(found.text)) == (start, end, len(text))
            letters = [char for char in zip(text, found.text, strict=True) if char[0].isalnum()]
            assert all(old == new or old == "ʼ" for old, new in letters)


@pytest.mark.parametrize(
    ("form", "language", "text", "expected"),
    [
        ("white_space", "en", "a b c d", "a  b\u00a0c  d\n"),
        ("quotation_marks", "uk", "«Так», м'яко", "“Так”, м’яко"),
        ("quotation_marks", "uk", "„Так“, м’яко м\u02bcя", "«Так», м\u02bcяко м'я"),
        ("quotation_marks", "en", 'He said: "Yes" ("no")', "He said: «Yes» («no»)"),
        ("quotation_marks", "en", "“It’s” 'so'", "«It\u02bcs» ‘so’"),
        ("quotation_marks", "zh", "他说“好”。", "他说«好»。"),
        ("case", "tr", "Izmir iki", "IZMİR İKİ"),
        ("case", "de", "Straße", "STRASSE"),
        ("unicode_form", "uk", "Київ", "Киі\u0308в"),
    ],
)
def test_what_a_form_looks_like(form, language, text, expected):
    assert retyped(text, -1, -1, language, form) == (expected, -1, -1)


def test_only_text_and_span_of_a_table_change():
    row = {"text": "Die Straße in Kyiv.", "actor": "Kyiv", "language": "de"}
    table = as_table([row])
    changed = retyped_table(table, "case")
    start, end = changed["mention_start"][0].as_py(), changed["mention_end"][0].as_py()
    assert changed["text"][0].as_py()[start:end] == "KYIV"
    assert changed.schema == table.schema
    names = ["text", "mention_start", "mention_end"]
    assert changed.drop_columns(names).equals(table.drop_columns(names))


ROWS = as_table(
    [
        {"text": text, "actor": "Oslo", "language": "en"}
        for text in ("plain", "two words", 'a "quote"', "Київ")
    ]
)


def test_shares_are_of_the_rows_that_have_another_form():
    def by(sign):
        def predict_proba(table):
            found = [sign(text) for text in table["text"].to_pylist()]
            return np.eye(3)[np.array(found, dtype=int)]

        return predict_proba

    deaf = form_scores(by(lambda text: 1), ROWS, ALL, microseconds=1)
    assert set(deaf) == {f"form/{name}/changed" for name in FORMS} | {"form/changed"}
    assert set(deaf.values()) == {0.0}
    case = form_scores(by(str.isupper), ROWS, ALL, microseconds=1)
    assert case["form/case/changed"] == case["form/changed"] == 1.0
    quotes = form_scores(by(lambda text: "«" in text), ROWS, ALL, microseconds=1)
    assert quotes["form/quotation_marks/changed"] == 1.0  # of the one row that has some
    assert quotes["form/changed"] == 0.25
    plain = form_scores(by(str.isupper), ROWS.slice(0, 1), ALL, microseconds=1)
    assert "form/unicode_form/changed" not in plain


def test_a_slow_model_is_asked_on_fewer_rows():
    table = as_table([{"text": f"t{n}", "actor": "a", "id": f"{n:04d}"} for n in range(1000)])
    asked = []

    def predict_proba(rows):
        asked.append(rows["id"].to_pylist())
        return np.ones((len(rows), 3))

    for microseconds, expected in ((1, MAX_ROWS), (1e4, 100), (1e6, MIN_ROWS)):
        asked.clear()
        form_scores(predict_proba, table, ALL, microseconds=microseconds)
        assert len(asked[0]) == len(set(asked[0])) == expected
        assert (asked[0][0], asked[0][-1]) == ("0000", "0999")
    first = asked[0]
    asked.clear()
    form_scores(predict_proba, table.take(np.arange(1000)[::-1]), ALL, microseconds=1e6)
    assert asked[0] == first  # whatever the order of the rows
    assert form_scores(predict_proba, table.slice(0, 0), ALL, microseconds=1) == {}
