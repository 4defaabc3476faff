"""Reading files row by row: every row with its line, every fault with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancelab.datasets.own.records import Record, read_records
from stancelab.errors import BadRow, DataError


def read(path: Path, content: str | bytes) -> list[Record | BadRow]:
    """Write a file and read it."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_records(path))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", 'text,note\nOne,"x, y; z"\n"Two ""2""",\n'),
        ("a.CSV", '\ufefftext,note\r\nOne,"x, y; z"\r\n"Two ""2""",\r\n'),
        ("a.csv", 'text;note\nOne;"x, y; z"\n"Two ""2""";\n'),
        ("a.csv", 'text\tnote\nOne\tx, y; z\n"Two ""2"""\t\n'),
        ("a.tsv", 'text\tnote\nOne\tx, y; z\n"Two ""2"""\t'),
    ],
    ids=["comma", "bom-crlf", "semicolon", "tab", "tsv"],
)
def test_delimited_files_give_the_same_rows(tmp_path: Path, name: str, content: str) -> None:
    """The delimiter is found in the header, and a quoted cell may hold it."""
    assert read(tmp_path / name, content) == [
        Record(2, {"text": "One", "note": "x, y; z"}),
        Record(3, {"text": 'Two "2"', "note": ""}),
    ]


def test_a_line_break_in_a_quoted_cell_keeps_the_line_numbers(tmp_path: Path) -> None:
    """A row stands where it begins, and the rows after it are not shifted."""
    content = 'text,note\n"first\nsecond\n\nthird",x\nlast,y\nshort\n'
    first, last, short = read(tmp_path / "a.csv", content)
    assert first == Record(2, {"text": "first\nsecond\n\nthird", "note": "x"})
    assert last == Record(6, {"text": "last", "note": "y"})
    assert isinstance(short, BadRow)
    assert short.line == 7


@pytest.mark.parametrize("content", ["text\n\n\nOne\n", '"te\nxt\n"\nOne\n'])
def test_empty_lines_and_a_broken_header_keep_the_line_numbers(
    tmp_path: Path, content: str
) -> None:
    """The line of a row is the one an editor shows."""
    assert read(tmp_path / "a.csv", content)[0].line == 4


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a,b,c,d", (3, "", "c, d", "more cells than columns", "cells quoted")),
        ("a", (3, "note", "", "fewer cells than columns", "")),
        ('"a"b,c', (3, "", "',' expected after '\"'", "broken CSV", "quoted UTF-8 cells")),
        ('"a,b', (3, "", "unexpected end of data", "broken CSV", "quoted UTF-8 cells")),
    ],
)
def test_a_broken_csv_line_is_told(tmp_path: Path, line: str, expected: tuple[Any, ...]) -> None:
    """The rows around it are read all the same."""
    path = tmp_path / "a.csv"
    good, bad = read(path, f"text,note\nx,y\n{line}\n")
    assert good == Record(2, {"text": "x", "note": "y"})
    assert bad == BadRow(str(path), *expected)


def test_a_broken_csv_line_leaves_the_rows_after_it_whole(tmp_path: Path) -> None:
    """Reading goes on with the next line."""
    found = read(tmp_path / "a.csv", 'text,note\n"a"b,c\nx,y\n')
    assert found[1:] == [Record(3, {"text": "x", "note": "y"})]


def test_a_quote_that_nobody_closes_takes_no_other_row_with_it(tmp_path: Path) -> None:
    """The rows behind it are read, also where a quote in one of them would close it."""
    lines = ["text,note", '"a,b', "x,y", '"c ""d""",e', '"f', "g,h", ""]
    found = read(tmp_path / "a.csv", "\n".join(lines))
    assert [row.line for row in found] == [2, 3, 4, 5, 6]
    assert [row.cells["text"] for row in found if isinstance(row, Record)] == ["x", 'c "d"', "g"]


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_another_encoding_is_told_with_its_column(tmp_path: Path, suffix: str) -> None:
    """A cell of cp1251 is found where it stands; the other rows are read."""
    rows = {
        "csv": "note,text\nx,Kyiv\ny,Київ\n",
        "jsonl": '\n{"note": "x", "text": "Kyiv"}\n{"note": "y", "text": "Київ"}\n',
    }
    path = tmp_path / f"a.{suffix}"
    good, bad = read(path, rows[suffix].encode("cp1251"))
    assert good == Record(2, {"note": "x", "text": "Kyiv"})
    assert bad == BadRow(str(path), 3, "text", "Êè¿â", "wrong encoding", "UTF-8")


