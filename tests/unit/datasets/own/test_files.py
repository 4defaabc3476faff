"""The user's own file: columns and label words mapped, bad rows told or counted."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stancelab.datasets.own.files import Columns, load_file
from stancelab.errors import BadRowsError, DataError
from stancelab.schema import SCHEMA, labels_of

WORDS = {"ворожа": "hostile", "нейтральна": "neutral", "прихильна": "cooperative"}
NAMES = ("id", "document", "text", "actor", "mention", "label", "source")
CELLS = [
    ("1", "d1", "Київ подякував Варшаві, але\nне Мінську.", "PL", "Варшаві", "прихильна", "x"),
    ("2", "d1", "Київ подякував Варшаві, але\nне Мінську.", "BY", "Мінську", "ворожа", "x"),
    ("3", "d2", 'Oslo said "no"; Oslo left.', "NO", "Oslo", "нейтральна", "y"),
    ("4", "d3", "Ніхто нічого не сказав", "UA", "", "нейтральна", ""),
]
GOOD = {"text": "Rome thanked Oslo.", "actor": "Oslo", "label": "cooperative"}


def write(path: Path, rows: list[dict[str, Any]], delimiter: str = "") -> Path:
    """Write rows in the format of the suffix."""
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif path.suffix == ".jsonl":
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        path.write_text("\n".join(lines), encoding="utf-8")
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys(), delimiter=delimiter or ",")
            writer.writeheader()
            writer.writerows(rows)
    return path


@pytest.mark.parametrize(
    ("suffix", "delimiter"),
    [("csv", ","), ("csv", ";"), ("csv", "\t"), ("tsv", "\t"), ("jsonl", ""), ("parquet", "")],
)
def test_every_format_gives_the_same_table(tmp_path: Path, suffix: str, delimiter: str) -> None:
    """The table does not show what file it came from."""
    rows = [dict(zip(NAMES, cells, strict=True)) for cells in CELLS]
    loaded = load_file(write(tmp_path / f"mine.{suffix}", rows, delimiter), labels=WORDS)
    table = loaded.table
    assert table.schema.equals(SCHEMA)
    for at, name in enumerate(NAMES[:4]):
        assert table.column(name).to_pylist() == [cells[at] for cells in CELLS]
    assert labels_of(table).tolist() == [2, 0, 1, 1]
    assert table.column("native_label").to_pylist() == [cells[5] for cells in CELLS]
    assert table.column("mention_start").to_pylist() == [15, 31, 0, -1]
    assert table.column("mention_end").to_pylist() == [22, 38, 4, -1]
    assert table.column("source").to_pylist() == ["x", "x", "y", ""]
    assert set(table.column("dataset").to_pylist()) == {"mine"}
    assert table.column("statement").to_pylist() == ["mine/0", "mine/0", "mine/1", "mine/2"]
    assert loaded.dropped == {}
    assert loaded.notes == {"mention occurs more than once": 1, "actor not named in the text": 1}


def test_columns_of_other_names_are_mapped(tmp_path: Path) -> None:
    """What is mapped is used, and all other columns are kept as attributes."""
    rows = [{"вислів": "Rome met Oslo", "хто": "Oslo", "оцінка": 1, "text": "a", "year": 2020}]
    columns = Columns(text="вислів", actor="хто", label="оцінка")
    labels = {"1": "cooperative", "0": "hostile"}
    (row,) = load_file(write(tmp_path / "a.jsonl", rows), columns, labels).table.to_pylist()
    assert (row["text"], row["actor"], row["label"]) == ("Rome met Oslo", "Oslo", 2)
    assert json.loads(row["attributes"]) == {"text": "a", "year": 2020}


def test_given_spans_are_taken(tmp_path: Path) -> None:
    """Of two mentions the span says which; an empty span is looked for."""
    spans = (("9", "13"), ("", ""))
    row = {**GOOD, "text": "Oslo met Oslo"}
    rows = [{**row, "mention_start": start, "mention_end": end} for start, end in spans]
    path = write(tmp_path / "a.csv", rows)
    assert load_file(path).table.column("mention_start").to_pylist() == [9, 0]


def test_half_a_span_is_refused(tmp_path: Path) -> None:
    """An end without a start would be guessed at."""
    path = write(tmp_path / "a.csv", [{**GOOD, "mention_start": "", "mention_end": "13"}])
    with pytest.raises(BadRowsError, match="column 'mention_start': half a span"):
        load_file(path)


def test_copies_of_a_text_share_a_document(tmp_path: Path) -> None:
    """Where no column gives the document, copies cannot part; where one does, it is kept."""
    texts = ["Rome thanked Oslo.", "Oslo left.", "  rome THANKED «Óslo»", "Oslo left!"]
    rows = [{**GOOD, "text": text, "actor": "Rome"} for text in texts]
    table = load_file(write(tmp_path / "a.csv", rows)).table
    assert table.column("document").to_pylist() == ["a/0", "a/1", "a/0", "a/1"]
    assert table.column("id").to_pylist() == ["a/2", "a/3", "a/4", "a/5"]
    named = [{**row, "document": number} for number, row in enumerate(rows)]
    table = load_file(write(tmp_path / "a.csv", named)).table
    assert table.column("document").to_pylist() == ["0", "1", "2", "3"]


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("a.csv", None, r"a\.csv: no such file"),
        ("a.txt", "x", r"a\.txt: unknown file type '.txt'"),
        ("a.csv", "", r"a\.csv: the data set is empty; expected at least one usable row"),
        ("a.csv", "text,actor,label\n", "the data set is empty"),
        ("a.jsonl", "\n\n", "the data set is empty"),
        ("a.csv", "txt,actor,label\nx,y,z\n", r"a\.csv:2: no column 'text' for the text; did you "
         r"mean 'txt'\? found: txt, actor, label; name it with text = \"…\" under \[data.col"),
        ("a.csv", "text,actor\nx,y\n", "no column 'label' for the label; found: text, actor; name"),
        ("a.csv", "text,actor,label\n,y,hostile\n", "1 row cannot be used"),
    ],
)  # fmt: skip
def test_a_file_without_rows_or_columns_is_told(
    tmp_path: Path, name: str, content: str | None, error: str
) -> None:
    """Missing, unknown, empty, or with other columns, of which the closest is named."""
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(DataError, match=error):
        load_file(tmp_path / name)


def test_a_mapped_column_must_be_there(tmp_path: Path) -> None:
    """An optional column is needed once it is named."""
    path = write(tmp_path / "a.csv", [GOOD | {"outlet": "x"}])
    with pytest.raises(
        DataError, match="no column 'outlets' for the source; did you mean 'outlet'"
    ):
        load_file(path, Columns(source="outlets"))


def test_labels_are_mapped_to_ours(tmp_path: Path) -> None:
    """A word of ours that does not exist is refused before the file is read."""
    with pytest.raises(DataError, match="label 'friendly' is not one of hostile, neutral, coop"):
        load_file(tmp_path / "a.csv", labels={"дружня": "friendly"})


def test_no_row_left_is_an_error(tmp_path: Path) -> None:
    """Skipping every row does not give an empty table."""
    with pytest.raises(DataError, match="the data set is empty"):
        load_file(write(tmp_path / "a.csv", [GOOD | {"text": ""}]), on_error="skip")
