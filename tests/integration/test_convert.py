"""``stancelab data convert``: what is written loads again, whole and the same, or is not there."""

from __future__ import annotations

import json
from pathlib import Path

import datasets
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from datasets import load_dataset, load_from_disk

from stancelab.cli import main
from stancelab.datasets.own.files import load_file
from stancelab.datasets.own.hub import load_hub
from stancelab.datasets.registry import load
from stancelab.schema import SCHEMA, as_dataset, as_table

WORDS = {"against": "hostile", "none": "neutral", "favor": "cooperative"}
LABELS = [word for item in WORDS.items() for word in ("--label", "=".join(item))]
TARGETS = ["out.jsonl", "out.parquet", "out --layout disk", "out --layout hub"]
ROWS = [
    {"text": "Київ подякував «Варшаві» —\nале не Мінську.", "actor": "Варшаві", "label": 2},
    {"text": "Київ подякував «Варшаві» —\nале не Мінську.", "actor": "Мінську", "label": 0},
    {"text": 'Oslo said "no"; Oslo\u2028left.', "actor": "Oslo", "label": 1},
    {"text": "Nobody was named.", "actor": "Rome", "label": -1},
    {"text": "Rome met Oslo; Oslo left.", "actor": "Oslo", "label": 1},
]
MORE = [
    {"id": "x/1", "statement": "x/a", "document": "d1", "source": "Київ", "language": "uk"},
    {"id": "x/2", "statement": "x/a", "document": "d1", "source": "Київ", "language": "uk"},
    {"id": "x/3", "statement": "x/b", "document": "d1", "source": "", "language": "en"},
    {"id": "y/4", "statement": "y/c", "document": "d2", "source": "", "language": "en"},
    {"id": "y/5", "statement": "y/d", "document": "y/d", "source": "Rome", "language": ""},
]
REST = [
    {"dataset": "x", "split": "train", "native_label": "+", "attributes": '{"year": 2020}'},
    {"dataset": "x", "split": "train", "native_label": "-", "attributes": '{"topic": "а"}'},
    {"dataset": "x", "split": "zero-shot", "native_label": "0", "attributes": "{}"},
    {"dataset": "y", "split": "", "native_label": "?", "attributes": '{"a": [1, {"b": null}]}'},
    {"dataset": "y", "split": "zero-shot", "native_label": "0", "attributes": '{"x": "\\"y\\""}'},
]
SPANS = [(16, 23), (35, 42), (15, 19), (-1, -1), (15, 19)]


@pytest.fixture
def table() -> pa.Table:
    """A statement table with all that may be lost: keys, second mentions, splits, no label."""
    spans = [{"mention_start": start, "mention_end": end} for start, end in SPANS]
    parts = zip(ROWS, MORE, REST, spans, strict=True)
    return as_table([dict(pair for part in row for pair in part.items()) for row in parts])


