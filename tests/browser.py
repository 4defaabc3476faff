"""A headless Chromium for tests of pages, and what these have in common."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

EVIL = "<script>window.ran = true</script> & <img src=x onerror='window.ran = true'>"
PHONE = {"width": 360, "height": 740}

CONTRASTS = """() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const mixed = (...colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((one) => one / 255)
      .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const under = (element) => {
    const layers = [];
    for (let one = element; one; one = one.parentElement)
      layers.unshift(getComputedStyle(one).backgroundColor);
    return layers;
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
    if (!own || !element.checkVisibility() || element.closest("script, title, desc")) continue;
    const style = getComputedStyle(element);
    const layers = under(element);
    const colour = element.closest("svg") ? style.fill : style.color;
    const [one, other] = [light(mixed(...layers, colour)), light(mixed(...layers))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) faint.push(`${element.tagName} ${element.className} ${ratio.toFixed(2)}`);
  }
  return faint;
}"""


class Visit:
    """An open page, and what it said and asked for."""

    def __init__(self, tab, address):
        self.tab, self.said, self.asked = tab, [], []
        tab.on("console", lambda message: self.said.append(message.text))
        tab.on("pageerror", lambda error: self.said.append(str(error)))
        tab.on("request", lambda request: self.asked.append(request.url))
        tab.goto(address)

    def column(self, name, table="[data-section=leaderboard] table"):
        """Read a column of the first table of that kind, top to bottom."""
        names = [
            one.strip()
            for one in self.tab.locator(f"{table} >> nth=0 >> thead th").all_inner_texts()
        ]
        at = names.index(name) + 1
        return self.tab.locator(
            f"{table} >> nth=0 >> tbody tr > :nth-child({at})"
        ).all_inner_texts()


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


@contextmanager
def visits(browser, pages: Path) -> Iterator[Callable[..., Visit]]:
    """Give what opens a page of a folder by name, each time as a new visitor."""
    contexts = []

    def opened(name, viewport=None, **settings):
        size = viewport or {"width": 1280, "height": 900}
        contexts.append(browser.new_context(viewport=size, **settings))
        return Visit(contexts[-1].new_page(), (pages / f"{name}.html").as_uri())

    yield opened
    for context in contexts:
        context.close()
