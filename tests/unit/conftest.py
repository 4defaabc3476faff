"""What several unit tests share: the embedded corpus, read once."""

from __future__ import annotations

import pyarrow as pa
import pytest

from stancelab.datasets.registry import load


@pytest.fixture(scope="session")
def corpus() -> pa.Table:
    """The statement table of the embedded corpus."""
    return load("statements").table
