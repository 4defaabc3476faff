"""Comparisons of different rows are refused, and the refusal names the difference."""

from __future__ import annotations

import pyarrow as pa
import pytest

from stancelab.comparison.same_rows import Cell, aligned, check_same_rows
from stancelab.errors import DifferentRowsError


def rows(ids: str, labels: str = "", text: str = "Oslo thanked Rome.") -> pa.Table:
    """Make a table of one row a letter."""
    given = [int(label) for label in labels] or [0] * len(ids)
    return pa.table(
        {"id": [f"uk/{name}" for name in ids], "label": given, "text": [text] * len(ids)}
    )


def refused(*sources: dict[Cell, pa.Table]) -> str:
    with pytest.raises(DifferentRowsError) as raised:
        check_same_rows(dict(zip(("first", "second", "third"), sources, strict=False)))
    return str(raised.value)


def test_the_same_rows_pass_in_any_order() -> None:
    check_same_rows({})
    check_same_rows({"alone": {(0, 0): rows("ab")}})
    check_same_rows(
        {
            "first": {(0, 0): rows("ab", "02"), (1, 0): rows("cd")},
            "second": {(1, 0): rows("dc"), (0, 0): rows("ba", "20")},
            "third": {(0, 0): rows("ab", "02").drop_columns("text"), (1, 0): rows("cd")},
        }
    )


def test_seeds_of_one_alone_are_named() -> None:
    own = {(seed, 0): rows("ab") for seed in (0, 3, 5)}
    assert refused(own, {(0, 0): rows("ab"), (7, 0): rows("ab")}) == (
        "first and second were not tested on the same rows: seeds 3, 5 only in first; "
        "seed 7 only in second; compare runs of the same data and split"
    )


def test_folds_of_one_alone_are_named() -> None:
    own = {(0, fold): rows("ab") for fold in (0, 1)}
    assert "rows: seed 0, fold 1 only in first; compare" in refused(own, {(0, 0): rows("ab")})
    assert "rows: seed 0, fold 1 only in second; compare" in refused({(0, 0): rows("ab")}, own)


def test_rows_of_one_alone_are_counted_with_an_example() -> None:
    text = refused({(0, 0): rows("dabc")}, {(0, 0): rows("ae")})
    assert (
        "seed 0: 3 rows only in first (such as 'uk/b'), 1 only in second (such as 'uk/e'); "
        "compare runs" in text
    )
    assert "seed 0: 1 row only in second (such as 'uk/b')" in refused(
        {(0, 0): rows("a")}, {(0, 0): rows("ab")}
    )
    assert "seed 0, fold 1: 1 row only in first (such as 'uk/a')" in refused(
        {(0, 1): rows("aa")}, {(0, 1): rows("a")}
    )


def test_other_labels_and_texts_of_a_row_are_counted() -> None:
    """The same id may be another row: those of a user's file are its lines."""
    text = refused({(0, 0): rows("abc", "012")}, {(0, 0): rows("cba", "112")})
    assert "rows: seed 0: 2 rows have other labels (such as 'uk/a'); compare" in text
    text = refused({(2, 0): rows("a")}, {(2, 0): rows("a", "1", "Rome sued Oslo.")})
    assert "seed 2: 1 row has other labels (such as 'uk/a'), 1 row has other texts (such" in text


def test_every_source_is_held_against_the_first() -> None:
    same = {(0, 0): rows("ab")}
    text = refused(same, same, {(0, 0): rows("a")})
    assert text.startswith("first and third were not tested on the same rows: seed 0: 1 row only")


def test_many_differences_are_counted() -> None:
    """Three are shown."""
    own, its = ({(seed, 0): rows(ids) for seed in range(5)} for ids in ("a", "b"))
    text = refused(own, its)
    assert "seed 2: 1 row only in first" in text
    assert "seed 3" not in text
    assert "; and 2 more such differences; compare" in text


def test_aligned_rows_have_the_order_of_their_ids() -> None:
    one, other = (aligned(rows(*given)) for given in (("bca", "120"), ("abc", "012")))
    assert one.equals(other)
