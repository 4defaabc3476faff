"""An experiment that asks a language model over HTTP, from the file to the refused export."""

from __future__ import annotations

import json
import sqlite3

import pytest
from llm_server import LlmServer, said, status
from made_trained import write_toy

from stancelab.datasets.fetching.patience import Patience
from stancelab.llm import asking
from stancelab.tracking.reading import find_experiment

SECRET = "sk-77d1e0-not-for-others"
EXPERIMENT = """\
question = "Does asking work?"
seeds = [0]

[data]
path = "toy.jsonl"

[model.asked]
kind = "llm"
base_url = "{url}"
model = "tiny"
api_key_env = "SOME_KEY"
max_requests = 60
prices = {{ input = 1.0, output = 4.0 }}
"""
SEVERAL = """
[model.calm]
kind = "llm"
base_url = "{url}"
model = "tiny"
calibration = "temperature"

[model.shown]
kind = "llm"
base_url = "{url}"
model = "tiny"
shots = 2

[model.both]
kind = "ensemble"
members = ["asked", "lexicon"]

[model.lexicon]
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder with the toy set and one store for all tests: making a store takes seconds."""
    folder = tmp_path_factory.mktemp("asks")
    write_toy(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, value in (
            ("NO_PROXY", "127.0.0.1"),
            ("SOME_KEY", SECRET),
            ("MLFLOW_TRACKING_URI", f"sqlite:///{folder}/mlflow.db"),
        ):
            patch.setenv(name, value)
        yield folder


@pytest.fixture
def llm(place, tmp_path, monkeypatch):
    monkeypatch.setenv("STANCELAB_CACHE", str(tmp_path))
    monkeypatch.setattr(asking, "PATIENCE", Patience(pause=0.01))
    started = LlmServer()
    yield started
    started.stop()


@pytest.fixture
def experiment(llm, place):
    def write(name, more=""):
        file = place / f"{name}.toml"
        file.write_text((EXPERIMENT + more).format(url=llm.url), encoding="utf-8")
        return file

    return write


def metrics_of(experiment, model):
    cells = find_experiment(experiment).cells
    return next(run.data.metrics for run in cells if run.data.tags["model.name"] == model)


def nowhere_written(*folders):
    """Look for the key in every file, and in the database as SQLite reads it."""
    for path in (path for folder in folders for path in folder.rglob("*")):
        if path.is_file():
            assert SECRET.encode() not in path.read_bytes(), path
    with sqlite3.connect(folders[0] / "mlflow.db") as store:
        assert not any(SECRET in line for line in store.iterdump())


def test_from_the_file_to_the_leaderboard(llm, experiment, call, place, tmp_path):
    llm.script = [status(500), said("hm"), *[llm.usual] * 3, status(429, Retry_After="0")]
    file = experiment("asks")
    code, out, err = call("run", file, "--json")
    assert code == 0, err
    row = next(one for one in json.loads(out) if one["model"] == "asked")
    assert row["macro_f1"] == 1
    found = metrics_of("asks", "asked")
    tested = found["llm/answered"]
    assert found["llm/requests"] == len(llm.requests) == tested + 3
    assert (found["llm/retries"], found["llm/failed"], found["llm/cached"]) == (3, 0, 0)
    assert found["llm/input_tokens"] == 700 * tested
    assert found["llm/cost"] == pytest.approx(tested * (700 + 4 * 30) / 1e6)
    assert found["llm/spent"] == pytest.approx((tested + 1) * (700 + 4 * 30) / 1e6)
    assert 0 < found["llm/latency_median"] <= found["llm/latency_p95"] < 1
    assert found["predict_microseconds"] == pytest.approx(1e6 * found["llm/latency_median"])
    assert all(request.key == f"Bearer {SECRET}" for request in llm.requests)

    sent = len(llm.requests)
    code, out, err = call("run", file, "--fresh", "--json")
    assert code == 0, err
    assert len(llm.requests) == sent
    again = metrics_of("asks", "asked")
    assert (again["llm/requests"], again["llm/cached"]) == (0, tested)
    assert again["llm/cost"] == found["llm/cost"]
    assert again["llm/spent"] == 0
    assert next(one for one in json.loads(out) if one["model"] == "asked")["macro_f1"] == 1

    code, out, _ = call("run", file)
    best = " ".join(out.splitlines()[-1].split())
    assert best == (
        "Best on validation: asked (macro-F1 1.000). It asks a service, so there is nothing to "
        "export."
    )
    for target in ("best:asks", find_experiment("asks").best_run().info.run_id):
        code, out, err = call("export", target, "exported")
        assert code == 2
        assert "asked asks a service (llm), and a bundle never calls out; export" in err
        assert err.count("\n") == 1
    assert not (place / "exported").exists()
    code, out, err = call("compare", "asks", "--json")
    assert code == 0, err
    nowhere_written(place, tmp_path)


def test_calibrated_shown_examples_and_averaged_with_another(llm, experiment, call):
    code, out, err = call("run", experiment("several", SEVERAL), "--json")
    assert code == 0, err
    rows = {row["model"]: row for row in json.loads(out)}
    assert rows["calm"]["macro_f1"] == rows["shown"]["macro_f1"] == 1
    assert rows["shown/blind"]["actor_swap"] == 0
    assert {"asked/blind", "calm/blind"}.isdisjoint(rows)
    assert metrics_of("several", "calm")["llm/requests"] == 0
    assert metrics_of("several", "both")["member_0/llm/requests"] == 0
    code, _, err = call("export", "best:several", "exported")
    assert code == 2


def test_a_cell_that_cannot_be_asked_fails_in_one_line(llm, experiment, call, place, tmp_path):
    code, _, err = call("run", experiment("fails"), "--set", "model.asked.max_requests=5")
    assert code == 1
    assert "statements are not in the cache, and 5 of max_requests = 5 are left; raise it" in err
    assert llm.requests == []
    llm.usual = lambda handler, request: status(401, f"no {request.key}")(handler, request)
    code, out, err = call("run", place / "fails.toml")
    assert code == 1
    assert "HTTP 401 (no Bearer ***); look at base_url" in err
    assert SECRET not in out + err
    assert len(llm.requests) == 1
    nowhere_written(place, tmp_path)
