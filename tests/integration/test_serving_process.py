"""``stancelab serve`` as a process: it says where it is, and ends in order."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from made_bundles import make_bundle
from made_services import Client

BODY = b"text,actor\nOslo thanked Warsaw.,Warsaw\n"


@contextmanager
def started(folder, *words):
    command = [sys.executable, "-m", "stancelab", "serve", str(folder), "--port", "0", *words]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stderr.readline()
        found = re.fullmatch(r"serving lexicon at http://127\.0\.0\.1:(\d+) \(Ctrl-C.*\)\n", line)
        assert found, line + process.stderr.read()
        yield process, Client(int(found[1]))
    finally:
        process.kill()
        process.wait(10)
        process.stderr.close()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_the_request_in_flight_finish(number, tmp_path):
    with started(make_bundle("lexicon", tmp_path / "lexicon")) as (process, client):
        assert client.tag().status == 200
        with socket.create_connection(("127.0.0.1", client.port), timeout=20) as plug:
            head = b"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\n"
            plug.sendall(head + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY[:20])
            time.sleep(0.3)  # until the request is begun
            process.send_signal(number)
            time.sleep(0.5)
            with pytest.raises(OSError, match="refused"):
                client.ask("/ping")
            plug.sendall(BODY[20:])
            answer = b"".join(iter(lambda: plug.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b'{"predictions": [{"predicted": ' in answer
        assert process.wait(15) == 0
        assert process.stderr.read() == ""
