"""Requests to a service: good ones as MLflow has them, and every kind of bad one, byte by byte."""

from __future__ import annotations

import time

import pytest
from made_bundles import make_bundle
from made_services import ROWS, head, service

from stancelab import load_bundle
from stancelab.serving import protocol

GOOD = b"text,actor\nOslo thanked Warsaw.,Warsaw\n"
LIMITS = {"max_rows": 50, "max_bytes": 20_000, "timeout": 0.6}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return load_bundle(make_bundle("lexicon", tmp_path_factory.mktemp("requests") / "lexicon"))


@pytest.fixture(scope="module")
def client(bundle):
    with service(bundle, **LIMITS) as one:
        yield one


@pytest.fixture(autouse=True)
def _lives_on(request):
    """Whatever a test has sent, the service answers the next one as it should."""
    yield
    if "client" in request.fixturenames:
        client = request.getfixturevalue("client")
        assert client.ask("/ping").status == 200
        assert len(client.tag().content["predictions"]) == len(ROWS)


def test_rows_get_the_labels_and_probabilities_of_the_bundle(client, bundle):
    answer = client.tag()
    assert answer.headers["content-type"] == "application/json"
    assert answer.content == {"predictions": bundle.tag(ROWS).to_pylist()}


def test_liveness_version_and_unknown_paths(client):
    for path in ("/ping", "/health"):
        assert client.ask(path)[::2] == (200, b"\n")
    assert client.ask("/version").body == b"0.1.0"
    assert client.ask("/nothing").message == "Not Found"
    found = client.ask("/invocations")
    assert (found.status, found.message) == (405, "Method Not Allowed")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"text": "a"}, "column 'actor': missing; the columns found are: text"),
        ({"text": 1, "actor": "a"}, "column 'text', row 0: expected text, found 1"),
        ({"text": "a", "actor": " "}, "column 'actor', row 0: expected text, found ' '"),
        ({"text": "\ud800", "actor": "a"}, "half a surrogate pair"),
        ({"text": "a", "actor": "a", "mention_start": 0}, "column 'mention_end': missing"),
        ({"text": "a", "actor": "a", "mention_start": 0, "mention_end": 9}, "outside the text"),
        ({"text": "a", "actor": "a", "mention_start": 10**30, "mention_end": 9}, "outside the"),
        ({"text": "a", "actor": "a", "mention_start": True, "mention_end": 1}, "a whole number"),
    ],
)
def test_wrong_rows_get_a_400_that_names_the_column(client, row, said):
    answer = client.tag([row])
    assert (answer.status, answer.content["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert said in answer.message


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_wrong_type_gets_a_415(client, kind):
    answer = client.ask("/invocations", GOOD, kind)
    assert answer.status == 415
    assert "expected application/json or text/csv" in answer.message
    assert client.ask("/explain", GOOD, "text/csv").status == 415


def test_too_many_rows_get_a_413(client):
    answer = client.tag([{"text": "a", "actor": "a"}] * 51)
    assert (answer.status, answer.message) == (
        413,
        "the request has 51 rows; at most 50 are taken at once",
    )


@pytest.mark.parametrize("size", [20_001, 39_000])
def test_a_body_that_is_too_large_gets_a_413(client, size):
    answer = client.ask("/invocations", b"a" * size, "text/csv")
    assert answer.status == 413
    assert answer.message == f"the body has {size:,} bytes; at most 20,000 are taken"


def test_a_body_that_is_said_to_be_huge_is_refused_before_it_comes(client):
    answer = client.raw(head(b"Content-Length: 999999999999"), b"text,actor\n")
    assert answer.status == 413
    assert "999,999,999,999 bytes" in answer.message


def test_a_body_in_chunks_is_counted_as_it_comes(client):
    chunked = head(b"Transfer-Encoding: chunked")
    assert (
        client.raw(
            chunked[:-2] + b"Connection: close\r\n\r\n",
            b"%x\r\n%b\r\n0\r\n\r\n" % (len(GOOD), GOOD),
        ).status
        == 200
    )
    began = time.monotonic()
    answer = client.raw(chunked, *[b"1000\r\n" + b"a" * 4096 + b"\r\n"] * 200)
    assert answer.status == 413
    assert "the body has more bytes" in answer.message
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "garbage",
    [
        b"nonsense\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20 + b"\r\n\r\n",
        b"GET / FTP/1.1\r\n\r\n",
        head(b"Content-Length: many"),
        head(b"Content-Length: -1"),
        head(b"Content-Length: 4", b"Content-Length: 5") + b"abcde",
        head(b"no colon"),
        head()[:-2] + b"X: " + b"y" * 80_000,
    ],
)
def test_what_is_no_http_gets_a_400(client, garbage):
    answer = client.raw(garbage)
    assert answer.status == 400
    assert answer.content == {
        "error_code": "BAD_REQUEST",
        "message": "Invalid HTTP request received",
    }


def test_a_chunk_that_is_none_gets_a_400(client):
    answer = client.raw(head(b"Transfer-Encoding: chunked"), b"zz\r\nabc\r\n")
    assert (answer.status, answer.message) == (400, "Invalid HTTP request received")


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([head(b"Content-Length: 500") + GOOD], "its body is not complete"),
        ([head(b"Transfer-Encoding: chunked"), b"1000\r\nabc"], "its body is not complete"),
        ([b"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Ty"], "in its headers"),
    ],
)
def test_a_request_that_is_cut_off_gets_a_400(client, parts, said):
    answer = client.raw(*parts, half_close=True)
    assert answer.status == 400
    assert said in answer.message


def test_who_closes_before_or_after_asking_harms_nobody(client):
    assert client.raw(half_close=True) is None
    for _ in range(20):
        client.raw(head(b"Content-Length: %d" % len(GOOD)) + GOOD, half_close=True)


def test_a_body_that_does_not_come_gets_a_408(client):
    answer = client.raw(head(b"Content-Length: 500"), b"text,")
    assert (answer.status, answer.message) == (408, "the body did not arrive within 0.6 seconds")


def test_headers_that_do_not_come_get_a_408(bundle, monkeypatch):
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.3)
    with service(bundle) as client:
        for sent in (b"", b"POST /invocations HTTP/1.1\r\n"):
            answer = client.raw(sent)
            assert (answer.status, answer.message) == (408, "no request arrived within 0.3 seconds")
        assert client.tag().status == 200


def test_a_token_is_asked_for_everywhere_but_at_the_liveness_paths(bundle):
    with service(bundle, token="тайна") as client:
        client.token = None
        for path in ("/ping", "/health"):
            assert client.ask(path).status == 200
        for path in ("/", "/version", "/metrics", "/nothing", "/invocations", "/explain"):
            answer = client.ask(path)
            assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert "Authorization: Bearer TOKEN" in client.tag().message
        for wrong in (b"Bearer", b"Bearer ", b"Bearer wrong", "Basic тайна".encode(), b"\xff"):
            assert client.ask("/version", Authorization=wrong).status == 401
        right = "bearer  тайна".encode()
        assert client.ask("/version", Authorization=right).status == 200
        assert client.ask("/metrics", Authorization=right).status == 200
