"""Sources are cut into parts, and how far a run is can be told."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest
from made_files import write

from stancelab.datasets.own.columns import Columns
from stancelab.scoring import reading
from stancelab.scoring.batches import unpack
from stancelab.scoring.parts import Done
from stancelab.scoring.progress import Meter
from stancelab.scoring.reading import cut
from stancelab.scoring.sources import find_sources

ROWS = [{"text": f"Oslo met Warsaw {n}.", "actor": "Oslo"} for n in range(10)]


def parts_of(folder, names, rows):
    sources = find_sources([str(folder / name) for name in names])
    return list(cut(sources, Columns(), rows))


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("rows", [1, 3, 10, 99])
def test_parts_are_the_rows_in_their_order(tmp_path, kind, rows):
    for name in ("a", "b"):
        write(tmp_path / f"{name}.{kind}", ROWS)
    found = parts_of(tmp_path, [f"a.{kind}", f"b.{kind}"], rows)
    of_one = -(-10 // rows)
    assert [part.number for part in found] == list(range(2 * of_one))
    assert [part.size for part in found[:of_one]] == [rows] * (10 // rows) + [10 % rows] * (
        10 % rows > 0
    )
    batches = [unpack(part)[0] for part in found]
    texts = [text for batch in batches for text in batch.values("text")]
    assert texts == [row["text"] for row in ROWS] * 2
    first = 2 if kind == "csv" else 1
    assert [line for batch in batches for line in batch.lines] == list(range(first, first + 10)) * 2
    assert [part.read for part in found if part.number in (of_one - 1, 2 * of_one - 1)] == [
        (tmp_path / f"a.{kind}").stat().st_size
    ] * 2


def test_row_groups_of_parquet_are_no_bounds(tmp_path):
    path = write(tmp_path / "a.parquet", ROWS)
    pq.write_table(pq.read_table(path), path, row_group_size=3)
    assert [part.size for part in parts_of(tmp_path, ["a.parquet"], 4)] == [4, 4, 2]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_long_texts_make_short_parts(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(reading, "_PART_CHARACTERS", 100)
    write(tmp_path / f"a.{kind}", [*ROWS, {"text": "x" * 500, "actor": "Oslo"}, *ROWS])
    found = parts_of(tmp_path, [f"a.{kind}"], 100)
    assert sum(part.size for part in found) == 21
    assert len(found) >= 5
    assert max(part.size for part in found) < 8


def told(sources, rows):
    steps = []
    meter = Meter(sources, lambda *step: steps.append(step))
    for part in cut(sources, Columns(), rows):
        meter.add(part, Done(part.size, {}, 0, []))
    return steps


def test_progress_is_in_rows_where_their_number_is_known(tmp_path):
    names = [str(write(tmp_path / f"{name}.parquet", ROWS)) for name in "ab"]
    assert told(find_sources(names), 5) == [("rows", n, 20) for n in (5, 10, 15, 20)]


def test_progress_is_in_bytes_where_it_is_not(tmp_path):
    names = [str(write(tmp_path / f"{name}.jsonl", ROWS * 300)) for name in "ab"]
    sources = find_sources(names)
    total = sum(source.size for source in sources) // 1000
    steps = told(sources, 1_000)
    assert {(what, all_of_it) for what, _, all_of_it in steps} == {("kB read", total)}
    done = [step[1] for step in steps]
    assert done == sorted(done)
    assert len(set(done)) == 6
    assert done[-1] == total
