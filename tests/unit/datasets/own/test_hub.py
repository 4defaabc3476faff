"""Data sets in the hub's layout: splits, classes, columns, and every fault in one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import datasets
import pytest
from datasets import ClassLabel, Dataset, DatasetDict, Features, Value

from stancelab.datasets.own.columns import Columns
from stancelab.datasets.own.hub import HubOptions, is_hub, load_hub
from stancelab.errors import BadRowsError, DataError, MissingExtraError, UnknownNameError
from stancelab.schema import SCHEMA, labels_of

WORDS = {"against": "hostile", "none": "neutral", "favor": "cooperative"}
ROWS: dict[str, list[dict[str, Any]]] = {
    "train": [
        {"text": "Rome thanked Oslo.", "actor": "Oslo", "label": "favor"},
        {"text": "Rome left.", "actor": "Rome", "label": "none"},
    ],
    "test": [{"text": "rome thanked OSLO", "actor": "OSLO", "label": "against"}],
}
FEATURES = Features(
    {"text": Value("string"), "actor": Value("string"), "label": ClassLabel(names=list(WORDS))}
)
CLASSES = """\
dataset_info:
  features:
  - name: text
    dtype: string
  - name: actor
    dtype: string
  - name: label
    dtype:
      class_label:
        names:
          '0': against
          '1': none
          '2': favor
"""


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what `datasets` may write out of the user's cache."""
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path_factory.mktemp("cache"))


def make(folder: Path, suffix: str, head: str = CLASSES) -> str:
    """Lay out `ROWS` as on the hub, and give its name."""
    (folder / "data").mkdir(parents=True)
    files = "configs:\n- config_name: default\n  data_files:\n"
    for split, rows in ROWS.items():
        place = folder / "data" / f"{split}-00000-of-00001{suffix}"
        dataset = Dataset.from_list(rows)
        if suffix == ".parquet":
            dataset.cast(FEATURES).to_parquet(place)
        elif suffix == ".csv":
            dataset.to_csv(place, index=False)
        else:
            dataset.to_json(place, force_ascii=False)
        files += f"  - split: {split}\n    path: data/{split}-*\n"
    (folder / "README.md").write_text(f"---\n{head}{files}---\n# Mine\n", encoding="utf-8")
    return f"hub:{folder}"


