"""A language model as a classifier: what it is asked, and what becomes of its answers."""

from __future__ import annotations

import json

import numpy as np
import pytest
from llm_rows import statements
from llm_server import only_form, said

from stancelab.llm.errors import ServiceError
from stancelab.schema import as_table


def test_it_is_asked_with_the_codebook_for_the_marked_actor(llm, fitted):
    text = "Riga thanked Oslo and accused Minsk."
    rows = [
        {"text": text, "actor": actor, "language": "en", "source": "Riga"}
        for actor in ("Oslo", "Minsk", "Bonn")
    ]
    answers = fitted(concurrency=1).predict(as_table(rows))
    assert answers.tolist() == [2, 0, 0]
    first = llm.requests[0]
    assert first.path == "/v1/chat/completions"
    assert first.key is None
    assert first.payload["model"] == "tiny"
    assert first.payload["temperature"] == 0
    system, user = first.payload["messages"]
    assert "“" not in system["content"]
    assert "A conditional threat is hostile" in system["content"]
    assert json.loads(user["content"]) == {
        "statement": "Riga thanked [[Oslo]] and accused Minsk.",
        "actor": "Oslo",
        "language": "en",
        "source": "Riga",
    }
    assert llm.requests[2].statement["statement"] == text


def test_probabilities_are_those_of_the_answer(llm, fitted):
    llm.usual = said(
        '{"label": "neutral", "probabilities": {"hostile": 30, "neutral": 50, "cooperative": 20}}'
    )
    assert fitted().predict_proba(statements(1)).tolist() == [[0.3, 0.5, 0.2]]
    llm.usual = said('{"label": "neutral"}')
    assert fitted().predict_proba(statements(2))[1] == pytest.approx([0.05, 0.9, 0.05])


def test_an_actor_that_is_not_given_is_not_spoken_of(llm, fitted):
    fitted().predict(as_table([{"text": "Riga thanked Oslo.", "actor": ""}]))
    assert llm.requests[0].statement == {"statement": "Riga thanked Oslo."}


def test_labels_that_training_lacked_are_not_asked_for(llm, fitted):
    found = fitted(labels=[0, 2]).predict_proba(statements(2, "met"))
    assert found[:, 1].tolist() == [0, 0]
    payload = llm.requests[0].payload
    schema = payload["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["label"]["enum"] == ["hostile", "cooperative"]
    assert "- neutral:" not in payload["messages"][0]["content"]


def test_one_label_needs_no_request(llm, fitted):
    assert fitted(labels=[2, 2]).predict(statements(3)).tolist() == [2, 2, 2]
    assert llm.requests == []


@pytest.mark.parametrize("form", ["json_schema", "json_object", ""])
def test_a_server_is_asked_for_json_as_it_takes_it(llm, fitted, form):
    llm.usual = only_form(form)
    assert fitted(max_requests=8).predict(statements(6)).tolist() == [2] * 6
    forms = [request.form for request in llm.requests]
    refused = ["json_schema", "json_object", ""].index(form)
    assert len(forms) == 6 + refused
    assert set(forms[refused:]) == {form}


def test_examples_are_shown_balanced_and_chosen_by_the_seed(llm, fitted):
    rows, labels = statements(30), [0, 1, 2] * 10

    def shown(seed):
        model = fitted(shots=2, random_state=seed).fit(rows, labels)
        assert model.trained
        model.predict(statements(1, f"met{seed}"))
        return llm.requests[-1].payload["messages"][1:-1]

    one, again, other = shown(0), shown(0), shown(1)
    assert one == again != other
    assert [message["role"] for message in one] == ["user", "assistant"] * 6
    named = [json.loads(message["content"])["label"] for message in one[1::2]]
    assert sorted(named) == ["cooperative"] * 2 + ["hostile"] * 2 + ["neutral"] * 2
    assert not fitted().trained


def test_options_and_temperature_are_sent_as_they_are(llm, fitted):
    fitted(options={"seed": 7}, temperature="default", probabilities=False).predict(statements(1))
    payload = llm.requests[0].payload
    assert payload["seed"] == 7
    assert "temperature" not in payload
    assert "probabilities" not in json.dumps(payload)


def test_requests_go_out_side_by_side_after_the_first(llm, fitted):
    llm.pause = 0.1
    fitted(concurrency=5).predict(statements(16))
    assert 2 <= llm.busiest <= 5
    assert len(llm.requests) == 16


def test_equal_rows_are_asked_once(llm, fitted):
    table = statements(4)
    model = fitted()
    twice = model.predict_proba(table.take([0, 1, 2, 3, 3, 2, 1, 0]))
    np.testing.assert_array_equal(twice[:4], twice[:3:-1])
    model.predict_proba(table)
    assert len(llm.requests) == 4


def test_class_weights_move_the_probabilities(llm, fitted):
    found = fitted(class_weight={"hostile": 50.0}).predict_proba(statements(1))
    assert found[0, 0] > 0.8
    assert found.sum() == pytest.approx(1)


def test_a_user_is_told_of_what_cannot_be_asked(fitted):
    with pytest.raises(ServiceError, match="base_url: is no address"):
        fitted(base_url="127.0.0.1:8000")
    with pytest.raises(ServiceError, match="no OPENAI_KEY, which api_key_env names"):
        fitted(api_key_env="OPENAI_KEY").predict(statements(1))
