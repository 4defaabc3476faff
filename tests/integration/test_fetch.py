"""``stancelab data fetch`` as a user runs it, against a real server on loopback."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import pty
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from file_server import stalled, status, whole
from made_downloads import wait_for_part

from stancelab.cli import main
from stancelab.datasets import checksums
from stancelab.datasets.checksums import files_of
from stancelab.datasets.fetching import download
from stancelab.datasets.fetching.patience import Patience

CONTENT = {
    "dse/train.txt": random.Random(0).randbytes(200_000),
    "dse/deep/test.txt": b"one row\n",
    "plv/PLV_test.tsv": b"another row\n",
}
WITH_TABLE = (
    "import signal, sys\n"
    "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a job in the background has none
    "from pathlib import Path\n"
    "from stancelab.datasets import checksums\n"
    "checksums._TABLE = Path(sys.argv.pop(1))\n"
    "from stancelab.cli import main\n"
    "main()\n"
)


@pytest.fixture
def place(server, tmp_path, monkeypatch):
    """A data folder, and a server, for corpora of made-up files under the names of real ones."""
    monkeypatch.setenv("STANCELAB_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("STANCELAB_MIRROR", server.url)
    rows = []
    for path, content in CONTENT.items():
        server.files[f"owner/data/1f2e/{path}"] = content
        digest = hashlib.sha256(content).hexdigest()
        name = path.partition("/")[0]
        rows.append((name, path, "owner/data", "1f2e", path, digest, len(content)))
    header = ("dataset", "file", "upstream_repository", "commit", "upstream_path", "sha256")
    with (tmp_path / "table.tsv").open("w", encoding="utf-8", newline="") as table:
        csv.writer(table, delimiter="\t").writerows([(*header, "bytes"), *rows])
    monkeypatch.setattr(checksums, "_TABLE", tmp_path / "table.tsv")
    files_of.cache_clear()
    yield tmp_path / "data"
    files_of.cache_clear()


@pytest.fixture
def fetch(place, monkeypatch, capsys):
    """Run the command in this process; gives exit status, output and complaint."""
    monkeypatch.setattr(download, "PATIENCE", Patience(sleep=lambda seconds: None))

    def run(*words):
        monkeypatch.setattr("sys.argv", ["stancelab", "data", "fetch", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return (ended.value.code, *capsys.readouterr())

    return run


@pytest.fixture
def start(place, tmp_path):
    """Start the command as a process of its own."""
    started = []

    def run(*words, **named):
        command = [sys.executable, "-c", WITH_TABLE, str(tmp_path / "table.tsv")]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
        command += ["data", "fetch", *words]
        started.append(subprocess.Popen(command, text=True, **(pipes | named)))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.communicate()


def test_fetching_and_fetching_again(fetch, place, server):
    code, out, err = fetch("dse")
    assert (code, err) == (0, "")
    assert "licence: free use with citation" in out
    assert "citation: Park, Pan & Joo 2021" in out
    assert f"fetched 2 files (200 kB), there already 0 files; in {place / 'dse'}\n" in out
    for path in ("dse/train.txt", "dse/deep/test.txt"):
        assert (place / path).read_bytes() == CONTENT[path]
    assert not list(place.rglob("*.part"))
    code, out, err = fetch("dse")
    assert "fetched 0 files, there already 2 files (200 kB)" in out
    assert len(server.requests) == 2


def test_json(fetch, place, server):
    (place / "dse").mkdir(parents=True)
    (place / "dse" / "train.txt").write_bytes(CONTENT["dse/train.txt"])
    code, out, err = fetch("dse", "statements", "--json")
    assert (code, err) == (0, "")
    first, second = json.loads(out)
    assert first.pop("citation").startswith("Park, Pan & Joo 2021")
    assert first == {
        "name": "dse",
        "folder": str(place / "dse"),
        "fetched": ["deep/test.txt"],
        "present": ["train.txt"],
        "bytes": 200_008,
        "licence": "free use with citation",
    }
    assert (second["name"], second["fetched"], second["bytes"]) == ("statements", [], 0)


def test_the_embedded_corpus_needs_nothing(fetch, place, server):
    code, out, err = fetch("statements")
    assert (code, err) == (0, "")
    assert "licence: CC-BY-4.0" in out
    assert "comes with the package; there is nothing to fetch" in out
    assert (server.requests, place.exists()) == ([], False)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["dse", "plvv"], "unknown data set 'plvv'; did you mean 'plv'? Known: cstance, "),
        (["dse", "plv"], "plv: its authors state no licence (none stated); nothing was fetched; "),
        (["dse", "--mirror", "here"], "--mirror: found 'here', expected an address such as"),
        ([], "Missing argument 'NAME...'"),
    ],
)
def test_mistakes_are_found_before_anything_is_asked_for(fetch, place, server, words, message):
    code, out, err = fetch(*words)
    assert (code, out) == (2, "")
    assert err.startswith(f"stancelab: {message}")
    assert len(err.splitlines()) == 1
    assert (server.requests, place.exists()) == ([], False)


def test_a_licence_is_accepted_by_a_flag(fetch, place):
    assert "--accept-licence" in fetch("plv")[2]
    code, out, _ = fetch("plv", "--accept-licence")
    assert (code, "licence: none stated" in out) == (0, True)
    assert (place / "plv" / "PLV_test.tsv").read_bytes() == CONTENT["plv/PLV_test.tsv"]


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ([status(404)], "dse/train.txt: HTTP 404 Not Found, expected the file (http://127.0.0.1:"),
        ([status(503)] * 5, "dse/train.txt: HTTP 503 Service Unavailable, tried 5 times (http"),
    ],
)
def test_a_server_that_refuses(fetch, server, script, message):
    server.script[:] = script
    code, _, err = fetch("dse")
    assert code == 2
    assert err.startswith(f"stancelab: {message}")
    assert len(err.splitlines()) == 1


def test_a_server_that_is_not_there(fetch):
    code, _, err = fetch("dse", "--mirror", "http://127.0.0.1:9")
    assert code == 2
    assert "dse/train.txt: the connection failed (Connection refused), tried 5 times" in err
    assert len(err.splitlines()) == 1


def test_replacing(fetch, place, server):
    (place / "dse").mkdir(parents=True)
    (place / "dse" / "train.txt").write_bytes(b"mine")
    code, _, err = fetch("dse")
    assert (code, server.requests) == (2, [])
    assert "or put the published one in its place with --replace" in err
    assert (place / "dse" / "train.txt").read_bytes() == b"mine"
    assert fetch("dse", "--replace")[0] == 0
    assert (place / "dse" / "train.txt").read_bytes() == CONTENT["dse/train.txt"]


def test_the_real_command(server, tmp_path):
    environment = {"STANCELAB_MIRROR": server.url, "STANCELAB_DATA": str(tmp_path / "data")}
    done = subprocess.run(
        [sys.executable, "-m", "stancelab", "data", "fetch", "newsmtsc"],
        capture_output=True,
        text=True,
        env=os.environ | environment,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("stancelab: newsmtsc/LICENSE: HTTP 404 Not Found, expected the")
    assert len(done.stderr.splitlines()) == 1
    (asked,) = server.requests
    assert asked.path == "fhamborg/NewsMTSC/b9d9b79704ed1b35cecaf1d7c2343dc1bd734fb7/LICENSE"


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_a_fetch_that_ends_in_the_middle_goes_on(start, fetch, place, server, ending):
    server.script[:] = [stalled(150_000)]
    process = start("dse")
    part = wait_for_part(place, 140_000)
    process.send_signal(ending)
    _, err = process.communicate(timeout=30)
    assert part.stat().st_size >= 140_000
    assert not (place / "dse" / "train.txt").exists()
    if ending == signal.SIGINT:
        assert process.returncode == 130
        assert err.splitlines() == [
            "stancelab: interrupted; what is finished is kept, the same command continues"
        ]
    size = part.stat().st_size
    assert fetch("dse")[0] == 0
    assert server.requests[1].range == f"bytes={size}-"
    assert (place / "dse" / "train.txt").read_bytes() == CONTENT["dse/train.txt"]
    assert not list(place.rglob("*.part"))


def test_two_processes_at_once(start, place, server):
    def slow(handler, content):
        time.sleep(0.5)
        whole(handler, content)

    server.script[:] = [slow, slow]
    both = [start("dse", "--json"), start("dse", "--json")]
    found = [json.loads(process.communicate(timeout=30)[0])[0] for process in both]
    assert sorted(len(one["fetched"]) for one in found) == [0, 2]
    assert len(server.requests) == 2
    assert (place / "dse" / "train.txt").read_bytes() == CONTENT["dse/train.txt"]


@pytest.mark.parametrize(
    ("typed", "code", "message"),
    [("y\n", 0, ""), ("\n", 2, "plv: not accepted"), ("\x04", 2, "plv: not accepted")],
    ids=["yes", "no", "end"],
)
def test_a_terminal_is_asked(start, place, server, typed, code, message):
    ours, theirs = pty.openpty()
    process = start("plv", stdin=theirs, stderr=theirs)
    os.close(theirs)
    shown = read_until(ours, "[y/n]")
    assert server.requests == []
    os.write(ours, typed.encode())
    shown += read_until(ours, "")
    out, _ = process.communicate(timeout=30)
    assert process.returncode == code
    assert "plv: its authors state no licence (none stated). Fetch it all the same?" in shown
    assert message in shown
    assert "Traceback" not in shown
    assert ("fetched 1 file" in out) == (place / "plv" / "PLV_test.tsv").exists() == (code == 0)


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["newsmtsc", "plv", "cstance"])
def test_the_published_files(server, tmp_path, monkeypatch, capsys, name):
    source = Path(os.environ["STANCELAB_DATA"]) / name
    for file in files_of(name):
        where = f"{file.repository}/{file.commit}/{file.upstream_path}"
        server.files[where] = (source / file.path).read_bytes()
    monkeypatch.setenv("STANCELAB_DATA", str(tmp_path))
    for expected in (len(files_of(name)), 0):
        words = ["data", "fetch", name, "--mirror", server.url, "--accept-licence", "--json"]
        monkeypatch.setattr("sys.argv", ["stancelab", *words])
        with pytest.raises(SystemExit, match="0"):
            main()
        (found,) = json.loads(capsys.readouterr().out)
        assert len(found["fetched"]) == expected
        assert len(server.requests) == len(files_of(name))
    for file in files_of(name):
        assert (tmp_path / name / file.path).read_bytes() == (source / file.path).read_bytes()


def read_until(terminal, text):
    """Read what a terminal shows until a text appears in it, or until it closes."""
    shown = ""
    with suppress(OSError):  # the other side has closed
        while not text or text not in shown:
            read = os.read(terminal, 1024).decode(errors="replace")
            if not read:
                break
            shown += read
    return shown
