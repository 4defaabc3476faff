"""Starting a program that serves HTTP on loopback, and ending it with all that it started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


def free_port() -> int:
    """Find a port that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def local_server(
    words: Sequence[str],
    ready: str,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Iterator[None]:
    """Run a command in a process group of its own while `ready` answers, then end the group."""
    process = subprocess.Popen(
        words,
        cwd=folder,
        env=os.environ | (environment or {}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(ready, process)
        yield
    finally:
        _end(process)


def _wait_for(address: str, process: subprocess.Popen, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"the server ended with status {process.returncode}")
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except OSError:
            time.sleep(0.3)
        else:
            return
    pytest.fail("the server did not start")


def _end(process: subprocess.Popen, seconds: float = 20) -> None:
    """Ask the group to end, and end what is left of it when its leader has gone."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=seconds)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=seconds)
