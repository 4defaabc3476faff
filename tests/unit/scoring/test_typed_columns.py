"""Columns of one type out of values that have several."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancelab.scoring.typed import as_text, common, fitted, typed

PLAIN = [st.text(max_size=3), st.integers(), st.floats(allow_nan=False), st.booleans()]
NESTED = st.dictionaries(st.text(max_size=2), st.integers(), max_size=2)


@given(st.one_of(*(st.lists(st.none() | each) for each in (*PLAIN, NESTED))))
def test_values_of_one_type_survive_or_are_written(values):
    array = typed(values)
    kinds = {type(value) for value in values if value is not None}
    if not kinds:
        assert array.type == pa.null()
    elif kinds == {dict} or (kinds == {int} and not all(fits(value) for value in values)):
        assert array.to_pylist() == [as_text(value) for value in values]
    else:
        assert array.to_pylist() == values
    array.validate(full=True)


@given(st.lists(st.none() | st.one_of(*PLAIN, NESTED), max_size=6))
def test_nothing_is_lost_in_a_mixed_column(values):
    array = typed(values)
    assert [value is None for value in array.to_pylist()] == [value is None for value in values]
    for found, value in zip(array.to_pylist(), values, strict=True):
        if isinstance(found, str) and value is not None and not isinstance(value, str):
            assert json.loads(found) == value
        else:
            assert found == value


def fits(value):
    return value is None or -(2**63) <= value < 2**63


def test_whole_numbers_among_others_stay_exact():
    assert typed([1, 0.5]).to_pylist() == [1.0, 0.5]
    assert typed([2**53 + 1, 0.5]).to_pylist() == ["9007199254740993", "0.5"]
    assert typed([1, True]).to_pylist() == ["1", "true"]
    large = pa.chunked_array([[2**53 + 1]])
    with pytest.raises(pa.ArrowInvalid):
        fitted(large, pa.float64())


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        ([pa.null(), pa.null()], pa.null()),
        ([pa.null(), pa.date32()], pa.date32()),
        ([pa.int32(), pa.int64()], pa.int64()),
        ([pa.int64(), pa.float32()], pa.float64()),
        ([pa.string(), pa.large_string()], pa.string()),
        ([pa.uint64(), pa.int64()], pa.string()),
        ([pa.bool_(), pa.int64()], pa.string()),
        ([pa.timestamp("ns"), pa.timestamp("us")], pa.string()),
    ],
)
def test_the_common_type_holds_the_values_of_all(types, expected):
    assert common(types) == expected
    for kind in types:
        column = pa.chunked_array([pa.nulls(2, kind)])
        assert fitted(column, expected).type == expected


def test_times_are_written_to_the_nanosecond():
    column = pa.chunked_array([pa.array([1], pa.int64()).cast(pa.timestamp("ns"))])
    assert fitted(column, pa.string()).to_pylist() == ["1970-01-01 00:00:00.000000001"]
