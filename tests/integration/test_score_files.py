"""``stancelab score``: files of any size, killed in the middle, and standard input."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time

import psutil
import pytest
from made_bundles import make_bundle
from made_files import read, write

from stancelab.scoring import ADDED

TEXT = "Oslo thanked Warsaw and condemned Minsk."
STANCELAB = [sys.executable, "-m", "stancelab"]
TRAINING_STACK = {"torch", "transformers", "datasets", "mlflow", "sklearn", "skops", "pandas"}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return make_bundle("tfidf_linear", tmp_path_factory.mktemp("bundles") / "words")


@pytest.fixture
def news(tmp_path):
    """20,000 rows, every hundredth of which cannot be scored."""
    rows = [
        {"nr": n, "text": f"{TEXT} {n}" if n % 100 else "", "actor": ("Minsk", "Warsaw")[n % 2]}
        for n in range(20_000)
    ]
    return write(tmp_path / "news.parquet", rows)


def start(*words, **options):
    return subprocess.Popen(
        [*STANCELAB, "score", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def wait_for_parts(process, folder, number):
    until = time.monotonic() + 60
    while len(list(folder.glob("part-*.json"))) < number:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.001)


def test_counts_are_printed_for_people_and_for_programs(bundle, news, call, tmp_path):
    status, out, err = call("score", bundle, news, tmp_path / "out.parquet", "--processes", 1)
    assert (status, err) == (0, "")
    assert re.search(
        r"out\.parquet: 20,000 rows, 19,800 scored \([^)]+\), 200 refused; [\d,]+ rows a s", out
    )
    assert out.splitlines()[1].endswith("out.refused.jsonl: the rows that were refused, and why")
    words = (bundle, news, tmp_path / "out.csv", "--processes", 1, "--part-rows", 7_000, "--json")
    found = json.loads(call("score", *words, "--rejected", tmp_path / "side.jsonl")[1])
    assert (found["rows"], found["scored"], found["refused"]) == (20_000, 19_800, 200)
    assert sum(found["answers"].values()) == 19_800
    assert found["rejected"] == str(tmp_path / "side.jsonl")
    assert found["runtime"] is None
    refused = read(tmp_path / "side.jsonl")
    assert refused == read(tmp_path / "out.refused.jsonl")
    assert [row["line"] for row in refused] == list(range(1, 20_001, 100))
    assert refused[0] == {
        "file": str(news), "line": 1, "column": "text", "value": "", "reason": "empty text",
        "expected": "",
    }  # fmt: skip
    assert [int(row["nr"]) for row in read(tmp_path / "out.csv")] == [
        n for n in range(20_000) if n % 100
    ]


def test_a_pattern_means_the_files_that_have_such_names(bundle, call, tmp_path):
    for name in ("b", "a"):
        write(tmp_path / f"{name}.csv", [{"who": "Minsk", "said": f"{TEXT} {name}"}] * 2)
    words = ("--actor-column", "who", "--text-column", "said", "--json")
    status, out, _ = call("score", bundle, tmp_path / "*.csv", tmp_path / "out.jsonl", *words)
    assert (status, json.loads(out)["rows"]) == (0, 4)
    assert [row["said"][-1] for row in read(tmp_path / "out.jsonl")] == list("aabb")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["in.csv"], "expected what to score and where to: stancelab score BUNDLE IN… OUT"),
        (["in.csv", "out.csv"], "in.csv: no such file"),
        (["-", "out.csv"], "standard input: nothing says what it is; expected --input-type"),
        (["-", "-", "--input-type", "csv", "--json", "--rejected", "a.jsonl"], "--json prints on"),
        (["in.csv", "out.csv", "--on-error", "skip"], "'skip' is not one of 'refuse', 'fail'"),
        (
            ["in.csv", "out.csv", "--part-rows", "0"],
            "Invalid value for '--part-rows': Input should be",
        ),
        (["in.csv", "out.csv", "--runtime", "openvino"], "this classifier has no network"),
    ],
)
def test_mistakes_are_one_line(bundle, call, words, message):
    status, out, err = call("score", bundle, *words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert message in err


def test_an_encoder_takes_one_process(call, tmp_path):
    encoder = make_bundle("onnx_transformer", tmp_path / "encoder")
    write(tmp_path / "in.csv", [{"text": TEXT, "actor": "Minsk"}] * 3)
    words = ("score", encoder, tmp_path / "in.csv", tmp_path / "out.csv")
    status, _, err = call(*words, "--processes", 2)
    assert status == 2
    assert "--processes 2: the encoder of this classifier uses all cores from one process" in err
    status, out, _ = call(*words, "--part-rows", 1, "--runtime", "onnxruntime", "--json")
    found = json.loads(out)
    assert (status, found["rows"], found["processes"]) == (0, 3, 1)
    assert found["runtime"].startswith("ONNX Runtime")


def test_nothing_of_the_training_stack_is_imported(bundle, news, tmp_path):
    rows = [{"text": TEXT, "actor": "Minsk", "n": n} for n in (1, None, 0.5)]
    write(tmp_path / "a.jsonl", rows)
    code = (
        "import sys; from stancelab.cli import main\n"
        "for output in ('b.parquet', 'c.csv'):\n"
        f"    words = [{str(bundle)!r}, 'a.jsonl', 'news.parquet', output, '--processes', '1']\n"
        "    sys.argv = ['stancelab', 'score', *words]\n"
        "    try: main()\n"
        "    except SystemExit as ended: assert ended.code == 0\n"
        f"print(sorted({TRAINING_STACK} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.fixture
def piped(monkeypatch, call):
    """Score what comes on standard input."""

    def run(content, *words):
        stream = io.TextIOWrapper(io.BytesIO(content.encode()))
        monkeypatch.setattr("sys.stdin", stream)
        return call("score", *words)

    return run


def lines_of(rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def test_standard_input_and_output(bundle, call, piped, tmp_path):
    rows = [{"text": TEXT, "actor": "Minsk", "n": n} for n in range(3)]
    content = lines_of([*rows, {"text": "", "actor": "Minsk"}])
    words = ["--processes", 1, "--input-type", "jsonl", "--part-rows", 2]
    status, out, err = piped(content, bundle, "-", "-", *words, "--rejected", tmp_path / "s.jsonl")
    assert status == 0
    assert [json.loads(line)["n"] for line in out.splitlines()] == [0, 1, 2]
    assert err.splitlines()[0].startswith("-: 4 rows, 3 scored")
    assert len(read(tmp_path / "s.jsonl")) == 1
    assert piped(content, bundle, "-", tmp_path / "out.jsonl", *words)[0] == 0
    assert (tmp_path / "out.jsonl").read_text(encoding="utf-8") == out
    assert (
        "no column 'who' for the actor"
        in piped(content, bundle, "-", tmp_path / "b.jsonl", *words, "--actor-column", "who")[2]
    )


def test_a_header_that_was_written_takes_no_new_columns(bundle, piped):
    rows = [{"text": TEXT, "actor": "Minsk"}, {"text": TEXT, "actor": "Minsk", "new": 1}]
    words = ["--input-type", "jsonl", "--output-type", "csv", "--part-rows", 1, "--processes", 1]
    status, out, err = piped(lines_of(rows), bundle, "-", "-", *words, "--on-error", "fail")
    assert status == 2
    assert out.splitlines()[0] == ",".join(["text", "actor", *ADDED])
    assert len(out.splitlines()) == 2
    assert "column 'new' comes after the header was written; write JSON lines" in err


KILLED = [
    ("parquet", 1),
    *(pytest.param(*each, marks=pytest.mark.slow) for each in (("parquet", 2), ("csv", 1))),
    *(pytest.param(*each, marks=pytest.mark.slow) for each in (("csv", 2), ("jsonl", 2))),
]


@pytest.mark.parametrize(("kind", "processes"), KILLED)
def test_a_killed_run_goes_on_to_the_same_bytes(bundle, news, call, tmp_path, kind, processes):
    kill_and_resume(bundle, news, call, tmp_path, kind, processes)


@pytest.mark.slow
def test_so_does_one_with_an_encoder(news, call, tmp_path):
    encoder = make_bundle("onnx_transformer", tmp_path / "encoder")
    kill_and_resume(encoder, news, call, tmp_path, "parquet", 1)


def kill_and_resume(bundle, news, call, tmp_path, kind, processes):
    """Kill a run, go on with it, and compare what it wrote with that of one that was let run."""
    words = ("score", bundle, news)
    options = ("--part-rows", 100, "--processes", processes)
    target, whole = tmp_path / f"out.{kind}", tmp_path / f"whole.{kind}"
    process = start(*words[1:], target, *options)
    folder = tmp_path / f"out.{kind}.parts"
    wait_for_parts(process, folder, 20)
    family = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert not psutil.wait_procs(family, timeout=20)[1]
    assert bool(family) == (processes > 1)
    finished = len(list(folder.glob("part-*.json")))
    assert 20 <= finished < 200
    assert not target.exists()
    status, out, _ = call(*words, target, *options, "--resume", "--json")
    assert (status, json.loads(out)["rows"]) == (0, 20_000)
    call(*words, whole, *options[:2], "--processes", 1)
    assert target.read_bytes() == whole.read_bytes()
    refused = [path.with_name(f"{path.stem}.refused.jsonl") for path in (target, whole)]
    assert refused[0].read_bytes() == refused[1].read_bytes()
    assert len(read(refused[0])) == 200
    assert not folder.exists()


@pytest.mark.slow
def test_ctrl_c_keeps_what_is_finished(bundle, news, call, tmp_path):
    options = ("--part-rows", 20, "--processes", 2)  # so many that it is not done before the signal
    process = start(bundle, news, tmp_path / "out.csv", *options, start_new_session=True)
    folder = tmp_path / "out.csv.parts"
    wait_for_parts(process, folder, 10)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.splitlines() == [
        "stancelab: interrupted; what is finished is kept, the same command with --resume continues"
    ]
    assert len(list(folder.glob("part-*.json"))) >= 10
    status, _, err = call("score", bundle, news, tmp_path / "out.csv", *options)
    assert status == 2
    assert "go on with it with --resume, or begin anew with --replace" in err


@pytest.mark.slow
def test_processes_that_fail_or_die_are_told(bundle, news, tmp_path):
    words = (bundle, news, tmp_path / "out.csv", "--part-rows", 100, "--processes", 2)
    process = start(*words, "--on-error", "fail")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert f"{news}:1: column 'text': empty text" in err
    assert "Traceback" not in err
    process = start(*words, "--replace")
    wait_for_parts(process, tmp_path / "out.csv.parts", 10)
    workers = psutil.Process(process.pid).children()
    next(one for one in workers if "spawn_main" in " ".join(one.cmdline())).kill()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "a process was ended from outside, perhaps for want of memory; go on with --res" in err
    assert "Traceback" not in err
