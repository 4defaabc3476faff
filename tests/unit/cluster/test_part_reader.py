"""Parts that are found without their rows, and read by whoever scores them."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_files import write

from stancelab.cluster.reading import PartReader, stretches
from stancelab.datasets.own.columns import Columns
from stancelab.errors import DataError
from stancelab.scoring.batches import unpack
from stancelab.scoring.reading import cut
from stancelab.scoring.sources import find_sources

COLUMNS = Columns()
ORDERS = {
    "in turn": lambda found: found,
    "every second": lambda found: found[::2],
    "backwards": lambda found: found[::-1],
    "one, and from the beginning": lambda found: [found[-2], *found],
}


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A file with small row groups, one with one, and two kinds of text."""
    monkeypatch.chdir(tmp_path)
    rows = [{"text": f"Oslo met Warsaw. {n}", "actor": "Oslo", "n": n} for n in range(95)]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "a.parquet", row_group_size=7)
    for name in ("b.parquet", "c.csv", "d.jsonl"):
        write(tmp_path / name, rows)
    return find_sources(["a.parquet", "b.parquet", "c.csv", "d.jsonl"])


def content(part):
    batch, _ = unpack(part)
    return part.number, part.size, part.source.name, list(batch.lines), batch.rows(range(part.size))


@pytest.mark.parametrize("order", ORDERS)
def test_parts_are_those_of_one_machine_in_whatever_order_they_are_read(sources, order):
    expected = {part.number: content(part) for part in cut(sources, COLUMNS, 10)}
    found = list(stretches(sources, COLUMNS, 10))
    assert [each.part.number for each in found] == list(expected) == list(range(40))
    assert all(len(each.part.rows) == 0 for each in found)
    reader = PartReader(COLUMNS, 10)
    for each in ORDERS[order](found):
        assert content(reader.read(each)) == expected[each.part.number]


def test_codes_that_change_with_the_row_group_are_read(tmp_path):
    words = pa.array([f"w{n % 30}" for n in range(60)]).dictionary_encode()
    table = pa.table({"text": ["Oslo."] * 60, "actor": ["Oslo"] * 60, "word": words})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=7)
    reader = PartReader(COLUMNS, 25)
    found = [
        row["word"]
        for each in stretches(find_sources([str(tmp_path / "a.parquet")]), COLUMNS, 25)
        for row in content(reader.read(each))[-1]
    ]
    assert found == words.to_pylist()


def test_places_are_full_and_names_as_given(sources, tmp_path):
    source = next(stretches(sources, COLUMNS, 10)).part.source
    assert (source.name, source.path) == ("a.parquet", tmp_path / "a.parquet")


@pytest.mark.parametrize("name", ["a.parquet", "d.jsonl"])
def test_a_file_that_has_changed_is_told(sources, tmp_path, name):
    last = [each for each in stretches(sources, COLUMNS, 10) if each.part.source.name == name][-1]
    write(tmp_path / name, [{"text": "Oslo met Warsaw.", "actor": "Oslo"}] * 20)
    with pytest.raises(DataError, match=rf"{name}: has changed while it was scored; begin anew"):
        PartReader(COLUMNS, 10).read(last)
