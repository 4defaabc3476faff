"""A network is asked by several threads at once, as every server does."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from made_bundles import make_bundle

from stancelab import load_bundle
from stancelab.inference.batching import Batch
from stancelab.inference.engines import installed, open_engine

THREADS, TIMES = 8, 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_bundle("onnx_transformer", tmp_path_factory.mktemp("threads") / "network")


@pytest.mark.parametrize("runtime", installed())
def test_every_thread_gets_its_own_answers(folder, runtime):
    bundle = load_bundle(folder, runtime)
    words = ["Rome thanked Oslo", "Kyiv accused Oslo", "Oslo", "Rome Rome Kyiv Oslo . ."]
    texts = [f"{text} {'Rome ' * at}" for at in range(8) for text in words]
    expected = {text: bundle.predict_proba([text], ["Oslo"]) for text in texts}

    def asked(number):
        return [
            np.array_equal(bundle.predict_proba([text], ["Oslo"]), expected[text])
            for text in np.roll(texts, number).tolist()
        ]

    with ThreadPoolExecutor(THREADS) as pool:
        assert all(all(same) for same in pool.map(asked, range(TIMES)))


@pytest.mark.parametrize("runtime", installed())
def test_who_stops_asking_keeps_nothing_back(folder, runtime):
    engine = open_engine(runtime, folder / "encoder.onnx")
    ones = np.ones((1, 3), dtype=np.int64)
    batch = Batch(np.array([0]), {"ids": ones, "attention": ones, "actor": ones})
    for _ in range(20):
        assert next(iter(engine.answer([batch] * 9)))[1].shape == (1, 3)
        with pytest.raises(Exception, match="nonsense"):
            list(engine.answer([batch, Batch(np.array([1]), {"nonsense": ones})]))
    assert len(list(engine.answer([batch] * 9))) == 9


_COLD = """
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from stancelab import load_bundle
bundle, together = load_bundle(sys.argv[1], sys.argv[2]), Barrier(6)
def ask(number):
    together.wait()
    return bundle.predict_proba([f"Rome thanked Oslo {number}"], ["Oslo"]).shape
with ThreadPoolExecutor(6) as pool:
    print(set(pool.map(ask, range(6))))
"""


@pytest.mark.parametrize("runtime", installed())
def test_the_first_question_may_be_several_at_once(folder, runtime):
    words = [sys.executable, "-c", _COLD, str(folder), runtime]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.stdout == "{(1, 3)}\n", done.stderr
