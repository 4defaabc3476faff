"""The statement table: what becomes one, what is refused, and what no model can learn from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancelab.errors import DataError, InputError
from stancelab.schema import (
    LABELS,
    NO_SPAN,
    SCHEMA,
    UNLABELLED,
    as_dataset,
    as_table,
    check_trainable,
    features,
    labels_of,
)

ROWS: list[dict[str, Any]] = [
    {"text": "Київ подякував Варшаві.", "actor": "Варшаві", "label": 2, "language": "uk"},
    {"text": "Київ подякував Варшаві.", "actor": "Київ", "label": 1, "language": "uk"},
    {"text": "中国谴责美国。", "actor": "美国", "label": 0, "language": "zh"},
    {"text": "Nobody was named.", "actor": "Oslo", "label": 1, "language": "en"},
]


def _dict() -> dict[str, list[Any]]:
    return {name: [row[name] for row in ROWS] for name in ROWS[0]}


def _pandas() -> object:
    import pandas as pd

    return pd.DataFrame(ROWS)


def _shuffled_index() -> object:
    import pandas as pd

    return pd.DataFrame(ROWS, index=[7, 3, 3, 0])


def _dataset() -> object:
    from datasets import Dataset

    return Dataset.from_list(ROWS)


def _selected_dataset() -> object:
    from datasets import Dataset

    return Dataset.from_list([*reversed(ROWS), ROWS[0]]).select([3, 2, 1, 0])


@pytest.mark.parametrize(
    "make",
    [
        _dict,
        _pandas,
        _shuffled_index,
        _dataset,
        _selected_dataset,
        lambda: tuple(ROWS),
        lambda: pa.Table.from_pylist(ROWS),
        lambda: pa.table(_dict()).append_column("unknown", [["x"] * len(ROWS)]),
        lambda: pa.concat_tables([pa.Table.from_pylist(ROWS[:1]), pa.Table.from_pylist(ROWS[1:])]),
        lambda: as_table(ROWS),
        lambda: as_dataset(as_table(ROWS)),
        lambda: as_table(ROWS).to_pandas(),
        lambda: as_table(ROWS).to_pylist(),
    ],
)
def test_whatever_holds_the_rows_gives_one_table(make: Callable[[], object]) -> None:
    """A list, a dict, pandas, Arrow and `datasets` are the same rows."""
    assert as_table(make()).equals(as_table(ROWS))


def test_missing_columns_are_filled_in() -> None:
    """Spans are looked for, keys numbered, copies of a text share statement and document."""
    table = as_table(ROWS)
    assert table.schema.equals(SCHEMA)
    starts, ends = (table.column(f"mention_{end}").to_pylist() for end in ("start", "end"))
    assert starts == [15, 0, 4, NO_SPAN]
    assert ends == [22, 4, 6, NO_SPAN]
    assert table.column("id").to_pylist() == ["0", "1", "2", "3"]
    assert table.column("document").to_pylist() == ["0", "0", "1", "2"]
    assert table.column("statement").to_pylist() == table.column("document").to_pylist()
    assert set(table.column("attributes").to_pylist()) == {"{}"}


def test_rows_without_a_label_are_marked_so() -> None:
    """The label of a row to be tagged is -1, and it has no native label."""
    table = as_table([{"text": "a", "actor": "b"}])
    assert labels_of(table).tolist() == [UNLABELLED]
    assert table.column("native_label").to_pylist() == [""]


def test_a_given_span_is_kept() -> None:
    """The second of two mentions stays the second, and -1 stays without a span."""
    rows = [{"text": "Oslo met Oslo", "actor": "Oslo", "mention_start": 9, "mention_end": 13}]
    rows += [{"text": "Oslo", "actor": "Oslo", "mention_start": NO_SPAN, "mention_end": NO_SPAN}]
    assert as_table(rows).column("mention_start").to_pylist() == [9, NO_SPAN]


@pytest.mark.parametrize("span", [(3, 3), (4, 2), (0, 6), (-1, 3), (-2, -2), (5, 9), (-1, 0)])
def test_a_span_outside_its_text_is_refused(span: tuple[int, int]) -> None:
    """The row, the span and the length of the text are named."""
    rows = [dict.fromkeys(("text", "actor"), "Oslo!") | {"mention_start": 0, "mention_end": 5}]
    rows += [rows[0] | {"mention_start": span[0], "mention_end": span[1]}]
    expected = f"'mention_start', row 1: span {span[0]}–{span[1]} lies outside the text of 5 char"
    with pytest.raises(InputError, match=expected):
        as_table(rows)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ([{"text": "a"}], "column 'actor': missing; the columns found are: text"),
        ({"actor": ["a"], "note": ["b"]}, "column 'text': missing; .* found are: actor, note"),
        ([], "column 'text': missing; the columns found are: none"),
        ([{"text": 1, "actor": "b"}], "column 'text', row 0: expected text, found 1"),
        ([{"text": "a", "actor": None}], "column 'actor', row 0: expected text, found None"),
        ([{"text": "a", "actor": "b"}, {"text": "a"}], "'actor', row 1: expected text, found None"),
        ([{"text": b"a", "actor": "b"}], "column 'text', row 0: expected text, found b'a'"),
        (
            [{"text": "a", "actor": "b", "label": "hostile"}],
            "column 'label', row 0: expected a whole number, found 'hostile'",
        ),
        ([{"text": "a", "actor": "b", "label": 1.0}], "expected a whole number, found 1.0"),
        ([{"text": "a", "actor": "b", "label": True}], "expected a whole number, found True"),
        (
            [{"text": "a", "actor": "b", "mention_end": 1}],
            "column 'mention_start': missing, but 'mention_end' is there; give both or neither",
        ),
        (
            [{"text": "a", "actor": "b", "mention_start": 0}],
            "column 'mention_end': missing, but 'mention_start' is there",
        ),
        ({"text": ["a", "b"], "actor": ["c"]}, "different lengths: {'text': 2, 'actor': 1}"),
        ("some text", "got str; expected a pyarrow Table, a datasets Dataset, a pandas DataFrame"),
        (7, "got int; expected"),
        ([["a", "b"]], "got list; expected"),
    ],
)
def test_what_is_no_table_is_refused(data: object, error: str) -> None:
    """The message says which column or row, what was found and what was expected."""
    with pytest.raises(DataError, match=error):
        as_table(data)


def test_the_label_column_of_a_dataset_names_the_labels_in_order() -> None:
    """0, 1 and 2 are hostile, neutral and cooperative, there and in the constants."""
    label = features()["label"]
    assert label.names == ["hostile", "neutral", "cooperative"] == list(LABELS)
    assert [label.str2int(name) for name in LABELS] == [0, 1, 2]
    assert list(features()) == SCHEMA.names
    assert as_dataset(as_table(ROWS)).features == features()
    assert as_dataset(as_table(ROWS))["label"][:] == [2, 1, 0, 1]


@pytest.mark.parametrize(
    ("labels", "error"),
    [
        ([], "mine: the data set is empty; it needs labelled rows of two classes"),
        ([0, UNLABELLED, UNLABELLED], "mine: 2 of 3 rows have no label; label them first"),
        ([2, 2], "mine: all 2 rows are 'cooperative'; .* two of hostile, neutral, cooperative"),
    ],
)
def test_a_table_without_two_classes_cannot_be_learnt(labels: list[int], error: str) -> None:
    """Empty, unlabelled and one-class tables are refused before any training."""
    rows = [{"text": "a", "actor": "b", "label": label} for label in labels]
    table = as_table(rows) if rows else SCHEMA.empty_table()
    with pytest.raises(DataError, match=error):
        check_trainable(table, "mine")


def test_a_table_with_two_classes_can_be_learnt() -> None:
    """A corpus without neutral is no fault."""
    assert check_trainable(as_table([{**ROWS[0], "label": 0}, ROWS[0]]), "mine") is None


@given(st.lists(st.tuples(st.text(), st.text(), st.integers(-1, 2)), min_size=1, max_size=6))
def test_a_table_made_of_its_own_rows_is_the_same(rows: list[tuple[str, str, int]]) -> None:
    """Any text survives the way to Arrow and back."""
    table = as_table([dict(zip(("text", "actor", "label"), row, strict=True)) for row in rows])
    assert as_table(table.to_pylist()).equals(table)
    assert table.column("text").to_pylist() == [row[0] for row in rows]
