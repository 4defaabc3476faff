"""``stancelab data check`` and ``agreement`` at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stancelab.cli import main

LONG = "The minister of Oslo met the president of Rome on Monday evening"
ROWS = f"""text,actor,label,split
{LONG}.,Oslo,hostile,train
{LONG}!,OSLO,cooperative,test
{LONG}s.,Oslo,hostile,test
[red]Nobody[/red] came to Lima.,Lim,neutral,train
"\x1b[31mKyiv spoke.",Kyivs,neutral,train
"""
ANNOTATIONS = Path(__file__).parents[2] / "data" / "statements" / "annotations.tsv"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.csv").write_text(ROWS, encoding="utf-8")

    def command(*words, code=0):
        monkeypatch.setattr("sys.argv", ["stancelab", "data", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        assert ended.value.code == code, printed.err
        return printed.out if code < 2 else printed.err

    return command


def test_findings_as_tables(run):
    printed = run("check", "mine.csv")
    assert "mine/train" in printed
    assert "[red]Nobody[/red]" in printed
    assert "1 hostile, 1 cooperative" in printed
    assert "\x1b" not in printed
    for title in ("Labels", "Copies across parts", "Near copies", "Label conflicts", "Spans"):
        assert f"\n{title}\n" in f"\n{printed}"
    assert all(len(line) <= 150 for line in printed.splitlines())


def test_narrow_terminals_are_readable(run, monkeypatch):
    monkeypatch.setattr("stancelab.cli.display._WIDTH", 80)
    printed = run("check", "mine.csv")
    assert all(len(line) <= 80 for line in printed.splitlines())
    assert "…" not in printed


def test_findings_for_programs(run):
    found = json.loads(run("check", "mine.csv", "--json"))
    assert found["checked"] == ["mine.csv"]
    assert found["leaking"] is True
    (leak,) = [one for one in found["leaks"] if one["target"] == "mine/test"]
    assert (leak["records"], leak["of"], leak["identical"]) == (1, 2, 0)
    assert leak["ids"] == ["mine/3"]
    assert leak["examples"][0]["text"] == f"{LONG}."
    (conflict,) = found["conflicts"]["by_actor"]
    assert conflict["labels"] == {"hostile": 1, "cooperative": 1}
    assert found["label_errors"] is None
    assert {part["part"]: part["rows"] for part in found["balance"]} == {
        "mine/train": 3,
        "mine/test": 2,
    }


def test_label_errors_are_told_or_why_not(run):
    printed = run("check", "mine.csv", "--label-errors")
    assert "Likely label errors" in printed
    assert "needs two labels, and 5 texts and rows of each" in " ".join(printed.split())


def test_leaks_can_end_with_status_one(run):
    assert "Copies across parts" in run("check", "mine.csv", "--fail-on-leaks", code=1)
    run("check", "statements", "--fail-on-leaks", "--json")


def test_near_copies_follow_the_threshold(run):
    near = json.loads(run("check", "mine.csv", "--json"))["near"]
    assert {(one["source"], one["target"]) for one in near} >= {("mine/train", "mine/test")}
    assert json.loads(run("check", "mine.csv", "--json", "--threshold", "1"))["near"] == []


def test_a_page_is_written_beside(run, tmp_path):
    run("check", "mine.csv", "--html", "page.html", "--json")
    content = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<h1>Check of mine.csv</h1>" in content
    assert "[red]Nobody[/red]" in content
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.csv", "page.html"]


def test_columns_of_other_names(run, tmp_path):
    content = ROWS.replace("text,actor,label", "words,who,tag")
    (tmp_path / "own.csv").write_text(content + ",Oslo,hostile,train\n", encoding="utf-8")
    words = ("own.csv", "--text-column", "words", "--actor-column", "who", "--label-column", "tag")
    assert "own.csv:7: column 'words': empty text" in run("check", *words, code=2)
    assert "While loading" in run("check", *words, "--on-error", "skip")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["check", "statement"], "unknown corpus or file 'statement'; did you mean 'statements'?"),
        (["check", "no.csv"], "no.csv: no such file"),
        (["check", "mine.csv", "--text-column", "txt"], "no column 'txt' for the text; did you"),
        (["check", "mine.csv", "--html", "no/page.html"], "the folder no does not exist"),
        (["check", "mine.csv", "--threshold", "0.2"], "Input should be greater than or equal"),
        (["check"], "Missing argument"),
        (["agreement", "mine.csv"], "expected two columns of labels or more, found label"),
        (["agreement", "no.csv"], "no.csv: no such file"),
        (["agreement", "mine.csv", "mine.csv", "--annotator", "a"], "--annotator names columns"),
        (["agreement", ANNOTATIONS, "--annotator", "annotator_3"], "did you mean 'annotator_2'?"),
    ],
)
def test_mistakes_are_one_line(run, words, message):
    printed = run(*words, code=2)
    assert printed.startswith("stancelab: ")
    assert message in printed
    assert len(printed.splitlines()) == 1


def test_agreement_of_the_embedded_corpus(run):
    printed = run("agreement", ANNOTATIONS, "--examples", 3)
    assert "4,309 items, 4,308 with two answers or more; all agree on 4,259" in printed
    assert "0.983" in printed
    assert "and 46 more" in printed
    found = json.loads(run("agreement", ANNOTATIONS, "--json"))
    assert round(found["pairs"][0]["kappa"], 3) == 0.983
    assert len(found["disputes"]) == 49
    assert [one["metric"] for one in found["alpha"]] == ["nominal", "ordinal", "interval"]


def test_agreement_of_a_file_each(run, tmp_path):
    for name, label in (("a", "hostile"), ("b", "neutral")):
        rows = f"key,label\n1,hostile\n2,{label}\n"
        (tmp_path / f"{name}.csv").write_text(rows, encoding="utf-8")
    printed = run("agreement", "a.csv", "b.csv", "--id-column", "key")
    assert "2 items, 2 with two answers or more; all agree on 1 of these (50.0%)" in printed


def test_an_unknown_label_is_told_where_it_stands(run, tmp_path):
    (tmp_path / "a.csv").write_text("id,a,b\n1,hostile,neutral\n2,x,neutral\n3,neutral,hostile\n")
    printed = run("agreement", "a.csv", code=2)
    assert "a.csv:3: column 'a': unknown label (found 'x'; expected hostile or neutral" in printed
    assert "1 rows left out" not in printed
