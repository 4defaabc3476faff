"""More requests than a service can answer, answers that do not come, and who goes away."""

from __future__ import annotations

import socket
import threading
import time

import pytest
from made_bundles import make_bundle
from made_services import head, service

from stancelab import load_bundle

GOOD = b"text,actor\nOslo thanked Warsaw.,Warsaw\n"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return load_bundle(make_bundle("lexicon", tmp_path_factory.mktemp("load") / "lexicon"))


class Stuck:
    """Stands in for a bundle that answers when it is let."""

    runtime = None

    def __init__(self, bundle):
        self.bundle, self.begun, self.let = bundle, threading.Semaphore(0), threading.Event()

    def __getattr__(self, name):
        return getattr(self.bundle, name)

    def tag(self, table):
        self.begun.release()
        assert self.let.wait(20)
        return self.bundle.tag(table)


def in_threads(number, ask):
    found = [None] * number
    threads = [
        threading.Thread(target=lambda at=at: found.__setitem__(at, ask())) for at in range(number)
    ]
    for thread in threads:
        thread.start()
    return threads, found


def until(condition):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_full_line_gets_a_503_while_liveness_and_counters_answer(bundle):
    stuck = Stuck(bundle)
    with service(stuck, waiting=2) as client:
        threads, found = in_threads(1, client.tag)
        assert stuck.begun.acquire(timeout=10)
        more, others = in_threads(2, client.tag)
        until(lambda: b"stancelab_waiting 2" in client.ask("/metrics").body)
        refused = client.tag()
        assert (refused.status, refused.headers["retry-after"]) == (503, "1")
        assert "too many requests wait" in refused.message
        assert client.ask("/ping").status == 200
        stuck.let.set()
        for thread in threads + more:
            thread.join(10)
        assert [one.status for one in found + others] == [200] * 3
        counted = client.ask("/metrics").body.decode()
        assert 'stancelab_requests_total{path="/invocations",status="200"} 3' in counted
        assert 'stancelab_requests_total{path="/invocations",status="503"} 1' in counted
        assert "stancelab_rows_total 6\n" in counted
        assert "stancelab_held_bytes 0\n" in counted


def test_an_answer_that_does_not_come_gets_a_504_and_what_waited_is_left_out(bundle):
    stuck = Stuck(bundle)
    with service(stuck, timeout=0.4) as client:
        threads, found = in_threads(1, client.tag)
        assert stuck.begun.acquire(timeout=10)
        more, others = in_threads(2, client.tag)
        for thread in threads + more:
            thread.join(10)
        assert [one.status for one in found + others] == [504] * 3
        assert found[0].message == "there was no answer within 0.4 seconds"
        stuck.let.set()
        until(lambda: client.tag().status == 200)
        counted = client.ask("/metrics").body.decode()
        assert "stancelab_waiting 0\n" in counted
        assert "stancelab_rows_total 4\n" in counted


def test_what_nobody_waits_for_any_more_is_left_out(bundle):
    stuck = Stuck(bundle)
    with service(stuck) as client:
        threads, found = in_threads(1, client.tag)
        assert stuck.begun.acquire(timeout=10)
        with socket.create_connection(("127.0.0.1", client.port)) as plug:
            plug.sendall(head(b"Content-Length: %d" % len(GOOD)) + GOOD)
            until(lambda: b"stancelab_waiting 1" in client.ask("/metrics").body)
        until(lambda: b'path="/invocations",status="400"} 1' in client.ask("/metrics").body)
        stuck.let.set()
        threads[0].join(10)
        assert (found[0].status, client.tag().status) == (200, 200)
        assert "stancelab_rows_total 4\n" in client.ask("/metrics").body.decode()


def test_bodies_are_held_up_to_a_bound(bundle):
    with service(bundle, max_bytes=1_000, timeout=5) as client:
        began = head(b"Content-Length: 1000") + b"a" * 999
        plugs = [socket.create_connection(("127.0.0.1", client.port)) for _ in range(16)]
        try:
            for plug in plugs:
                plug.sendall(began)
            until(lambda: b"stancelab_held_bytes 15984" in client.ask("/metrics").body)
            refused = client.tag()
            assert refused.status == 503
            assert "too much is being sent at once" in refused.message
        finally:
            for plug in plugs:
                plug.close()
        until(lambda: b"stancelab_held_bytes 0" in client.ask("/metrics").body)
        assert client.tag().status == 200
