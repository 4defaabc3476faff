"""Sources read a part at a time: the same rows as at once, in memory that does not grow."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stancelab.datasets.own.columns import Columns
from stancelab.datasets.own.files import load_file
from stancelab.datasets.own.hub import HubOptions, load_hub
from stancelab.datasets.own.streaming import stream
from stancelab.errors import BadRowsError, DataError, UnknownNameError
from stancelab.schema import SCHEMA

KEYS = ["statement", "document"]
ROWS: list[dict[str, Any]] = [
    {"text": f"In {n // 2} Rome thanked Oslo.", "actor": ("Rome", "Oslo")[n % 2]}
    | {"label": ("neutral", "cooperative")[n % 2], "year": n // 2, "split": "train"}
    for n in range(25)
]
MEGABYTE = 1 << 20


def write(path: Path, rows: list[dict[str, Any]] = ROWS) -> Path:
    """Write rows in the format of the suffix."""
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    else:
        cut = {".csv": ",", ".tsv": "\t"}[path.suffix]
        lines = [cut.join(map(str, row)) for row in (rows[0], *(row.values() for row in rows))]
        path.write_text("\n".join(lines), encoding="utf-8")
    return path


def groups(table: pa.Table) -> list[int]:
    """Number the statements in their order, whatever their keys are."""
    keys = table.column("statement").to_pylist()
    return [list(dict.fromkeys(keys)).index(key) for key in keys]


def check_same(parts: list[pa.Table], whole: pa.Table, size: int) -> None:
    """Assert that the parts are the rows of the whole."""
    sizes = [len(part) for part in parts]
    assert sizes == [size] * (len(whole) // size) + [len(whole) % size] * (len(whole) % size > 0)
    together = pa.concat_tables(parts)
    assert together.schema.equals(SCHEMA)
    assert together.drop_columns(KEYS).equals(whole.drop_columns(KEYS))
    assert groups(together) == groups(whole)


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "parquet"])
@pytest.mark.parametrize("size", [1, 10, 25, 1000])
def test_parts_of_a_file_are_its_rows(tmp_path: Path, suffix: str, size: int) -> None:
    """Whatever their size, and copies of a text share a key over all parts."""
    path = write(tmp_path / f"mine.{suffix}")
    tables = stream(path, rows_at_a_time=size)
    check_same(list(tables), load_file(path).table, size)
    assert (tables.rows, tables.dropped, tables.notes) == (25, {}, {})


def test_parts_of_a_hub_data_set_are_its_rows(tmp_path: Path) -> None:
    """Split after split; a part may hold the end of one and the start of the next."""
    for split in ("train", "test"):
        rows = [{key: row[key] for key in ("text", "actor", "label")} for row in ROWS]
        write(tmp_path / f"{split}.jsonl", rows)
    name = f"hub:{tmp_path}"
    check_same(list(stream(name, rows_at_a_time=20)), load_hub(name).table, 20)
    test = list(stream(name, options=HubOptions(splits=("test",))))
    assert [table.column("split").unique().to_pylist() for table in test] == [["test"]]
    with pytest.raises(UnknownNameError, match=r"unknown split of .* 'dev'\. Known: test, train"):
        stream(name, options=HubOptions(splits=("dev",)))


def test_keys_are_of_the_text_alone(tmp_path: Path) -> None:
    """Two runs, two places in the file: the same key; another text has another."""
    texts = ["Rome thanked Oslo.", "Oslo left.", "  rome THANKED «Óslo»"]
    rows = [{"text": text, "actor": "Oslo", "label": "neutral"} for text in texts]
    one, two, three = (
        row["document"]
        for table in stream(write(tmp_path / "a.jsonl", rows), rows_at_a_time=1)
        for row in table.to_pylist()
    )
    assert (one, one != two, one.startswith("a/")) == (three, True, True)
    (alone,) = stream(write(tmp_path / "a.jsonl", rows[2:]))
    assert alone.column("document").to_pylist() == [one]


def test_bad_rows_stop_it_at_their_part(tmp_path: Path) -> None:
    """What comes before is given; the total is that of the part."""
    rows = [row | ({"text": ""} if at in (12, 14, 23) else {}) for at, row in enumerate(ROWS)]
    tables = stream(write(tmp_path / "a.jsonl", rows), rows_at_a_time=10)
    assert len(next(tables)) == 10
    error = r"^2 rows cannot be used; .*\n.*a\.jsonl:13: column 'text': empty text .*\n.*:15: "
    with pytest.raises(BadRowsError, match=error):
        next(tables)


def test_bad_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    """A part of bad rows only is no empty table; the counts are those of `load_file`."""
    rows = [row | ({"text": ""} if 10 <= at < 20 else {}) for at, row in enumerate(ROWS)]
    rows[3] = rows[3] | {"label": "odd"}
    path = write(tmp_path / "a.jsonl", rows)
    tables = stream(path, on_error="skip", rows_at_a_time=10)
    assert [len(table) for table in tables] == [9, 5]
    assert tables.dropped == load_file(path, on_error="skip").dropped
    assert tables.dropped == {"unknown label": 1, "empty text": 10}


def test_notes_are_counted(tmp_path: Path) -> None:
    """Over all parts."""
    rows = [row | {"actor": "Minsk"} for row in ROWS]
    tables = stream(write(tmp_path / "a.jsonl", rows), rows_at_a_time=10)
    assert sum(len(table) for table in tables) == 25
    assert tables.notes == {"actor not named in the text": 25}


@pytest.mark.parametrize(
    ("use", "error"),
    [
        (lambda path: stream(path / "no.csv"), r"no\.csv: no such file"),
        (lambda path: stream(path / "a.xlsx"), r"unknown file type '\.xlsx'"),
        (lambda path: stream(f"hub:{path}/no/such"), r"no such folder; expected hub:OWNER/NAME"),
        (lambda path: stream(path / "a.csv", rows_at_a_time=0), r"is 0; expected at least 1"),
        (lambda path: stream(path / "a.csv", labels={"a": "b"}), r"label 'b' is not one of"),
        (lambda path: next(stream(path / "a.csv")), r"a\.csv: the data set is empty"),
        (lambda path: next(stream(path / "b.csv", Columns(text="t"))), r"b\.csv:2: no column 't'"),
        (lambda path: list(stream(path / "c.csv", on_error="skip")), r"c\.csv: the data set is em"),
    ],
)
def test_wrong_input_is_told(tmp_path: Path, use: Callable[[Path], object], error: str) -> None:
    """What can be known is said at once, the rest with the first part."""
    for name, row in (("a", ""), ("b", "Rome met Oslo.,Oslo,neutral\n"), ("c", ",Oslo,neutral\n")):
        (tmp_path / f"{name}.csv").write_text("text,actor,label\n" + row, encoding="utf-8")
    with pytest.raises(DataError, match=error):
        use(tmp_path)


MEASURE = """
import resource, sys
from pathlib import Path
from stancelab.datasets.own.files import load_file
from stancelab.datasets.own.streaming import stream
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
before = peak()
path = Path(sys.argv[2])
if sys.argv[1] == "whole":
    rows = len(load_file(path).table)