def lay_out(folder: Path, files: dict[str, str]) -> str:
    """Write any files, and give the folder's name."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return f"hub:{folder}"


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
@pytest.mark.parametrize("head", [CLASSES, ""])
def test_every_format_gives_the_same_table(tmp_path: Path, suffix: str, head: str) -> None:
    """Splits in a column, classes by name, one key for copies of a text in two splits."""
    name = make(tmp_path / "mine", suffix, head)
    loaded = load_hub(name, labels=WORDS)
    table = loaded.table
    assert table.schema.equals(SCHEMA)
    assert labels_of(table).tolist() == [2, 1, 0]
    assert table.column("native_label").to_pylist() == ["favor", "none", "against"]
    assert table.column("split").to_pylist() == ["train", "train", "test"]
    assert table.column("mention_start").to_pylist() == [13, 0, 13]
    assert table.column("id").to_pylist() == [
        f"{name}/{at}" for at in ("train/1", "train/2", "test/1")
    ]
    assert table.column("statement").to_pylist() == [f"{name}/{at}" for at in (0, 1, 0)]
    assert set(table.column("dataset").to_pylist()) == {name}
    assert (loaded.dropped, loaded.notes) == ({}, {})


def test_a_saved_folder_opens_too(tmp_path: Path) -> None:
    """What `save_to_disk` wrote, with splits and without."""
    splits = {name: Dataset.from_list(rows).cast(FEATURES) for name, rows in ROWS.items()}
    DatasetDict(splits).save_to_disk(tmp_path / "both")
    splits["test"].save_to_disk(tmp_path / "one")
    both = load_hub(f"hub:{tmp_path}/both", labels=WORDS).table
    assert both.column("split").to_pylist() == ["train", "train", "test"]
    one = load_hub(f"hub:{tmp_path}/one", labels=WORDS).table
    assert (one.column("split").to_pylist(), labels_of(one).tolist()) == (["train"], [0])
    with pytest.raises(DataError, match="a saved data set has no subset 'x'; leave it out"):
        load_hub(f"hub:{tmp_path}/one", options=HubOptions(subset="x"))


def test_a_folder_that_changed_is_read_anew(tmp_path: Path) -> None:
    """`datasets` itself would give what was there before."""
    name = make(tmp_path / "mine", ".jsonl")
    assert len(load_hub(name, labels=WORDS).table) == 3
    with (tmp_path / "mine/data/test-00000-of-00001.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(ROWS["train"][0]) + "\n")
    assert len(load_hub(name, labels=WORDS).table) == 4


def test_columns_are_mapped_and_numbers_are_label_words(tmp_path: Path) -> None:
    """Whole numbers are themselves, even where an empty cell makes them floats."""
    content = "vyslov,khto,mark,part,year\nRome met Oslo,Oslo,1,dev,2020\nOslo left,Oslo,,,2021\n"
    name = lay_out(tmp_path / "mine", {"train.csv": content})
    columns = Columns(text="vyslov", actor="khto", label="mark", split="part")
    loaded = load_hub(name, columns, {"1": "cooperative"}, "skip")
    (row,) = loaded.table.to_pylist()
    assert (row["text"], row["label"], row["native_label"]) == ("Rome met Oslo", 2, "1")
    assert (row["split"], json.loads(row["attributes"])) == ("dev", {"year": 2020})
    assert loaded.dropped == {"unknown label": 1}


def test_bad_rows_are_told_with_split_and_row(tmp_path: Path) -> None:
    """Data set, split, row from 1, column and value; or they are counted."""
    name = make(tmp_path / "mine", ".parquet")
    words = {"favor": "cooperative", "none": "neutral"}
    error = rf"1 row cannot .*\n  {name}/test:1: column 'label': unknown label \(found 'against'; "
    with pytest.raises(BadRowsError, match=error):
        load_hub(name, labels=words)
    assert load_hub(name, labels=words, on_error="skip").dropped == {"unknown label": 1}


def test_splits_are_chosen(tmp_path: Path) -> None:
    """Only those asked for, in their order; a split that is not there is told."""
    name = make(tmp_path / "mine", ".parquet")
    only = load_hub(name, labels=WORDS, options=HubOptions(splits=("test", "train"))).table
    assert only.column("split").to_pylist() == ["test", "train", "train"]
    with pytest.raises(
        UnknownNameError, match=r"unknown split of .* 'tset'; did you mean 'test'\?"
    ):
        load_hub(name, labels=WORDS, options=HubOptions(splits=("tset",)))


def test_subsets_are_chosen(tmp_path: Path) -> None:
    """One of several has to be named, and has to be there."""
    line = json.dumps(ROWS["train"][0])
    configs = "".join(
        f"- config_name: {name}\n  data_files: {name}.jsonl\n" for name in ("english", "ukrainian")
    )
    files = {"english.jsonl": line, "ukrainian.jsonl": line * 2}
    files |= {"README.md": f"---\nconfigs:\n{configs}---\n", "ukrainian.jsonl": f"{line}\n{line}"}
    name = lay_out(tmp_path / "mine", files)
    chosen = load_hub(name, labels=WORDS, options=HubOptions(subset="ukrainian"))
    assert len(chosen.table) == 2
    with pytest.raises(DataError, match=r"has several subsets \(english, ukrainian\); choose one"):
        load_hub(name, labels=WORDS)
    with pytest.raises(UnknownNameError, match=r"subset of .* 'englsh'; did you mean 'english'\?"):
        load_hub(name, labels=WORDS, options=HubOptions(subset="englsh"))


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ({"mine.py": "import datasets"}, r"needs a loading script, which 'datasets' does not run"),
        ({"README.md": "# Mine"}, "cannot be read by 'datasets' .* doesn't contain any data files"),
        ({"a.jsonl": '{"text": "x"}\n{"te'}, "cannot be read by 'datasets' .*JSON parse error"),
        ({"a.csv": "text,actor,label\n"}, "the data set is empty; expected at least one usable"),
        (
            {"a.csv": "txt,actor,label\na,b,c\n"},
            r"/train:1: no column 'text' for the text; did you mean 'txt'\? found: txt, actor, la",
        ),
        (
            {"README.md": "---\nconfigs: [\n---\n", "a.csv": "a\nb\n"},
            "cannot be read by 'datasets'",
        ),
        ({"README.md": "---\nconfigs: x\n---\n", "a.csv": "a\nb\n"}, "configs to be a list"),
    ],
)
def test_faults_are_one_line(tmp_path: Path, files: dict[str, str], error: str) -> None:
    """What `datasets` raises, whatever it is, becomes our own error."""
    name = lay_out(tmp_path / "mine", files)
    with pytest.raises(DataError, match=error) as caught:
        load_hub(name, labels=WORDS)
    assert str(caught.value).startswith(name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["hub:csv", "hub:mine.csv", "hub:a/b/c", "hub:", "hub:../x"])
def test_what_is_no_name_is_not_asked_for(name: str) -> None:
    """`datasets` takes "csv" for the files of the current folder."""
    with pytest.raises(DataError, match=r"no such folder; expected hub:OWNER/NAME or hub:FOLDER"):
        load_hub(name)


def test_a_revision_is_of_the_hub_only(tmp_path: Path) -> None:
    """A folder cannot be had as it was."""
    name = make(tmp_path / "mine", ".csv")
    with pytest.raises(DataError, match="a folder has no revision 'main'; leave it out"):
        load_hub(name, options=HubOptions(revision="main"))


def test_a_label_word_of_no_label_is_told() -> None:
    """Before anything is opened."""
    with pytest.raises(DataError, match="hub:a/b: label 'friendly' is not one of hostile"):
        load_hub("hub:a/b", labels={"favor": "friendly"})


def test_the_hub_out_of_reach_is_one_line_and_quiet() -> None:
    """A fresh process, offline: no traceback, no bars, no messages of the libraries."""
    code = (
        "from stancelab.datasets.own.hub import load_hub\n"
        "from stancelab.errors import DataError\n"
        "try: load_hub('hub:owner/name')\n"
        "except DataError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
    )
    assert done.stdout.startswith(
        "hub:owner/name: no folder of that name, and the hub cannot be reached ("
    )
    assert (len(done.stdout.splitlines()), done.stderr) == (1, "")


def test_a_missing_library_names_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes with what training needs."""
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(MissingExtraError, match=r"'datasets', .* pip install 'stancelab\[train\]'"):
        load_hub(f"hub:{tmp_path}")


def test_loading_leaves_the_bars_of_others_alone(tmp_path: Path) -> None:
    """They are kept back only while we load."""
    datasets.enable_progress_bars()
    load_hub(make(tmp_path / "mine", ".csv"), labels=WORDS)
    assert not datasets.are_progress_bars_disabled()


def test_options_know_their_keys() -> None:
    """A misspelt key is refused, a name without the prefix is none of the hub's."""
    with pytest.raises(ValueError, match="subst"):
        HubOptions.model_validate({"subst": "x"})
    assert [is_hub(name) for name in ("hub:a/b", "a/b")] == [True, False]
