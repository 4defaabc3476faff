"""``stancelab score --engine ray`` on two nodes, with workers killed and one node lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from threading import Thread

import psutil
import pytest
from made_bundles import make_bundle
from made_files import read, write
from made_trained import small, two_corpora
from two_nodes import finished_parts, two_nodes, wait_for, workers

from stancelab.cluster import scoring as on_cluster
from stancelab.export.bundle import write_bundle
from stancelab.export.onnx.convert import convert
from stancelab.export.onnx.wanted import Material, OnnxWanted
from stancelab.schema import labels_of

pytestmark = pytest.mark.slow
TEXT = "Oslo thanked Warsaw and condemned Minsk."
PARTS = ("--part-rows", "100")


@pytest.fixture(scope="module")
def cluster():
    with two_nodes() as started:
        yield started


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Three files of 2,000 rows, a hundredth of which cannot be scored, and a bundle."""
    folder = tmp_path_factory.mktemp("cluster")
    make_bundle("tfidf_linear", folder / "bundle")
    (folder / "news").mkdir()
    for name in range(3):
        rows = [
            {"nr": n, "text": f"{TEXT} {name} {n}" if n % 100 else "", "actor": "Minsk"}
            for n in range(2_000)
        ]
        write(folder / "news" / f"{name}.parquet", rows)
    return folder


@pytest.fixture(scope="module")
def whole(place):
    """What one machine makes of them."""
    words = ["score", place / "bundle", place / "news", place / "whole.parquet", *PARTS]
    subprocess.run([sys.executable, "-m", "stancelab", *map(str, words)], check=True)
    return place / "whole.parquet"


def same(target, whole):
    assert target.read_bytes() == whole.read_bytes()
    refused = [path.with_name(f"{path.stem}.refused.jsonl") for path in (target, whole)]
    assert refused[0].read_bytes() == refused[1].read_bytes()
    assert len(read(refused[0])) == 60
    assert not target.with_name(f"{target.name}.parts").exists()


def slow_scorer(monkeypatch, seconds, noted=None, deadly=None):
    """Give actors something to do; they note what they score, and one part ends every process."""

    class SlowScorer(on_cluster.Scorer):
        def score(self, stretch):
            time.sleep(seconds)
            if noted:
                with noted.open("a") as file:
                    file.write(f"{stretch.part.number}\n")
            if stretch.part.number == deadly:
                os.kill(os.getpid(), signal.SIGKILL)
            return super().score(stretch)

    SlowScorer.__module__ = "__main__"  # so that it travels whole
    monkeypatch.setattr(on_cluster, "Scorer", SlowScorer)


