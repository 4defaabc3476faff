"""``stancelab data convert`` with wrong words and files: one line, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import datasets
import pytest

GOOD = "text,actor,label\nRome met Oslo.,Oslo,neutral\n"
FAULTS = [
    ("in.csv out.csv", "out.csv: unknown file type '.csv'; known: .jsonl, .parquet, or a folder"),
    ("in.csv no/out.jsonl", "no/out.jsonl: no folder no; make it first"),
    ("in.csv out.jsonl --layout hub", "a layout (--layout hub) goes with a folder, not a file"),
    ("in.csv out --layout hug", "'hug' is not one of 'disk', 'hub'"),
    ("in.csv taken --replace", "taken: is a file and is not replaced; choose another place"),
    ("in.csv full --replace", "full: holds other files than a converted data set and is not repl"),
    ("no.csv out.jsonl", "no.csv: no such file"),
    ("in.txt out.jsonl", "in.txt: unknown file type '.txt'"),
    ("statment out.jsonl", "unknown data set 'statment'; did you mean 'statements'?"),
    ("hub:no out.jsonl", "hub:no: no such folder; expected hub:OWNER/NAME or hub:FOLDER"),
    ("in.csv out.jsonl --label against", "--label: expected WORD=LABEL, found 'against'"),
    ("in.csv out.jsonl --label a=b", "in.csv: label 'b' is not one of hostile, neutral, coop"),
    ("in.csv out.jsonl --label a=neutral --label a=hostile", "the word 'a' is given twice"),
    ("in.csv out.jsonl --text-column txt", "no column 'txt' for the text; did you mean 'text'?"),
    ("in.csv out --mention-start-column x", "no column 'x' for the mention_start; found: text"),
    ("in.csv out.jsonl --on-error stop", "'stop' is not one of 'fail', 'skip'"),
    ("in.csv out.jsonl --subset x", "--subset has no meaning for in.csv; leave it out"),
    ("in.csv out.jsonl --unverified", "--unverified has no meaning for in.csv; leave it out"),
    ("hub:full out.jsonl --option x", "--option has no meaning for hub:full; leave it out"),
    ("hub:full out.jsonl --revision x", "hub:full: a folder has no revision 'x'; leave it out"),
    ("hub:full out.jsonl --subset x", "unknown subset of hub:full 'x'"),
    ("hub:full out.jsonl --split x", "unknown split of hub:full 'x'. Known: train"),
    ("statements out --text-column x", "--text-column has no meaning for statements; leave it"),
    ("statements out.jsonl --option x", "unknown option of statements 'x'"),
    ("none.csv out.parquet", "none.csv: the data set is empty"),
    ("none.csv out", "none.csv: the data set is empty"),
    ("broken.parquet out", "broken.parquet: not a readable Parquet file"),
    ("many.csv out --split-column text", "more than 100 splits; is 'split' the right column?"),
    ("in.csv", "Missing argument 'out'"),
]


@pytest.mark.parametrize(("words", "message"), FAULTS)
def test_a_mistake_is_one_line_and_leaves_nothing(call, tmp_path, monkeypatch, words, message):
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path.with_name("cache"))
    monkeypatch.chdir(tmp_path)
    Path("full").mkdir()
    for name in ("in.csv", "in.txt", "taken", "full/a.csv"):
        Path(name).write_text(GOOD, encoding="utf-8")
    Path("none.csv").write_text("text,actor,label\n", encoding="utf-8")
    Path("broken.parquet").write_text("PAR1", encoding="utf-8")
    lines = "".join(f"{n} met Oslo.,Oslo,neutral\n" for n in range(101))
    Path("many.csv").write_text("text,actor,label\n" + lines, encoding="utf-8")
    before = sorted(Path().rglob("*"))
    status, printed, error = call("data", "convert", *words.split())
    assert (status, printed) == (2, "")
    assert error.startswith("stancelab: ")
    assert message in error
    assert len(error.splitlines()) == 1, error
    assert sorted(Path().rglob("*")) == before
