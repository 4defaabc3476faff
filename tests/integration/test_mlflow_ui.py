"""MLflow's own pages in a real browser: what a user sees there of a run experiment."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from browser import chromium
from local_server import free_port, local_server

from stancelab.tracking import names
from stancelab.tracking.reading import find_experiment

pytestmark = pytest.mark.slow
CHILD = "tfidf_logreg seed 0"
_SECONDS = 20


class Pages(NamedTuple):
    """Where MLflow shows an experiment: its list of runs, and each run by its name."""

    runs: str
    run: dict[str, str]


class Visit:
    """An open tab, the errors of scripts in it, and whom it asked beyond this machine."""

    def __init__(self, tab):
        self.tab, self.errors, self.outside = tab, [], []
        tab.set_default_timeout(_SECONDS * 1000)
        tab.on("pageerror", lambda error: self.errors.append(str(error)))
        tab.on("console", self._note)
        tab.on("request", self._ask)

    def _note(self, message):
        """Keep errors but those with an address on the server, which are of MLflow's scripts."""
        if message.type == "error" and not message.location["url"].startswith("http"):
            self.errors.append(message.text)

    def _ask(self, request):
        if urlsplit(request.url).hostname not in (None, "127.0.0.1"):
            self.outside.append(request.url)


@pytest.fixture(scope="module")
def pages(workplace) -> Iterator[Pages]:
    """Start ``stancelab ui`` in the workplace."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    words = [str(Path(sys.executable).with_name("stancelab")), "ui", "--port", str(port)]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(workplace.folder)
        tracked = find_experiment("01_baselines")
    experiment = f"{address}/#/experiments/{tracked.parent.info.experiment_id}/runs"
    runs = {
        one.info.run_name: f"{experiment}/{one.info.run_id}"
        for one in (tracked.parent, *tracked.cells)
    }
    with local_server(words, f"{address}/health", folder=workplace.folder):
        yield Pages(experiment, runs)


@pytest.fixture(scope="module")
def browser(pages) -> Iterator:
    with chromium() as started:
        yield started


@pytest.fixture
def visit(browser) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = Visit(context.new_page())
    yield opened
    context.close()
    assert opened.outside == []
    assert opened.errors == []


def test_the_child_runs_stand_under_their_parent(visit, pages):
    tab = visit.tab
    tab.goto(pages.runs)
    parent = tab.locator("[role=gridcell]", has=tab.get_by_text("01_baselines", exact=True))
    assert tab.get_by_role("link", name=CHILD, exact=True).count() == 0
    parent.get_by_role("button").first.click()
    tab.get_by_role("link", name=CHILD, exact=True).wait_for()
    shown = set(tab.locator("[role=gridcell] a[href*='/runs/']").all_inner_texts())
    assert shown == set(pages.run)


def test_a_child_runs_page_lists_metrics_and_parameters(visit, pages):
    tab = visit.tab
    tab.goto(pages.run[CHILD])
    for name in ("test/macro_f1", "slice/language:uk/macro_f1"):
        row = tab.get_by_role("row").filter(has=tab.get_by_role("link", name=name, exact=True))
        row.wait_for()
        assert 0.3 < float(row.get_by_role("cell").nth(1).inner_text()) < 0.9
    for name, value in {"model.kind": "tfidf_logreg", "model.C": "1.0", "seed": "0"}.items():
        row = tab.get_by_role("row").filter(has=tab.get_by_role("cell", name=name, exact=True))
        assert row.get_by_role("cell").nth(1).inner_text() == value


def test_a_child_runs_figure_is_shown(visit, pages):
    tab = visit.tab
    tab.goto(f"{pages.run[CHILD]}/artifacts/{names.FIGURE}")
    image = tab.get_by_role("img", name=names.FIGURE).first
    image.wait_for()
    assert image.evaluate("(one) => one.decode().then(() => one.naturalWidth)") > 0


def test_the_comparison_opens_inside_mlflow(visit, pages):
    tab = visit.tab
    tab.goto(f"{pages.run['01_baselines']}/artifacts/{names.PAGE}")
    tab.locator("iframe").wait_for()
    page = tab.frame_locator("iframe")
    page.locator("#errors li").first.wait_for()  # made by the page's script
    rows = page.locator("[data-section=leaderboard] tbody tr > :first-child").all_inner_texts()
    models = {one.data.tags["model.name"] for one in find_experiment("01_baselines").cells}
    assert {row.split()[0] for row in rows} == models
    box = tab.locator("iframe").bounding_box()
    assert box["width"] > 400
    assert box["height"] > 400
