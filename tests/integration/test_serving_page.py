"""The page of a service in a real browser: what it shows, and what it never does."""

from __future__ import annotations

import re

import pytest
from browser import CONTRASTS, EVIL, PHONE, Visit, chromium
from made_bundles import make_bundle
from made_services import service

from stancelab import load_bundle

TEXT = "😀 Oslo thanked Warsaw, but accused Minsk of an attack."
ACTORS = ["Minsk", "Warsaw", "Canada"]


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return load_bundle(make_bundle("tfidf_linear", tmp_path_factory.mktemp("page") / "ngrams"))


@pytest.fixture(scope="module")
def client(bundle):
    with service(bundle) as one:
        yield one


@pytest.fixture
def visit(browser, client):
    contexts = []

    def opened(viewport=None, of=client, **settings):
        size = viewport or {"width": 1280, "height": 900}
        contexts.append(browser.new_context(viewport=size, **settings))
        return Visit(contexts[-1].new_page(), f"{of.address}/")

    yield opened
    for context in contexts:
        context.close()


def ask(tab, text=TEXT, actors=ACTORS):
    tab.get_by_label("Statement").fill(text)
    tab.get_by_label("Actors, one a line").fill("\n".join(actors))
    tab.get_by_role("button", name="Tag it").click()
    tab.wait_for_selector(".stance, .problem:not(:empty)")


def test_a_statement_is_tagged_toward_each_actor(visit, bundle):
    one = visit()
    ask(one.tab)
    assert one.tab.locator("[role=status]").inner_text() == "3 tags, by tfidf_linear"
    cards = one.tab.locator(".stance").all()
    answers = bundle.predict([TEXT] * 3, ACTORS)
    shares = bundle.predict_proba([TEXT] * 3, ACTORS)
    for card, actor, answer, row in zip(cards, ACTORS, answers, shares, strict=True):
        assert card.locator("h2").inner_text() == f"{answer} toward {actor}"
        shown = card.locator(".shares dd:last-child").all_inner_texts()
        assert shown == [f"{share:.2f}" for share in row]
        widths = [bar.bounding_box()["width"] for bar in card.locator(".shares i").all()]
        assert widths.index(max(widths)) == row.argmax()
    assert cards[0].locator(".sample").inner_text() == "Minsk"
    assert cards[2].locator(".sample").count() == 0
    assert "Not named in the statement" in cards[2].inner_text()
    assert "accused" in cards[0].locator(".words").inner_text()


def test_it_asks_its_own_service_alone_and_says_nothing(visit, client):
    one = visit()
    ask(one.tab)
    assert one.said == []
    assert one.asked == [f"{client.address}/{name}" for name in ("", "version", "explain")]


def test_what_people_write_is_text(visit):
    one = visit()
    ended = "</script><script>window.ran = true</script>"
    ask(one.tab, f"Oslo thanked {EVIL} and {ended}.", [EVIL, ended])
    assert one.tab.locator(".stance h2 bdi").all_inner_texts() == [EVIL, ended]
    assert EVIL in one.tab.locator("blockquote").first.inner_text()
    assert one.tab.evaluate("window.ran") is None
    assert one.tab.locator(".found img, .found script").count() == 0
    assert one.said == []


def test_its_policy_stops_whatever_would_run_all_the_same(visit, client):
    policy = client.ask("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    one = visit()
    one.tab.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            const image = "<img src=x onerror='window.ran = true'>";
            document.body.insertAdjacentHTML("beforeend", image);
        }"""
    )
    one.tab.wait_for_timeout(200)
    assert one.tab.evaluate("window.ran") is None
    assert any("Content Security Policy" in line for line in one.said)


def test_the_keyboard_is_enough(visit):
    tab = visit().tab
    tab.keyboard.press("Tab")
    tab.keyboard.type(TEXT)
    tab.keyboard.press("Tab")
    tab.keyboard.type("Minsk")
    tab.keyboard.press("Control+Enter")
    tab.wait_for_selector(".stance")
    assert tab.locator("[role=status]").inner_text().startswith("1 tag, ")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Tag it"


def test_what_cannot_be_answered_is_told(visit):
    tab = visit().tab
    ask(tab, actors=["a" if at == 0 else f"b{at}" for at in range(21)])
    assert "expected a list of 1 to 20 names" in tab.get_by_role("alert").inner_text()
    assert tab.locator(".stance").count() == 0
    ask(tab, actors=["Minsk"])
    tab.wait_for_selector(".stance")
    assert tab.get_by_role("alert").inner_text() == ""


def test_a_service_that_is_gone_is_told(browser, visit, bundle):
    with service(bundle) as other:
        tab = visit(of=other).tab
    ask(tab)
    assert tab.get_by_role("alert").inner_text() == "The service cannot be reached."


def test_a_token_is_asked_for_and_used(visit, bundle):
    with service(bundle, token="s3cret") as locked:
        one = visit(of=locked)
        field = one.tab.get_by_label("Access token")
        field.wait_for()
        for given in ("wrong", "s3cret"):
            field.fill(given)
            one.tab.keyboard.press("Enter")
            one.tab.wait_for_selector(
                ".problem:not(:empty)" if given == "wrong" else ".problem:empty", state="attached"
            )
        field.wait_for(state="hidden")
        ask(one.tab)
        assert one.tab.locator(".stance").count() == 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_in_both_schemes_and_a_phone_is_wide_enough(visit, scheme):
    tab = visit(PHONE, color_scheme=scheme).tab
    ask(tab, f"{TEXT} {'x' * 90}", [*ACTORS, "x" * 90])
    assert tab.evaluate(CONTRASTS) == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for field in ("#text", "#actors"):
        size = tab.locator(field).evaluate("(one) => getComputedStyle(one).fontSize")
        assert float(size.removesuffix("px")) >= 16


def test_a_reader_of_screens_hears_fields_regions_and_results(visit):
    tab = visit().tab
    ask(tab, actors=["Minsk"])
    said = tab.locator("body").aria_snapshot()
    for line in ('textbox "Statement"', 'button "Tag it"', 'region "Tags"', "status: 1 tag"):
        assert line in said
    assert re.search(r'heading "\w+ toward Minsk" \[level=2\]', said)
