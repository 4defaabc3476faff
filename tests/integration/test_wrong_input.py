"""A user's mistake is one clear line on standard error and exit status 2, and leaves nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

from stancelab.cli import main
from stancelab.export.bundle import write_sums

GOOD = 'seeds = [0]\n[data]\nname = "statements"\n[model.tfidf_word_logreg]\n'
ROWS = "text,actor,label\nRome met Oslo.,Oslo,hostile\nRome left Oslo.,Oslo,hostile\n"


@pytest.fixture
def complain(tmp_path, monkeypatch, capsys):
    """Run a command that must fail and give its one line."""
    monkeypatch.chdir(tmp_path)

    def run(*words, lines=1):
        before = sorted(tmp_path.rglob("*"))
        monkeypatch.setattr("sys.argv", ["stancelab", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        assert ended.value.code == 2
        assert printed.out == ""
        assert printed.err.startswith("stancelab: ")
        if lines:
            assert len(printed.err.splitlines()) == lines, printed.err
        left = [p for p in sorted(tmp_path.rglob("*")) if not p.name.startswith("mlflow.db")]
        assert left == [p for p in before if not p.name.startswith("mlflow.db")]
        return printed.err

    return run


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("[model.tfidf_word_logreg]", "[model.tfidf_wrd_logreg]"), "'tfidf_word_logreg'"),
        (('"statements"', '"statment"'), "unknown data set 'statment'; did you mean 'statements'?"),
        (("seeds", "sedes"), "sedes: unknown key; did you mean 'seeds'?"),
        (("logreg]", "logreg]\nc = 1"), "tfidf_word_logreg.c: unknown key; did you mean 'C'?"),
        (("logreg]", "logreg]\nC = -1"), "model.tfidf_word_logreg.C: Input should be greater"),
        (("[0]", "[0"), "not TOML: Unclosed array (at line 2"),
        (("[model.tfidf_word_logreg]", ""), "no model to train; give at least one"),
        (('name = "statements"', 'path = "no.csv"'), "no.csv: no such file"),
        (('name = "statements"', 'path = "one.csv"'), "all 2 rows are 'hostile'"),
        (('name = "statements"', 'path = "none.csv"'), "the data set is empty"),
        (('name = "statements"', 'path = "one.csv"\n[data.columns]\ntext = "txt"'), "'txt'"),
    ],
)
def test_experiment_files(complain, tmp_path, change, message):
    (tmp_path / "one.csv").write_text(ROWS, encoding="utf-8")
    (tmp_path / "none.csv").write_text(ROWS.splitlines()[0] + "\n", encoding="utf-8")
    (tmp_path / "mine.toml").write_text(GOOD.replace(*change), encoding="utf-8")
    assert message in complain("run", "mine.toml")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "mien.toml"], "no such experiment file; did you mean mine.toml?"),
        (["run", "mine.toml", "--set", "model.D=1"], "model.D: unknown key"),
        (["run", "mine.toml", "--set", "seeds"], "expected key=value, found 'seeds'"),
        (["run", "mine.toml", "--on-error", "stop"], "Input should be 'fail' or 'skip'"),
        (["compare", "nothing"], "unknown experiment 'nothing'"),
        (["compare"], "Missing argument"),
        (["export", "best:nothing", "out"], "unknown experiment 'nothing'"),
        (["export", "0123", "out"], "no run '0123'"),
        (["export", "models:/x@champion", "out"], "Registered Model with name=x not found"),
        (["export", "best:x"], "expected what to export and where"),
        (["export", "--verify", "out"], "no such folder"),
        (["predict", "out", "--text", "Rome met Oslo."], "expected --actor NAME"),
        (["predict", "out"], "expected either a FILE, or --text"),
        (["predict", "out", "mine.csv"], "expected -o OUTPUT"),
        (["predict", "out", "--txt", "x"], "No such option"),
        (["train"], "No such command 'train'"),
    ],
)
def test_commands(complain, tmp_path, words, message):
    (tmp_path / "mine.toml").write_text(GOOD, encoding="utf-8")
    assert message in complain(*words)


def test_bundles(complain, workplace, tmp_path):
    text = ("--text", "Rome met Oslo.", "--actor", "Oslo")
    damaged = shutil.copytree(workplace.bundle, tmp_path / "damaged")
    (damaged / "settings.json").write_text("{}", encoding="utf-8")
    message = complain("predict", damaged, *text)
    assert "damaged bundle: settings.json has changed since the export; export it again" in message
    other = shutil.copytree(workplace.bundle, tmp_path / "other")
    manifest = json.loads((other / "manifest.json").read_text(encoding="utf-8"))
    (other / "manifest.json").write_text(json.dumps(manifest | {"format": 99}), encoding="utf-8")
    write_sums(other)
    assert "bundle format 99, this version reads 1" in complain("predict", other, *text)


def test_a_taken_place_is_left_alone(complain, workplace, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.md").write_text("mine", encoding="utf-8")
    message = complain("export", "best:01_baselines", tmp_path / "thesis")
    assert "exists and is no bundle; choose another folder or remove it" in message


def test_bad_rows_are_listed_with_their_places(complain, tmp_path):
    rows = [{"text": f"Rome met Oslo {n}.", "actor": "Oslo", "label": "odd"} for n in range(25)]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "mine.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "mine.toml").write_text(
        GOOD.replace('name = "statements"', 'path = "mine.jsonl"'), encoding="utf-8"
    )
    message = complain("run", "mine.toml", lines=22)
    assert "25 rows cannot be used" in message
    assert (
        "mine.jsonl:1: column 'label': unknown label (found 'odd'; expected hostile or" in message
    )
    assert message.splitlines()[-1] == "  and 5 more"


def test_a_leak_in_a_split_of_ours_fails_with_examples(complain, tmp_path):
    rows = "".join(
        f"In {n // 3} Rome {verb} Oslo.,Oslo,{label},{n}\n"
        for n, (verb, label) in enumerate([("thanked", "cooperative"), ("hit", "hostile")] * 30)
    )
    (tmp_path / "mine.csv").write_text("text,actor,label,document\n" + rows, encoding="utf-8")
    (tmp_path / "mine.toml").write_text(
        GOOD.replace('name = "statements"', 'path = "mine.csv"'), encoding="utf-8"
    )
    message = complain("run", "mine.toml", lines=0)
    assert "the split leaks in" in message
    assert "text in train and" in message
    assert "merge_duplicates = true" in message


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("http://127.0.0.1:9", "Connection refused"),
        ("sqlite:////nowhere/at/all.db", "no folder /nowhere/at"),
        ("postgresql://me:secret@127.0.0.1:9/db", "postgresql://me:***@127.0.0.1:9/db"),
        ("nonsense://x", "unsupported URI"),
    ],
)
def test_stores_that_cannot_be_reached(complain, monkeypatch, uri, message):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    answer = complain("compare", "01_baselines")
    assert message in answer
    assert "set MLFLOW_TRACKING_URI to another" in answer


def test_python_dash_m_is_the_same_command():
    done = subprocess.run(
        [sys.executable, "-m", "stancelab", "predict", "nowhere", "--text", "a", "--actor", "a"],
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("stancelab: nowhere: no such folder")


def test_help_is_light():
    code = (
        "import sys; from stancelab.cli import main; sys.argv = ['stancelab', '--help']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'pyarrow', 'sklearn', 'mlflow', 'pandas', 'torch', 'datasets'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "Usage" in done.stdout
    assert done.stderr == "[]\n"