def test_half_of_a_character_in_json_is_told(tmp_path: Path) -> None:
    """A text that was cut in the middle of an emoji is a bad row, not a crash."""
    (bad,) = read(tmp_path / "a.jsonl", '{"text": "good \\ud83d"}')
    assert isinstance(bad, BadRow)
    assert (bad.line, bad.column, bad.reason) == (1, "text", "wrong encoding")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", '{"text": "x", "more": {"inner": "Київ"}}'),
        ("a.jsonl", '{"text": "x", "more": ["Київ"]}'),
        ("a.jsonl", '{"text": "x", "нота": "x"}'),
    ],
)
def test_another_encoding_is_told_wherever_it_stands(
    tmp_path: Path, name: str, content: str
) -> None:
    """Also in a list, in an object, and in the name of a column."""
    (bad,) = read(tmp_path / name, content.encode("cp1251"))
    assert isinstance(bad, BadRow)
    assert bad.reason == "wrong encoding"


def test_another_encoding_in_the_column_names_ends_it(tmp_path: Path) -> None:
    """Without their names the columns say nothing."""
    with pytest.raises(DataError, match=r"a\.csv:1: the column names are not UTF-8; save"):
        read(tmp_path / "a.csv", "text,нота\nx,x\n".encode("cp1251"))


def test_two_columns_of_one_name_end_it(tmp_path: Path) -> None:
    """One of them would be lost."""
    with pytest.raises(DataError, match=r"a\.csv:1: two columns are named 'text'"):
        read(tmp_path / "a.csv", "text,actor,text\nx,y,z\n")


AT_10 = "a JSON object; expecting value at character 10"


def test_broken_json_lines_are_told(tmp_path: Path) -> None:
    """A line that is no object is named; empty lines are not rows, but are counted."""
    path = tmp_path / "a.ndjson"
    found = read(path, '{"text": "x"}\n\n{"text": y}\n[1]\n{"text": "z"}\n')
    assert found == [
        Record(1, {"text": "x"}),
        BadRow(str(path), 3, "", '{"text": y}', "broken JSON", AT_10),
        BadRow(str(path), 4, "", "[1]", "not an object", "{…}"),
        Record(5, {"text": "z"}),
    ]


@pytest.mark.parametrize("line", ["[" * 100_000, '{"n": ' + "9" * 10_000 + "}"])
def test_json_that_python_does_not_read_is_told(tmp_path: Path, line: str) -> None:
    """Depths and numbers without end are a bad row, not a crash."""
    bad, good = read(tmp_path / "a.jsonl", line + '\n{"text": "z"}\n')
    assert isinstance(bad, BadRow)
    assert (bad.line, bad.reason) == (1, "broken JSON")
    assert bad.expected.startswith("a JSON object that is not nested so deep")
    assert good == Record(2, {"text": "z"})


def test_a_json_line_that_was_cut_off_is_told_with_its_end(tmp_path: Path) -> None:
    """The commonest fault, a line that ends too early, is told where it ends."""
    bad, _ = read(tmp_path / "a.jsonl", '{"text": "y"\n{"text": "z"}\n')
    assert isinstance(bad, BadRow)
    assert bad.reason == "broken JSON"
    assert bad.expected.endswith("delimiter at character 13")


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("a.xlsx", b"x", r"a\.xlsx: unknown file type '.xlsx'; known: .csv, .tsv, .jsonl"),
        ("a", b"x", "unknown file type ''; known: .csv"),
        ("a.csv", None, r"a\.csv: no such file"),
        ("a.parquet", None, r"a\.parquet: no such file"),
        ("a.parquet", b"PAR1 it is not", r"a\.parquet: not a readable Parquet file"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(
    tmp_path: Path, name: str, content: bytes | None, error: str
) -> None:
    """Missing, of another kind, or damaged: each has its line."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=error):
        list(read_records(tmp_path / name))


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=9)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=6))
def test_any_cells_survive_a_csv_file(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    """Quotes, delimiters and line breaks inside a cell come back as they were."""
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    path = tmp_path_factory.mktemp("any") / "a.csv"
    found = read(path, "\n".join(["text,note", *quoted]))
    assert [record.cells for record in found] == [  # type: ignore[union-attr]
        {"text": text, "note": note} for text, note in rows
    ]
    assert [record.line for record in found] == [
        2 + i + sum(c.count("\n") for row in rows[:i] for c in row) for i in range(len(rows))
    ]
