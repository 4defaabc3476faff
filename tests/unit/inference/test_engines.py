"""The runtimes, and the batches that they are given."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import NamedTuple

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from stancelab.errors import MissingExtraError, StancelabError
from stancelab.inference import engines
from stancelab.inference.batching import BLOCK, Batch, ahead, batches
from stancelab.predictors.priors import ConstantPredictor
from stancelab.predictors.runtime import choose_runtime, runtime_of

SIGNALLED = """
import gc, signal, sys
from pathlib import Path
from stancelab.inference.engines import open_engine

first, second = (open_engine("openvino", Path(sys.argv[1])) for _ in range(2))
del first
gc.collect()
del second
gc.collect()
signal.signal(signal.SIGTERM, lambda *_: print("handled"))
signal.raise_signal(signal.SIGTERM)
"""


class Row(NamedTuple):
    ids: list[int]


def made(lengths, budget):
    """Give the batches of rows of some lengths; the rough size is wrong by up to 2."""
    rough = [length + (at % 3) for at, length in enumerate(lengths)]
    return list(
        batches(
            rough,
            lambda places: [Row([at] * lengths[at]) for at in places],
            lambda rows: {"ids": [row.ids for row in rows]},
            budget,
        )
    )


def test_every_row_is_in_one_batch_within_the_budget():
    lengths = np.random.default_rng(0).integers(1, 60, 3 * BLOCK).tolist()
    found = made(lengths, 128)
    assert sorted(np.concatenate([one.places for one in found])) == list(range(len(lengths)))
    for one in found:
        rows = one.feed["ids"]
        assert [row[0] for row in rows] == one.places.tolist()
        assert len(rows) * max(map(len, rows)) <= 128
    padding = sum(len(one.places) * max(map(len, one.feed["ids"])) for one in found)
    assert padding < 1.1 * sum(lengths)


def test_a_row_beyond_the_budget_is_a_batch_by_itself():
    assert [one.places.tolist() for one in made([4, 300, 2], 128)] == [[1], [0, 2]]
    assert made([], 128) == []


def test_batches_are_made_ahead_in_order_and_errors_come_through():
    main = threading.get_ident()
    seen = []

    def some():
        for at in range(9):
            seen.append(threading.get_ident())
            yield Batch(np.array([at]), {})
        raise ValueError("no more")

    taken = []
    with pytest.raises(ValueError, match="no more"):
        taken.extend(int(one.places[0]) for one in ahead(some()))
    assert taken == list(range(9))
    assert main not in seen
    assert [int(one.places[0]) for one in ahead(iter(made([9, 1], 1)))] == [0, 1]


def test_threads_follow_the_environment(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    assert engines.threads() == 1
    assert engines.describe("onnxruntime").endswith(", 1 thread")
    monkeypatch.setenv("OMP_NUM_THREADS", "9999")
    many = engines.threads()
    monkeypatch.delenv("OMP_NUM_THREADS")
    assert engines.threads() == many


def test_without_openvino_onnx_runtime_is_taken(monkeypatch, tmp_path):
    monkeypatch.setattr(engines, "find_spec", lambda name: name == "onnxruntime")
    assert engines.installed() == ("onnxruntime",)
    assert engines.fastest() == "onnxruntime"
    monkeypatch.setitem(__import__("sys").modules, "openvino", None)
    with pytest.raises(MissingExtraError, match=r"'openvino'.*pip install 'stancelab\[fast\]'"):
        engines.open_engine("openvino", tmp_path / "encoder.onnx")


def test_signals_are_handled_after_networks_are_closed(tmp_path):
    """Each OpenVINO core has a stack for handlers: none may be left that was freed."""
    rows = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows"]) for name in "xy"]
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "relu", rows[:1], rows[1:])
    opset = [helper.make_opsetid("", 18)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=8), tmp_path / "relu.onnx")
    done = subprocess.run(
        [sys.executable, "-c", SIGNALLED, tmp_path / "relu.onnx"], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "handled\n", "")


def test_a_runtime_for_what_has_no_network_is_refused():
    constant = ConstantPredictor(np.array([0.2, 0.3, 0.5]))
    assert choose_runtime(constant, "auto") is constant
    assert runtime_of(constant) is None
    with pytest.raises(StancelabError, match="--runtime openvino: this classifier has no network"):
        choose_runtime(constant, "openvino")
