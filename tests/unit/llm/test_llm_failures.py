"""A service that fails: what is tried again, what ends it, and that no request is one too many."""

from __future__ import annotations

import re
import time
from functools import partial

import pytest
from llm_rows import statements
from llm_server import cut, dripping, only_form, raw, said, stalled, status

from stancelab.datasets.fetching.patience import Patience
from stancelab.llm import asking
from stancelab.llm.errors import ServiceError

HUGE = b"{" * (3 << 20)
PASSING = {
    "500": status(500),
    "503 in HTML": raw(b"<html>busy</html>", 503),
    "429": status(429, "slow down"),
    "429 with a time": status(429, Retry_After="0"),
    "cut": cut,
    "closed": lambda handler, request: setattr(handler, "close_connection", True),
    "huge": raw(HUGE),
    "nonsense": said("I cannot say."),
    "no JSON": raw(b"<html>hello</html>"),
    "no message": raw(b"[]"),
    "no text": said(None),
    "another label": said('{"label": "friendly"}'),
    "no label": said('{"stance": "hostile"}'),
    "cut JSON": said('{"label": "hostile'),
}


@pytest.mark.parametrize("failure", PASSING.values(), ids=PASSING)
def test_what_may_pass_is_asked_again(llm, fitted, failure):
    llm.script = [failure]
    model = fitted()
    assert model.predict(statements(3)).tolist() == [2, 2, 2]
    assert len(llm.requests) == 4
    assert model.predictor_.service.usage.retries == 1


@pytest.mark.parametrize("silence", [stalled, dripping])
def test_a_request_ends_in_time(llm, fitted, silence):
    llm.script = [silence]
    started = time.monotonic()
    assert fitted(timeout=0.4).predict(statements(1)).tolist() == [2]
    assert time.monotonic() - started < 3


def test_a_model_that_answered_nonsense_is_reminded_of_the_form(llm, fitted):
    llm.script = [said("Sure! I think that it is hostile.")]
    fitted().predict(statements(1))
    first, second = (one.payload["messages"][-1]["content"] for one in llm.requests)
    assert second.startswith(first)
    assert "Answer with one JSON object and nothing else" in second.removeprefix(first)


def test_the_service_says_when_to_come_back(llm, fitted, monkeypatch):
    llm.script = [status(429, Retry_After="1")]
    started = time.monotonic()
    fitted().predict(statements(1))
    assert time.monotonic() - started >= 1
    llm.script = [status(429, "quota", Retry_After="3600")]
    with pytest.raises(ServiceError, match="asks to wait 3600 s"):
        fitted().predict(statements(2))


def test_pauses_grow(llm, fitted, monkeypatch):
    waited = []
    patience = Patience(pause=0.001)
    monkeypatch.setattr(asking, "PATIENCE", patience)
    seconds = Patience.seconds
    monkeypatch.setattr(
        Patience, "seconds", lambda self, n, asked=0: waited.append(n) or seconds(self, n, asked)
    )
    llm.script = [status(502)] * 3
    fitted().predict(statements(1))
    assert waited == [1, 2, 3]


@pytest.mark.parametrize("code", [401, 403, 404, 307])
def test_what_is_refused_for_all_is_asked_once(llm, fitted, code):
    llm.usual = status(code, "no such thing", Location="http://127.0.0.1:1/")
    with pytest.raises(ServiceError, match=rf"answers HTTP {code} \(no such thing\); look at"):
        fitted().predict(statements(40))
    assert len(llm.requests) == 1


def test_a_key_that_expires_ends_it(llm, fitted):
    llm.script = [*[llm.usual] * 5, status(401, "expired")]
    with pytest.raises(ServiceError, match="HTTP 401"):
        fitted(concurrency=2).predict(statements(60))
    assert len(llm.requests) < 12


def test_a_server_that_is_not_there(fitted):
    with pytest.raises(ServiceError, match=r"the connection failed.*tried 2 times; look at base"):
        fitted(base_url="http://127.0.0.1:9/v1", retries=1).predict(statements(3))


def test_a_row_that_is_refused_costs_no_other(llm, fitted):
    def filtered(handler, request):
        bad = "year 7 " in request.statement["statement"]
        (status(400, "content filter") if bad else only_form("json_schema"))(handler, request)

    llm.usual = filtered
    model = fitted()
    found = model.predict_proba(statements(40))
    assert found[7].tolist() == pytest.approx([1 / 3] * 3)
    assert found[:, 2].argmin() == 7
    assert model.predictor_.service.usage.failed == 1
    assert len(llm.requests) == 40


def test_too_many_rows_without_an_answer_end_it_soon(llm, fitted):
    llm.usual = said('{"label": "friendly"}')
    expected = "2 of 20 statements got no valid answer, more than max_failed = 0.05; the last: the "
    with pytest.raises(ServiceError, match=re.escape(expected + "label is none of hostile, neut")):
        fitted(retries=1).predict(statements(20))
    assert len(llm.requests) == 4
    assert fitted(retries=0, max_failed=1).predict_proba(statements(2)).max() == pytest.approx(
        1 / 3
    )


def test_more_rows_than_requests_are_refused_before_any_is_sent(llm, fitted):
    with pytest.raises(ServiceError, match="9 statements are not in the cache, and 8 of max_req"):
        fitted(max_requests=8).predict(statements(9))
    assert llm.requests == []


def test_requests_are_counted_over_all_calls(llm, fitted):
    model = fitted(max_requests=10)
    model.predict(statements(6))
    with pytest.raises(ServiceError, match="5 statements are not in the cache, and 4 of max_requ"):
        model.predict(statements(11))
    assert len(llm.requests) == 6


@pytest.mark.parametrize("failure", [status(500), said("no"), cut], ids=["500", "nonsense", "cut"])
def test_retries_never_exceed_the_requests(llm, fitted, failure):
    calls = iter(range(10_000))

    def fails_every_third_time(handler, request):
        chosen = failure if next(calls) % 3 == 2 else good
        chosen(handler, request)

    good, llm.usual = llm.usual, fails_every_third_time
    with pytest.raises(ServiceError, match="max_requests = 40 are sent, and not all of 40"):
        fitted(max_requests=40, concurrency=16).predict(statements(40))
    assert len(llm.requests) == 40
    llm.usual = good
    assert fitted().predict(statements(40)).tolist() == [2] * 40
    assert len(llm.requests) <= 40 + 20


def test_an_interrupt_ends_the_threads(llm, fitted, monkeypatch):
    llm.pause = 0.05
    model = fitted(concurrency=2)

    def interrupt(done, total):
        if done == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(model.predictor_.service, "progress", partial(interrupt))
    with pytest.raises(KeyboardInterrupt):
        model.predict(statements(50))
    sent = len(llm.requests)
    assert sent < 10
    time.sleep(0.2)
    assert len(llm.requests) == sent
