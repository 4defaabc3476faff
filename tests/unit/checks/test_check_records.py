"""Records: what belongs together, and what counts as the same text and answer."""

from __future__ import annotations

from check_tables import records

from stancelab.checks.records import shown


def test_rows_of_one_record_are_counted_once():
    found = records(
        {"text": "Rome met Oslo.", "actor": "Oslo", "record": "7"},
        {"text": "Rome met Oslo.", "actor": "Rome", "record": "7"},
        {"text": "Rome met Oslo.", "actor": "Rome"},
    )
    assert found.row.tolist() == [0, 2]
    assert found.text.tolist() == [0, 0]
    assert found.answer.tolist() == [0, 1]
    assert found.ids(found.text) == ["0", "0"]


def test_records_of_the_same_name_in_two_parts_are_two():
    row = {"text": "Rome met Oslo.", "record": 7}
    found = records({**row, "split": "train"}, {**row, "split": "test"}, {**row, "dataset": "x"})
    assert found.parts == ("train", "test", "x")
    assert found.part.tolist() == [0, 1, 2]
    assert set(found.answer.tolist()) == {0}


def test_the_order_of_the_rows_of_a_record_does_not_matter():
    pairs = [{"actor": "Oslo", "label": 0}, {"actor": "Rome", "label": 2}]
    rows = [{"text": "x", "record": "1", **pair} for pair in pairs]
    rows += [{"text": "X", "record": "2", **pair} for pair in reversed(pairs)]
    found = records(*rows)
    assert found.answer.tolist() == [0, 0]
    assert found.unfolded_answer.tolist() == [0, 1]


def test_the_source_counts_to_the_letter_alone():
    found = records({"text": "x", "source": "Rome"}, {"text": "x", "source": "Bern"})
    assert found.answer.tolist() == [0, 0]
    assert found.unfolded_text.tolist() == [0, 0]
    assert found.unfolded_answer.tolist() == [0, 1]


def test_texts_without_letters_are_not_all_the_same():
    found = records({"text": "👍"}, {"text": "👎"}, {"text": "👍 "})
    assert found.texts == ("👍", "👎")
    assert found.text.tolist() == [0, 1, 0]


def test_attributes_without_a_record_are_no_record():
    found = records({"text": 'the "record" of Oslo', "record": None}, {"text": "y"})
    assert found.row.tolist() == [0, 1]


def test_long_texts_are_shortened():
    assert len(shown("x" * 1000)) == 300
    assert shown("x" * 300) == "x" * 300