else:
    rows = sum(len(table) for table in stream(path))
print(rows, peak() - before)
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """A file six times as long takes as much memory; loaded whole it takes many times more."""
    sizes = {name: tmp_path / f"{name}.jsonl" for name in ("short", "long")}
    for name, rows in (("short", 50_000), ("long", 300_000)):
        with sizes[name].open("w", encoding="utf-8") as file:
            for n in range(rows):
                text = f"In {n} Rome thanked Oslo for the help of {n}. " + "It said no more. " * 5
                row = {"text": text, "actor": "Oslo", "label": "cooperative"}
                file.write(json.dumps(row) + "\n")

    def measure(how: str, name: str) -> tuple[int, int]:
        # A process starts with the peak of the one that started it, hence the small shell between.
        words = ["sh", "-c", '"$@"; exit $?', "sh", sys.executable, "-c", MEASURE, how]
        words.append(str(sizes[name]))
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        rows, grown = map(int, done.stdout.split())
        return rows, grown

    (_, short), (rows, long), (all_rows, whole) = (
        measure(*case) for case in (("part", "short"), ("part", "long"), ("whole", "long"))
    )
    assert rows == all_rows == 300_000
    assert long < short + 20 * MEGABYTE
    assert long < 60 * MEGABYTE
    assert whole > 400 * MEGABYTE
