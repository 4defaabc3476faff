"""Answers are kept on disk: nothing is asked twice, whoever asks."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from llm_rows import statements
from llm_server import said

from stancelab.llm.answers import Answer
from stancelab.llm.cache import AnswerCache
from stancelab.schema import LABELS


def test_the_second_run_asks_nothing(llm, fitted):
    first = fitted().predict_proba(statements(12))
    assert len(llm.requests) == 12
    again = fitted(max_requests=1)
    np.testing.assert_array_equal(again.predict_proba(statements(12)), first)
    assert len(llm.requests) == 12
    assert again.predictor_.service.usage.cached == 12


@pytest.mark.parametrize(
    "other",
    [
        {"model": "large"},
        {"temperature": 0.5},
        {"options": {"seed": 1}},
        {"probabilities": False},
        {"shots": 1},
    ],
    ids=str,
)
def test_another_question_is_asked_anew(llm, fitted, other):
    fitted().predict(statements(2))
    fitted(**other).predict(statements(2))
    assert len(llm.requests) == 4


def test_how_it_is_asked_is_no_other_question(llm, fitted):
    fitted().predict(statements(2))
    fitted(base_url=llm.url + "/", concurrency=1, retries=0, timeout=9.0).predict(statements(2))
    assert len(llm.requests) == 2


def test_nonsense_is_not_kept(llm, fitted):
    llm.usual, good = said("no"), llm.usual
    fitted(max_failed=1, retries=0).predict(statements(2))
    llm.usual = good
    assert fitted().predict(statements(2)).tolist() == [2, 2]


@pytest.mark.parametrize(
    "damage", [b"", b'{"label": "hos', b"[1]", b'{"label": "friendly"}', b"\xff\xfe"]
)
def test_a_damaged_file_is_asked_again(llm, fitted, damage, tmp_path):
    first = fitted().predict_proba(statements(1))
    (file,) = (tmp_path / "cache" / "llm").rglob("*.json")
    file.write_bytes(damage)
    np.testing.assert_array_equal(fitted().predict_proba(statements(1)), first)
    assert len(llm.requests) == 2
    assert json.loads(file.read_text())["label"] == "cooperative"


def test_a_cache_that_cannot_be_written_costs_nothing_else(llm, fitted, tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert fitted().predict(statements(3)).tolist() == [2, 2, 2]


def test_an_answer_survives_the_disk(tmp_path):
    cache = AnswerCache(tmp_path)
    shares = {"hostile": 0.1, "neutral": 0.7, "cooperative": 0.2}
    answer = Answer("neutral", shares, 700, 30, 1.25)
    cache.write("abc", answer)
    assert cache.read("abc", LABELS) == answer
    assert cache.read("abd", LABELS) is None
    assert cache.read("abc", ("hostile", "cooperative")) is None
    assert [path.name for path in tmp_path.rglob("*.json")] == ["abc.json"]
    assert list(tmp_path.rglob(".*")) == []


ASKS = """
import sys
from stancelab.llm.prompt import Prompt
from stancelab.llm.service import Service
from stancelab.llm.settings import LlmSettings
settings = LlmSettings(sys.argv[1], "tiny", concurrency=8)
service = Service(settings, Prompt(["hostile", "neutral"], probabilities=False))
rows = [f'{{"statement": "Riga met [[Oslo]] in {year}."}}' for year in range(30)]
print(*(answer.label for answer in service.ask(rows)))
"""


def test_several_processes_share_it(llm):
    def start():
        return subprocess.Popen([sys.executable, "-c", ASKS, llm.url], stdout=subprocess.PIPE)

    found = [one.communicate()[0].split() for one in [start() for _ in range(3)]]
    assert found == [[b"neutral"] * 30] * 3
    sent = len(llm.requests)
    assert 30 <= sent <= 90
    assert start().communicate()[0].split() == [b"neutral"] * 30
    assert len(llm.requests) == sent
