"""The file server that the tests of fetching share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from file_server import FileServer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    """A web server on loopback that serves no files yet."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    started = FileServer()
    yield started
    started.stop()