def test_a_killed_driver_is_gone_on_with(cluster, place, whole, call, tmp_path, monkeypatch):
    target, folder = tmp_path / "out.parquet", tmp_path / "out.parquet.parts"
    engine = ("--engine", "ray", "--address", cluster.address)
    words = [place / "bundle", place / "news", target, *PARTS, *engine]
    command = [sys.executable, "-m", "stancelab", "score", *map(str, words)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_for(lambda: finished_parts(folder) >= 5 or process.poll() is not None)
    process.kill()
    assert process.communicate() == ("", "")
    assert process.returncode == -signal.SIGKILL
    wait_for(lambda: not workers("Scorer"))
    finished = finished_parts(folder)
    assert 5 <= finished < 60
    slow_scorer(monkeypatch, 0, tmp_path / "scored")
    status, out, err = call("score", *words, "--resume", "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["processes"] == 2
    assert len((tmp_path / "scored").read_text().split()) == 60 - finished
    same(target, whole)


def test_rows_that_stop_it_are_told_as_on_one_machine(cluster, place, call, tmp_path):
    words = ("score", place / "bundle", place / "news", "--on-error", "fail", "--part-rows", 2_000)
    alone = call(*words[:3], tmp_path / "a.parquet", *words[3:])
    engine = ("--engine", "ray", "--address", cluster.address)
    found = call(*words[:3], tmp_path / "b.parquet", *words[3:], *engine)
    assert found == alone
    assert found[0] == 2
    assert "20 rows cannot be used; mend them, or put them aside" in found[2]


def test_texts_are_scored_too_by_as_many_as_share_the_gpu(cluster, place, call, tmp_path):
    rows = [{"text": f"{TEXT} {n}", "actor": "Minsk"} for n in range(250)]
    write(tmp_path / "in.csv", rows)
    words = ("score", place / "bundle", tmp_path / "in.csv")
    engine = ("--engine", "ray", "--address", cluster.address, "--gpus-per-actor", 0.5, "--json")
    assert call(*words, tmp_path / "a.csv", *PARTS)[0] == 0
    status, out, err = call(*words, tmp_path / "b.csv", *PARTS, *engine)
    assert (status, err) == (0, "")
    assert json.loads(out)["processes"] == 1  # the other node has no GPU
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_rows_that_end_their_workers_are_given_up(cluster, place, call, tmp_path, monkeypatch):
    slow_scorer(monkeypatch, 0, deadly=3)
    words = ("score", place / "bundle", place / "news", tmp_path / "out.parquet")
    engine = ("--engine", "ray", "--address", cluster.address)
    status, out, err = call(*words, "--part-rows", 500, *engine)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "0.parquet: 6 workers have ended with the same 500 rows, perhaps for" in err
    monkeypatch.undo()
    assert call(*words, "--part-rows", 500, *engine, "--resume")[0] == 0
    assert len(read(tmp_path / "out.parquet")) == 5_940


def test_killed_workers_and_a_lost_node_lose_nothing(
    cluster, place, whole, call, tmp_path, monkeypatch
):
    target, folder = tmp_path / "out.parquet", tmp_path / "out.parquet.parts"
    slow_scorer(monkeypatch, 0.15)
    happened = []

    def harm():
        wait_for(lambda: finished_parts(folder) >= 4)
        victim = wait_for(lambda: workers("SlowScorer"))[0]
        victim.send_signal(signal.SIGKILL)
        happened.append(finished_parts(folder))
        psutil.wait_procs([victim])
        wait_for(lambda: finished_parts(folder) >= 20)
        cluster.remove_node(cluster.worker_nodes.copy().pop(), allow_graceful=False)
        happened.append(finished_parts(folder))

    thread = Thread(target=harm)
    thread.start()
    words = (place / "bundle", place / "news", target, *PARTS)
    status, out, err = call(
        "score", *words, "--engine", "ray", "--address", cluster.address, "--json"
    )
    thread.join()
    assert (status, err) == (0, ""), err
    assert (json.loads(out)["rows"], json.loads(out)["processes"]) == (6_000, 2)
    assert 4 <= happened[0] <= happened[1] < 60
    same(target, whole)


def test_every_node_answers_by_the_head_that_is_named(cluster, encoders, call, tmp_path):
    table = two_corpora()
    learnt = small(encoders["words"], epochs=1, native=True).fit(table, labels_of(table))
    material = Material(table.slice(0, 80), table.slice(80))
    found = convert(learnt.predictor_, tmp_path / "made", OnnxWanted("fp32"), material)
    write_bundle(tmp_path / "joint", found.predictor, {**found.about, "model": {"name": "joint"}})
    rows = [{"text": one["text"], "actor": one["actor"]} for one in table.to_pylist()]
    write(tmp_path / "in.parquet", rows)
    engine = ("--engine", "ray", "--address", cluster.address)
    for name, more in (("shared", engine), ("own", ("--head", "signs", *engine))):
        words = (tmp_path / "joint", tmp_path / "in.parquet", tmp_path / f"{name}.parquet")
        status, _, err = call("score", *words, "--part-rows", 20, *more)
        assert (status, err) == (0, "")
        alone = (*words[:2], tmp_path / f"{name}_alone.parquet", "--part-rows", 20)
        assert call("score", *alone, *more[: -len(engine)])[0] == 0
        assert words[2].read_bytes() == alone[2].read_bytes()
    assert (tmp_path / "own.parquet").read_bytes() != (tmp_path / "shared.parquet").read_bytes()
