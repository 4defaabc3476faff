"""Spans that are wrong, and those that are merely remarkable."""

from __future__ import annotations

import pyarrow as pa
import pytest
from check_tables import table_of

from stancelab.checks.records import records_of
from stancelab.checks.spans import CUT, ELSEWHERE, NOT_NAMED, find_spans, remarks


@pytest.mark.parametrize(
    ("text", "actor", "span", "expected"),
    [
        ("Rome met Oslo.", "Oslo", "Oslo", []),
        ("Officials in Los Angeles met.", "Los Angele", "Los Angele", [CUT]),
        ("Патріарх і Росії рада", "Росі", "Росі", [CUT]),
        ("@JoeBiden and #BidenHarris", "Joe Biden", "Biden", []),
        ("Biden's team", "Biden", "Biden", []),
        ("美国外交部", "美国", "美国", []),
        ("وروسيا رفضت", "روسيا", "روسيا", []),
        ("ประเทศรัสเซียปฏิเสธ", "รัสเซีย", "รัสเซีย", []),
        ("Minsk told Belarus", "Belarus", "Minsk", [ELSEWHERE]),
        ("Minsk told us", "Belarus", "Minsk", []),
        ("President Biden, or Joe Biden", "Joe Biden", "President Biden", []),
    ],
)
def test_remarks(text, actor, span, expected):
    start = text.index(span)
    assert list(remarks(text, actor, start, start + len(span))) == expected


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ((-1, -1), "actor not named"),
        ((3, 3), "outside the text"),
        ((-1, 4), "outside the text"),
        ((10, 99), "outside the text"),
        ((4, 5), "blank"),
    ],
)
def test_spans_that_hold_nothing(span, expected):
    assert list(remarks("Rome met Oslo", "Oslo", *span)) == [expected]


def test_counts_by_part_with_examples():
    table = table_of(
        [
            {"text": "Los Angeles met.", "actor": "Los Angele", "split": "train"},
            {"text": "Nobody met.", "actor": "Oslo", "split": "train"},
            {"text": "Nobody left.", "actor": "Oslo", "split": "test"},
        ]
    )
    place = table.schema.get_field_index("mention_end")
    broken = pa.array([10, -1, -1], pa.int32())
    table = table.set_column(place, table.schema.field(place), broken)
    found = {remark.kind: remark for remark in find_spans(records_of(table), examples=1)}
    assert list(found) == [
        "outside the text",
        "blank",
        "cuts a word",
        "actor not named",
        "actor named elsewhere",
    ]
    assert (found[CUT].rows, found[CUT].parts, found[CUT].ids) == (1, {"train": 1}, ("0",))
    assert found[CUT].examples[0].text == "⟦Los Angele⟧s met."
    assert (found[NOT_NAMED].rows, found[NOT_NAMED].fault) == (2, False)
    assert found[NOT_NAMED].parts == {"train": 1, "test": 1}
    assert len(found[NOT_NAMED].examples) == 1
    assert found["blank"].rows == 0


def test_long_texts_are_shown_around_the_span():
    text = "a " * 100 + "Oslo" + " b" * 100
    table = table_of([{"text": text, "actor": "slo", "mention_start": 201, "mention_end": 204}])
    found = {remark.kind: remark for remark in find_spans(records_of(table))}
    shown = found[CUT].examples[0].text
    assert "O⟦slo⟧ b" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) < 100