@pytest.fixture
def stancelab(tmp_path, monkeypatch, capsys):
    """Run the real command in an empty folder, and give its status, output and messages."""
    cache = tmp_path.with_name(f"{tmp_path.name}-cache")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", cache)
    monkeypatch.chdir(tmp_path)

    def run(*words):
        monkeypatch.setattr("sys.argv", ["stancelab", "data", "convert", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return ended.value.code, printed.out, printed.err

    return run


def again(target: str) -> pa.Table:
    """Load what was written with our own loaders."""
    place = Path(target.split()[0])
    return load_hub(f"hub:{place}").table if place.is_dir() else load_file(place).table


def in_order(table: pa.Table) -> pa.Table:
    """Sort by id: a folder has the rows split by split."""
    return table.sort_by("id")


@pytest.mark.parametrize("target", TARGETS)
def test_a_statement_table_comes_back_whole(stancelab, table, target):
    pq.write_table(table, "in.parquet")
    assert stancelab("in.parquet", *target.split())[0] == 0
    assert in_order(again(target)).equals(in_order(table))
    assert sorted(path.name for path in Path().iterdir()) == ["in.parquet", target.split()[0]]


@pytest.mark.parametrize("target", TARGETS)
def test_a_corpus_comes_back_whole(stancelab, target):
    status, printed, notes = stancelab("statements", *target.split())
    assert (status, notes) == (0, "")
    assert "4,259 rows (1386 hostile, 1524 neutral, 1349 cooperative)" in printed
    assert again(target).equals(load("statements").table)


@pytest.mark.parametrize("first", TARGETS)
@pytest.mark.parametrize("second", ["last.jsonl", "last.parquet"])
def test_any_format_converts_to_another(stancelab, table, first, second):
    pq.write_table(table, "in.parquet")
    place = first.split()[0]
    stancelab("in.parquet", *first.split())
    assert stancelab(f"hub:{place}" if first.startswith("out ") else place, second)[0] == 0
    assert in_order(again(second)).equals(in_order(table))


def test_jsonl_is_for_people(stancelab, table):
    pq.write_table(table, "in.parquet")
    stancelab("in.parquet", "out.jsonl")
    rows = [json.loads(line) for line in Path("out.jsonl").read_text("utf-8").split("\n")[:4]]
    assert [row["label"] for row in rows] == ["cooperative", "hostile", "neutral", None]
    assert rows[0]["attributes"] == {"year": 2020}
    assert "Варшаві" in Path("out.jsonl").read_text("utf-8")


def test_parquet_keeps_the_schema(stancelab, table):
    pq.write_table(table, "in.parquet")
    stancelab("in.parquet", "out.parquet")
    assert pq.read_table("out.parquet").equals(table)
    assert pq.read_schema("out.parquet").equals(SCHEMA)


@pytest.mark.parametrize("layout", ["disk", "hub"])
def test_folders_open_with_datasets_alone(stancelab, table, layout):
    pq.write_table(table, "in.parquet")
    stancelab("in.parquet", "out", "--layout", layout)
    opened = load_from_disk("out") if layout == "disk" else load_dataset(str(Path("out").resolve()))
    assert {name: len(part) for name, part in opened.items()} == {"train": 3, "zero_shot": 2}
    assert opened["train"].features == as_dataset(table).features
    both = pa.concat_tables([as_table(opened[name]) for name in ("train", "zero_shot")])
    assert in_order(both).equals(in_order(table))


FOREIGN = [
    {"вислів": "Rome met Oslo; Oslo left.", "хто": "Oslo", "mark": "none", "part": "dev", "n": 1},
    {"вислів": "rome met OSLO, Oslo left", "хто": "Rome", "mark": "favor", "part": "", "n": 2},
    {"вислів": "Rome left.", "хто": "Rome", "mark": "odd", "part": "dev", "n": 3},
]
COLUMNS = ["--text-column", "вислів", "--actor-column", "хто", "--label-column", "mark"]
COLUMNS += ["--split-column", "part"]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("kind", ["file", "hub"])
def test_columns_and_words_are_mapped(stancelab, target, kind):
    Path("in").mkdir()
    lines = "".join(json.dumps(row) + "\n" for row in FOREIGN)
    Path("in/mine.jsonl").write_text(lines, encoding="utf-8")
    source = "in/mine.jsonl" if kind == "file" else "hub:in"
    words = [*COLUMNS, *LABELS, "--on-error", "skip", "--json"]
    status, printed, notes = stancelab(source, *target.split(), *words)
    assert (status, notes) == (0, "")
    found = json.loads(printed)
    place = Path(target.split()[0])
    files = [path for path in (place, *place.rglob("*")) if path.is_file()]
    assert found == {
        "path": str(place),
        "rows": 2,
        "bytes": sum(path.stat().st_size for path in files),
        "labels": {"hostile": 0, "neutral": 1, "cooperative": 1, "unlabelled": 0},
        "splits": {"dev": 1, "" if kind == "file" else "train": 1},
        "dropped": {"unknown label": 1},
        "notes": {"mention occurs more than once": 1, "actor not named in the text": 1},
    }
    one, two = in_order(again(target)).to_pylist()
    assert (one["label"], one["native_label"], one["split"]) == (1, "none", "dev")
    assert (one["mention_start"], one["mention_end"]) == (9, 13)
    assert json.loads(two["attributes"]) == {"n": 2}
    assert (one["statement"], one["document"]) == (two["statement"], two["document"])


def test_what_is_left_out_is_said(stancelab):
    Path("in.csv").write_text("text,actor,label\nA b.,A,none\n,A,none\n", encoding="utf-8")
    status, printed, notes = stancelab("in.csv", "out.jsonl", *LABELS, "--on-error", "skip")
    assert (status, notes) == (0, "left out 1 rows: 1 × empty text\n")
    assert printed.startswith("out.jsonl: 1 rows (1 neutral), ")


def test_only_some_splits_and_one_subset_of_a_hub_data_set(stancelab):
    Path("in").mkdir()
    for name in ("a", "b"):
        Path(f"in/{name}-test.csv").write_text(f"text,actor,label\n{name} b.,b,neutral\n")
        Path(f"in/{name}-train.csv").write_text(f"text,actor,label\n{name} c.,c,neutral\n")
    Path("in/README.md").write_text(
        "---\nconfigs:\n"
        + "".join(
            f"- config_name: {n}\n  data_files:\n"
            + "".join(f"  - split: {s}\n    path: {n}-{s}.csv\n" for s in ("train", "test"))
            for n in ("a", "b")
        )
        + "---\n"
    )
    assert stancelab("hub:in", "out.parquet", "--subset", "b", "--split", "test")[0] == 0
    (row,) = pq.read_table("out.parquet").to_pylist()
    assert (row["text"], row["split"], row["dataset"]) == ("b b.", "test", "hub:in")


def test_a_corpus_of_no_licence_is_for_own_use(stancelab, monkeypatch, tmp_path):
    monkeypatch.setenv("STANCELAB_DATA", str(tmp_path / "raw"))
    monkeypatch.setenv("STANCELAB_CACHE", str(tmp_path / "cache"))
    header = "sentence\tmarked_sentence\tsource\ttarget\tgold_penta\tgold_root\n"
    line = "Rome met Oslo\t<s>Rome</s> met <t>Oslo</t>\tRome\tOslo\t1\tMEET\n"
    (tmp_path / "raw/plv").mkdir(parents=True)
    for split in ("train", "test"):
        (tmp_path / f"raw/plv/PLV_{split}.tsv").write_text(header + line, encoding="utf-8")
    status, printed, notes = stancelab("plv", "out.jsonl", "--unverified")
    assert (status, printed.split(" (")[0]) == (0, "out.jsonl: 2 rows")
    assert notes == (
        "note: plv: no licence is stated (none stated); what was written is for your own use, do "
        "not pass it on\n"
    )


@pytest.mark.parametrize("target", TARGETS)
def test_replacing_is_asked_for(stancelab, table, target):
    pq.write_table(table, "in.parquet")
    words = target.split()
    assert stancelab("in.parquet", *words)[0] == 0
    status, _, error = stancelab("statements", *words)
    assert status == 2
    assert "exists; choose another place, or replace it with --replace" in error
    assert len(again(target)) == len(table)
    assert stancelab("statements", *words, "--replace")[0] == 0
    assert len(again(target)) == 4259


@pytest.mark.parametrize("layout", ["disk", "hub"])
def test_a_folder_with_files_of_others_is_not_replaced(stancelab, table, layout):
    pq.write_table(table, "in.parquet")
    stancelab("in.parquet", "out", "--layout", layout)
    Path("out/notes.txt").write_text("mine")
    status, _, error = stancelab("in.parquet", "out", "--replace")
    assert status == 2
    assert "out: holds other files than a converted data set and is not replaced" in error
    assert Path("out/notes.txt").read_text() == "mine"


def test_a_folder_is_replaced_by_one_of_another_layout(stancelab, table):
    pq.write_table(table, "in.parquet")
    for layout in ("disk", "hub", "disk"):
        assert stancelab("in.parquet", "out", "--layout", layout, "--replace")[0] == 0
        assert in_order(again("out")).equals(in_order(table))


def test_a_file_can_be_replaced_by_what_is_made_of_it(stancelab, table):
    pq.write_table(table, "in.parquet")
    assert stancelab("in.parquet", "in.parquet", "--replace")[0] == 0
    assert pq.read_table("in.parquet").equals(table)


@pytest.mark.parametrize("target", TARGETS)
def test_a_bad_row_late_in_the_source_leaves_nothing(stancelab, target):
    good = {"text": "Rome met Oslo.", "actor": "Oslo", "label": "neutral"}
    lines = [json.dumps(good)] * 10_005 + [json.dumps(good | {"label": "odd"})]
    Path("in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    status, _, error = stancelab("in.jsonl", *target.split())
    assert status == 2
    assert "1 row cannot be used" in error
    assert "in.jsonl:10006: column 'label': unknown label (found 'odd'; expected hostile" in error
    assert [path.name for path in Path().iterdir()] == ["in.jsonl"]


def test_a_row_of_a_table_whose_attributes_are_no_object_is_told(stancelab, table):
    pq.write_table(table.set_column(13, "attributes", [["[]"] * 5]), "in.parquet")
    status, _, error = stancelab("in.parquet", "out.jsonl")
    assert status == 2
    assert "in.parquet:1: column 'attributes': attributes of wrong type (found '[]'; exp" in error


def test_columns_beside_those_of_a_table_become_attributes(stancelab, table):
    pq.write_table(table.append_column("mine", [np.arange(5)]), "in.parquet")
    stancelab("in.parquet", "out.parquet")
    rows = pq.read_table("out.parquet").to_pylist()
    assert json.loads(rows[0]["attributes"]) == {"year": 2020, "mine": 0}
