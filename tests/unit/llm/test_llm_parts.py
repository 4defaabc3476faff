"""The parts of asking: the instruction, reading answers, what was used."""

from __future__ import annotations

import json
import math
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from stancelab.llm.answers import Answer, read_answer
from stancelab.llm.errors import NonsenseError
from stancelab.llm.instruction import instruction
from stancelab.llm.settings import wrong_address
from stancelab.llm.usage import Usage
from stancelab.models.llm import LlmConfig
from stancelab.schema import LABELS

ROOT = Path(__file__).parents[3]


def read(content, labels=LABELS):
    body = {"choices": [{"message": {"content": content}}]}
    return read_answer(json.dumps(body).encode(), labels, 1.0)


def test_the_instruction_is_the_codebook():
    book = re.sub(r"[*`]", "", (ROOT / "data" / "CODEBOOK.md").read_text(encoding="utf-8"))
    packaged = (ROOT / "src" / "stancelab" / "llm" / "codebook.toml").read_text(encoding="utf-8")
    parts = tomllib.loads(packaged)
    told = instruction(LABELS, probabilities=True)
    rows = {
        cells[0]: cells[1:]
        for line in book.splitlines()
        if (cells := [cell.strip() for cell in line.strip("|").split("|")])[0] in LABELS
    }
    assert set(rows) == set(LABELS)
    for label, (meaning, verbs) in rows.items():
        assert (parts["meaning"][label], parts["verbs"][label]) == (meaning, verbs)
        assert f"- {label}: {meaning} (typical verbs: {verbs})" in told
    rules = re.findall(r"^\d+\. (.*)$", book, re.MULTILINE)
    assert parts["rules"] == rules
    assert all(f"{number}. {rule}" in told for number, rule in enumerate(rules, 1))
    assert parts["unit"] == re.search(r"^Unit\. (.*)$", book, re.MULTILINE)[1]
    assert parts["question"] == re.search(r"^Question\. (.*)$", book, re.MULTILINE)[1]


@pytest.mark.parametrize(
    ("content", "label"),
    [
        ('{"label": "hostile"}', "hostile"),
        ('```json\n{"label": "Neutral "}\n```', "neutral"),
        ('Let me see {it}. {"a": 1} {"label": "hostile"} {"label": "neutral"}', "hostile"),
        ('<think>{"label": "hostile"}?</think>\n{"label": "neutral"}', "neutral"),
        (
            [{"type": "text", "text": '{"label": '}, {"type": "text", "text": '"hostile"}'}],
            "hostile",
        ),
    ],
)
def test_an_answer_is_found_in_what_stands_around_it(content, label):
    assert read(content).label == label


@pytest.mark.parametrize(
    "content",
    ["", "hostile", "{}", "[]", '{"label": 1}', '{"label": null}', '{"label": ["hostile"]}',
     '{"label": "pro"}', "{" * 100_000, '{"a":' * 60_000, None, 7, [1, None]],
    ids=lambda content: str(content)[:20],
)  # fmt: skip
def test_anything_else_is_nonsense(content):
    with pytest.raises(NonsenseError):
        read(content)


@pytest.mark.parametrize(
    "shares",
    [
        {"hostile": 0.9, "neutral": 0.1, "cooperative": 0},
        {"neutral": 1.0},
        {"hostile": "0", "neutral": "1", "cooperative": "0"},
        {"hostile": -1, "neutral": 2, "cooperative": 0},
        {"hostile": True, "neutral": True, "cooperative": True},
        {"hostile": 1e308, "neutral": 1e308, "cooperative": 1e308},
        {"hostile": 0, "neutral": 10**400, "cooperative": 0},
        {"hostile": 0, "neutral": math.nan, "cooperative": 0},
        {"hostile": 0, "neutral": 0, "cooperative": 0},
        [0, 1, 0],
    ],
    ids=str,
)
def test_probabilities_that_are_none_leave_the_label(shares):
    answer = read(json.dumps({"label": "neutral", "probabilities": shares}))
    assert (answer.label, answer.probabilities) == ("neutral", None)
    assert answer.shares(LABELS) == pytest.approx([0.05, 0.9, 0.05])


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3).filter(lambda p: sum(p) > 1e-9))
def test_shares_sum_to_one_and_keep_the_label(numbers):
    label = LABELS[numbers.index(max(numbers))]
    shares = dict(zip(LABELS, numbers, strict=True))
    answer = read(json.dumps({"label": label, "probabilities": shares}))
    found = answer.shares(LABELS)
    assert found.sum() == pytest.approx(1)
    assert found.min() > 0
    assert found[LABELS.index(label)] == found.max()
    assert Answer.from_dict(json.loads(json.dumps(answer.to_dict())), LABELS) == answer


@given(st.binary(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda one: st.lists(one, max_size=3)
    | st.dictionaries(st.sampled_from(["choices", "message", "content", "usage"]), one),
).map(lambda one: json.dumps(one).encode()))  # fmt: skip
def test_no_reply_is_anything_but_an_answer_or_nonsense(reply):
    with pytest.raises(NonsenseError):
        read_answer(reply, LABELS, 1.0)


def test_what_was_used_is_measured():
    usage = Usage(cached=1, failed=1)
    usage.answers += [Answer("hostile", None, 1000, 20, s) for s in (1.0, 2.0, 3.0)]
    for _ in range(4):
        usage.arrive((1000, 20))
    found = usage.measures(5, {"input": 2.0, "output": 10.0})
    assert found["llm/requests"] == 5
    assert found["llm/input_tokens"] == 3000
    assert found["llm/output_tokens"] == 60
    assert found["llm/cost"] == pytest.approx(0.0066)
    assert found["llm/spent"] == pytest.approx(0.0088)
    assert found["llm/latency_median"] == 2
    assert found["llm/latency_p95"] == pytest.approx(2.9)
    assert usage.microseconds == 2e6
    usage.answers.append(Answer("hostile"))
    assert math.isnan(usage.measures(5, {})["llm/input_tokens"])
    assert math.isnan(usage.measures(5, {})["llm/cost"])


def test_addresses():
    assert wrong_address("https://example.org/v1") == ""
    assert wrong_address("http://[::1]:8000/v1") == ""
    for odd in ("", "localhost:8000", "ftp://a/b", "https://", "http://a:99999/", "http://[x"):
        assert wrong_address(odd).startswith("is no address")


def test_keys_that_do_not_belong_are_refused():
    usual = {"base_url": "http://127.0.0.1:8000/v1", "model": "tiny"}
    with pytest.raises(ValidationError, match="'stream' is set by stancelab"):
        LlmConfig(**usual, options={"stream": True})
    for wrong in (
        {"max_requests": 0},
        {"shots": -1},
        {"temperature": "hot"},
        {"prices": {"in": 1}},
    ):
        with pytest.raises(ValidationError):
            LlmConfig(**usual, **wrong)
    made = LlmConfig(**usual, prices={"input": 1, "output": 2}, shots=3).build(random_state=4)
    assert made.settings().prices == {"input": 1, "output": 2}
    assert (made.shots, made.random_state) == (3, 4)
