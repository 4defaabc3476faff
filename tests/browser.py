"""A headless Chromium for tests of pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def chromium() -> Iterator:
    """Start Debian's Chromium, or skip the test where it or Playwright is missing."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("missing tool: chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        pytest.skip("missing tool: playwright")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()
