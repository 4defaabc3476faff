"""A chat endpoint on loopback, an empty cache, and no long pauses."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from llm_rows import statements
from llm_server import LlmServer

from stancelab.datasets.fetching.patience import Patience
from stancelab.llm import asking
from stancelab.models.llm import Llm


@pytest.fixture
def llm(monkeypatch: pytest.MonkeyPatch, tmp_path) -> Iterator[LlmServer]:
    """A server that answers every statement."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("STANCELAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(asking, "PATIENCE", Patience(pause=0.01, longest=5.0))
    started = LlmServer()
    yield started
    started.stop()


@pytest.fixture
def fitted(llm: LlmServer) -> Callable[..., Llm]:
    """Make a model that asks the server, fitted to one row of each label."""

    def make(labels=(0, 1, 2), **chosen) -> Llm:
        usual = {"base_url": llm.url, "model": "tiny", "timeout": 5.0}
        return Llm(**usual | chosen).fit(statements(len(labels)), labels)

    return make
