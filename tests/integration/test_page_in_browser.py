"""The comparison page in a real browser: it renders, sorts, filters and asks for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from browser import CONTRASTS, EVIL, PHONE, chromium, visits
from made_comparison import made_comparison

from stancelab.comparison.page import page
from stancelab.pages import write_page

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser() -> Iterator:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    plain = made_comparison(errors=70)
    write_page(folder / "plain.html", page(plain))
    write_page(folder / "boards.html", page(made_comparison(models=20, boards=2, errors=1)))
    wrong = next(iter(plain.mistakes.values()))[0]
    wrong = replace(
        wrong, text=EVIL, actor=EVIL, mention_start=0, mention_end=8, words=((EVIL, 1),)
    )
    write_page(folder / "evil.html", page(replace(plain, title=EVIL, mistakes={EVIL: [wrong]})))
    return folder


@pytest.fixture
def visit(browser, pages):
    with visits(browser, pages) as opened:
        yield lambda name="plain", *size, **settings: opened(name, *size, **settings)


@pytest.mark.parametrize("name", ["plain", "boards", "evil"])
def test_it_renders_silently_and_asks_for_nothing(visit, pages, name):
    opened = visit(name)
    assert opened.tab.locator("svg[role=img]").count() > 3
    assert opened.said == []
    assert opened.asked == [(pages / f"{name}.html").as_uri()]


def test_scripts_in_statements_are_shown_and_do_not_run(visit):
    tab = visit("evil").tab
    assert tab.locator("h1").inner_text() == EVIL
    assert tab.locator("#errors blockquote").inner_text() == EVIL
    assert tab.locator("#errors mark").inner_text() == EVIL[:8]
    assert tab.locator("#errors .words bdi").inner_text() == EVIL
    assert tab.evaluate("window.ran") is None
    assert tab.locator("img").count() == 0


def test_a_click_sorts_and_another_turns_it_round(visit):
    opened = visit()
    shown = opened.column("macro-F1")
    assert shown == sorted(shown, reverse=True)
    header = opened.tab.locator("[data-section=leaderboard] thead button", has_text="macro-F1")
    header.click()
    assert opened.column("macro-F1") == sorted(shown, reverse=True)
    header.click()
    assert opened.column("macro-F1") == sorted(shown)
    assert header.locator("..").get_attribute("aria-sort") == "ascending"


def test_the_keyboard_sorts_and_missing_values_stay_last(visit):
    opened = visit()
    header = opened.tab.locator("[data-section=leaderboard] thead button", has_text="MB")
    other = opened.tab.locator("[data-section=leaderboard] thead button", has_text="macro-F1")
    for key in ("Enter", "Space"):
        header.focus()
        opened.tab.keyboard.press(key)
        shown = opened.column("MB")
        values = [float(one.replace(",", "")) for one in shown if one != "–"]
        assert values == sorted(values, reverse=key == "Enter")
        assert shown[len(values) :] == ["–"] * (len(shown) - len(values))
        assert len(values) < len(shown)
    assert header.locator("..").get_attribute("aria-sort") == "ascending"
    assert other.locator("..").get_attribute("aria-sort") == "none"


def test_errors_are_filtered_by_model_labels_and_text(visit):
    tab = visit().tab
    rows, count = tab.locator("#errors li"), tab.locator("#errors .count")
    assert (rows.count(), count.inner_text()) == (50, "70 of 490 errors")
    tab.locator("#errors .more").click()
    assert rows.count() == 70
    tab.get_by_label("Text or actor").fill("ПРЕЗИДЕНТ заявив")
    assert count.inner_text() == "10 of 490 errors"
    assert rows.count() == 10
    assert all("Президент заявив" in one for one in rows.all_inner_texts())
    tab.get_by_label("Text or actor").fill("об'єднання")  # the text has another apostrophe
    assert rows.count() == 10
    tab.get_by_label("Text or actor").fill("")
    tab.get_by_label("True label").select_option("hostile")
    tab.get_by_label("Answer").select_option("cooperative")
    found = rows.all_inner_texts()
    assert 0 < len(found) < 70
    assert all(one.startswith("hostile → cooperative") for one in found)
    tab.locator("#errors select[name=model]").select_option("all")
    assert rows.count() > len(found)


def test_mentions_are_marked_and_languages_named(visit):
    tab = visit().tab
    for row in tab.locator("#errors li").all()[:7]:
        actor = row.locator(".about bdi").first.inner_text()
        assert row.locator("mark").inner_text() == actor
    arabic = tab.locator("#errors blockquote[lang=ar]").first
    assert arabic.evaluate("(one) => getComputedStyle(one).direction") == "rtl"
    assert arabic.get_attribute("dir") == "auto"


def test_boards_models_costs_and_dimensions_are_chosen(visit):
    tab = visit("boards").tab
    boards = tab.locator(".board")
    assert [one.is_visible() for one in boards.all()] == [True, False]
    tab.locator("select[data-picks=Board]").select_option(
        "Trained on statements, tested on newsmtsc"
    )
    assert [one.is_visible() for one in boards.all()] == [False, True]
    board = boards.nth(1)
    assert board.locator("[data-section=cost] svg:visible[role=img]").count() == 1
    board.locator("[data-picks=Cost]").select_option("size")
    assert "megabytes" in board.locator("[data-section=cost] svg:visible[role=img]").text_content()
    board.locator("[data-picks='Divided by']").select_option("topic")
    assert board.locator(".heat tbody:visible").count() == 1
    assert board.locator(".heat tbody:visible").inner_text().startswith("topic")


def test_without_scripts_everything_stands_there(visit):
    tab = visit("boards", java_script_enabled=False).tab
    assert tab.locator(".board:visible").count() == 2
    assert tab.locator(".board >> nth=0 >> [data-section=cost] svg:visible[role=img]").count() == 3
    assert tab.locator("#errors noscript p").is_visible()
    assert not tab.locator("#errors form").is_visible()


def test_a_cell_tells_what_was_tested(visit):
    tab = visit().tab
    cell = tab.locator(".matrix td[data-pair='0']").first
    cell.click()
    said = tab.locator("[data-section=differences] output").inner_text()
    assert "after Holm" in said
    assert "McNemar" in said
    assert said == cell.get_attribute("title")
    tab.locator(".heat td.cell").first.click()
    assert "510 rows" in tab.locator("[data-section=slices] output").inner_text()


def test_a_legend_hides_a_line(visit):
    tab = visit().tab
    lines = tab.locator("[data-section=learning] g.series")
    button = tab.locator("[data-section=learning] .legend button").first
    assert lines.first.is_visible()
    button.click()
    assert not lines.first.is_visible()
    assert lines.nth(1).is_visible()
    assert button.get_attribute("aria-pressed") == "false"


@pytest.mark.parametrize("name", ["plain", "boards"])
def test_a_phone_is_wide_enough(visit, name):
    tab = visit(name, PHONE).tab
    tab.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    outside = tab.evaluate(
        """() => [...document.querySelectorAll("svg[role=img] text")]
        .filter((one) => one.checkVisibility())
        .filter((one) => {
          const box = one.getBoundingClientRect();
          return box.left < -1 || box.right > innerWidth + 1;
        }).map((one) => one.textContent)"""
    )
    assert outside == []
    assert float(tab.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")) >= 16


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_both_schemes(visit, scheme):
    tab = visit(color_scheme=scheme).tab
    red = tab.evaluate("parseInt(getComputedStyle(document.body).backgroundColor.slice(4))")
    assert red < 60 if scheme == "dark" else red > 200
    tab.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    assert tab.evaluate(CONTRASTS) == []


def test_every_chart_has_a_name(visit):
    tab = visit().tab
    images = tab.get_by_role("img").all()
    assert len(images) == tab.locator("svg[role=img]:visible").count() > 3
    assert all(one.locator("> title").text_content() for one in images)
    assert tab.locator("svg:not([role=img]):not([aria-hidden=true])").count() == 0


@pytest.mark.parametrize("source", ["blob", "srcdoc"])
def test_in_a_closed_frame_links_stay_on_the_page(browser, pages, source):
    content = (pages / "plain.html").read_text(encoding="utf-8")
    tab = browser.new_page()
    said = []
    tab.on("console", lambda message: said.append(message.text))
    tab.set_content("<iframe sandbox='allow-scripts' style='width: 62rem; height: 700px'></iframe>")
    tab.evaluate(
        """([content, source]) => {
          const frame = document.querySelector("iframe");
          if (source === "srcdoc") frame.srcdoc = content;
          else frame.src = URL.createObjectURL(new Blob([content], { type: "text/html" }));
        }""",
        [content, source],
    )
    frame = tab.frame_locator("iframe")
    frame.locator("nav a", has_text="Errors").click()
    assert frame.locator("#errors li").count() == 50
    frame.locator("#errors h2").wait_for()
    top = tab.locator("iframe").bounding_box()["y"]
    assert 0 <= frame.locator("#errors h2").bounding_box()["y"] - top < 300
    assert said == []
    tab.close()
