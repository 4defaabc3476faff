"""The page of articles in a real browser: a mention tells, chips filter, a phone is wide enough."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import CONTRASTS, EVIL, PHONE, chromium, visits
from made_reading import made_arabic, made_months, made_reading
from made_tags import make_tag

from stancelab.articles.article import make_article
from stancelab.pages import write_page
from stancelab.tagging.page import page

pytestmark = pytest.mark.slow

UNFOLD = "document.querySelectorAll('details').forEach((one) => (one.open = true))"


def _evil():
    tag = make_tag(EVIL, text=EVIL, start=9, end=9 + len(EVIL), source=EVIL, source_actor="")
    return [(make_article(f"Rome met {EVIL} in Oslo.", EVIL), [tag])]


@pytest.fixture(scope="module")
def browser() -> Iterator:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    made = {"model": "tfidf.zip", "SHA-256": "0123456789abcdef" * 4}
    write_page(folder / "one.html", page([made_reading()], "Grain", made))
    many = page([*made_months(), made_arabic()], "Grain by month", made)
    write_page(folder / "many.html", many)
    write_page(folder / "evil.html", page(_evil(), EVIL, {EVIL: EVIL}))
    return folder


@pytest.fixture
def visit(browser, pages):
    with visits(browser, pages) as opened:
        yield lambda name="one", *size, **settings: opened(name, *size, **settings)


def mention(tab, words):
    return tab.locator(".mention", has_text=words).first


@pytest.mark.parametrize("name", ["one", "many", "evil"])
def test_it_renders_silently_and_asks_for_nothing(visit, pages, name):
    opened = visit(name)
    for one in opened.tab.locator(".mention:visible").all()[:12]:
        one.click()
        opened.tab.keyboard.press("Escape")
    assert opened.tab.locator("svg[role=img]").count() > 1
    assert opened.said == []
    assert opened.asked == [(pages / f"{name}.html").as_uri()]


def test_scripts_in_articles_are_shown_and_do_not_run(visit):
    tab = visit("evil").tab
    tab.locator(".mention").click()
    assert tab.locator("h1").inner_text() == EVIL
    assert EVIL in tab.locator(".mention").inner_text()
    assert tab.locator(".card bdi").all_inner_texts() == [EVIL, EVIL]
    assert tab.evaluate("window.ran") is None
    assert tab.locator("img").count() == 0


def test_the_pointer_shows_and_a_click_keeps(visit):
    tab = visit().tab
    card = tab.locator(".card")
    assert not card.is_visible()
    mention(tab, "Польщі").hover()
    assert card.locator("h5").inner_text() == "hostile toward Poland"
    assert card.locator("dd:last-child").all_inner_texts() == ["0.92", "0.06", "0.02"]
    widths = [one.bounding_box()["width"] for one in card.locator("i").all()]
    assert widths[0] > 10 * widths[1] > 10 * widths[2] > 0
    assert "Source: Білоруська влада (Belarus). Recognised by name." in card.inner_text()
    tab.locator("h1").hover()
    assert not card.is_visible()
    mention(tab, "Обидві").click()
    tab.locator("h1").hover()
    assert card.locator("h5").all_inner_texts() == [
        "neutral toward Belarus",
        "uncertain toward Russia",
    ]
    assert tab.locator(".mention.picked").count() == 1
    tab.locator("h1").click()
    assert not card.is_visible()


def test_the_keyboard_shows_and_hides(visit):
    tab = visit().tab
    for key in ("Enter", "Space"):
        mention(tab, "Києву").focus()
        tab.keyboard.press(key)
        assert tab.locator(".card h5").inner_text() == "cooperative toward Ukraine"
        tab.keyboard.press("Escape")
        assert not tab.locator(".card").is_visible()


def test_the_card_stays_in_the_window(visit):
    tab = visit("many").tab
    for one in tab.locator(".mention:visible").all()[:20]:
        one.scroll_into_view_if_needed()
        one.click()
        box = tab.locator(".card").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 1280
        assert -1 <= box["y"] <= 900 - box["height"] + 1


def test_a_tap_opens_a_card_at_the_bottom_of_a_phone(visit):
    tab = visit("one", PHONE, has_touch=True).tab
    mention(tab, "Росії").tap()
    box = tab.locator(".card").bounding_box()
    assert (round(box["x"]), round(box["width"])) == (0, PHONE["width"])
    assert round(box["y"] + box["height"]) == PHONE["height"]
    words = mention(tab, "Росії").bounding_box()
    assert words["y"] + words["height"] <= box["y"]
    tab.locator(".card").tap()
    assert tab.locator(".card").is_visible()


def test_actors_are_chosen(visit):
    tab = visit().tab
    count = tab.locator(".chips .count")
    assert count.inner_text() == "9 of 9 mentions marked"
    tab.locator(".chip", has_text="Ukraine").click()
    assert count.inner_text() == "3 of 9 mentions marked"
    tab.locator(".chip", has_text="Russia").click()
    assert count.inner_text() == "5 of 9 mentions marked"
    assert tab.locator(".mention.dim").count() == 4
    tab.get_by_label("Ukraine").uncheck()
    tab.get_by_label("Russia").uncheck()
    assert tab.locator(".mention.dim").count() == 0


def test_without_scripts_the_title_tells(visit):
    tab = visit(java_script_enabled=False).tab
    assert "hostile 0.92" in mention(tab, "Польщі").get_attribute("title")
    assert not tab.locator(".chips").is_visible()
    assert not tab.locator(".card").is_visible()


def test_a_legend_hides_a_source_in_every_chart(visit):
    tab = visit("many").tab
    lines = tab.locator("#months g.series.s1")
    assert lines.count() > 1
    assert lines.first.is_visible()
    tab.locator("#months .legend button").nth(2).click()
    assert not any(one.is_visible() for one in lines.all())


def test_a_cell_is_read_in_words(visit):
    tab = visit().tab
    tab.locator("#sources td.cell").first.click()
    said = tab.locator("#sources output").inner_text()
    assert said == "Poland toward Ukraine: mean stance +1.00, 3 statements"


def test_arabic_runs_from_right_to_left(visit):
    tab = visit("many").tab
    tab.evaluate(UNFOLD)
    paragraph = tab.locator("article p[lang=ar]").first
    assert paragraph.evaluate("(one) => getComputedStyle(one).direction") == "rtl"


@pytest.mark.parametrize("name", ["one", "many", "evil"])
def test_a_phone_is_wide_enough(visit, name):
    tab = visit(name, PHONE).tab
    tab.evaluate(UNFOLD)
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    size = tab.locator("article").first.evaluate("(one) => getComputedStyle(one).fontSize")
    assert float(size.removesuffix("px")) >= 16


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_both_schemes(visit, scheme):
    tab = visit("many", color_scheme=scheme).tab
    tab.evaluate(UNFOLD)
    mention(tab, "Обидві").click()
    assert tab.evaluate(CONTRASTS) == []


def test_a_picture_shows_it(visit, tmp_path):
    visit("one", color_scheme="dark").tab.screenshot(path=tmp_path / "page.png", full_page=True)
    assert (tmp_path / "page.png").stat().st_size > 20_000
