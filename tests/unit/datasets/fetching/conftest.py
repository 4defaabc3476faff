"""What the tests of fetching share."""

from __future__ import annotations

import pytest
from made_downloads import CONTENT, Fetching


@pytest.fixture
def fetching(server, tmp_path):
    return Fetching(server, tmp_path / "made")


@pytest.fixture
def arrived(fetching):
    """Check at the end that the file is there and nothing else."""
    yield
    assert (fetching.folder / "a.csv").read_bytes() == CONTENT
    assert fetching.parts == []
