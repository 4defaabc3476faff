"""The page of articles: every mention in its place, nothing of a text ever read as markup."""

from __future__ import annotations

import json
import re
import sys
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser

import pytest
from made_reading import GRAIN, made_arabic, made_months, made_reading
from made_tags import make_tag

from stancelab.articles.article import make_article
from stancelab.errors import MissingExtraError
from stancelab.pages import write_page
from stancelab.tagging.page import page
from stancelab.tagging.views.answers import said
from stancelab.tagging.views.months import months
from stancelab.tagging.views.reading import LONGEST, reading
from stancelab.tagging.views.sources import sources
from stancelab.tagging.views.summary import summaries

HALVES = ("hostile",) * 5 + ("cooperative",) * 5
EVIL = "<script>alert(1)</script> \"><img src=x onerror='alert(2)'> & {{ 7 * 7 }}"


class Parsed(HTMLParser):
    """Collects the tags of a page, its mentions, and its text."""

    def __init__(self, content):
        super().__init__()
        self.tags, self.attributes, self.mentions, self.text = [], set(), [], ""
        self.feed(content)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if (dict(attrs).get("class") or "").startswith("mention "):
            self.mentions.append(dict(attrs))

    def handle_data(self, data):
        self.text += data


def marked(article, tags):
    """Give the pieces that are mentions, with their class and letters."""
    actors = {tag.actor: at for at, tag in enumerate(tags)}
    shown = reading(article, tags, actors, True)
    return [
        (piece.text, piece.mention.css, "".join(one.letter for one in piece.mention.badges))
        for _, blocks in shown.groups
        for block in blocks
        for piece in block.pieces
        if piece.mention
    ]


@pytest.fixture(scope="module")
def content():
    return page([made_reading()], "Grain", {"model": "small.zip", "threshold": "0.50"})


def test_every_mention_has_its_class_and_letter():
    assert marked(*made_reading()) == [
        ("Київ", "cooperative", "C"),
        ("Україна", "cooperative", "C"),
        ("Києву", "cooperative", "C"),
        ("Польщі", "hostile", "H"),
        ("Євросоюз", "hostile", "H"),
        ("Обидві країни", "mixed", "N?"),
        ("Румунії", "cooperative", "C"),
        ("Росії", "hostile", "H"),
        ("Китай", "uncertain", "?"),
    ]


def test_the_text_is_whole_and_in_its_blocks(content):
    article, _ = made_reading()
    shown = reading(*made_reading(), dict.fromkeys(["Ukraine", "Poland"], 0) | _numbers(), True)
    texts = [
        "".join(piece.text for piece in block.pieces)
        for _, blocks in shown.groups
        for block in blocks
    ]
    assert texts == [block.pieces.text for block in article.blocks]
    assert [kind for kind, _ in shown.groups] == [
        *("heading", "paragraph", "paragraph", "paragraph"),
        *("list", "paragraph"),
    ]
    assert content.count('<li dir="auto" lang="uk">') == 3
    assert '<h4 dir="auto" lang="uk"><span class="mention' not in content
    assert '<h4 dir="auto" lang="uk">Варшава й <span class="mention cooperative"' in content


def _numbers():
    return {tag.actor: 0 for tag in made_reading()[1]}


def test_a_title_tells_all_without_a_script(content):
    mentions = Parsed(content).mentions
    assert len(mentions) == 9
    assert mentions[4]["title"] == (
        "toward European Union: hostile 0.81, neutral 0.10, cooperative 0.09; "
        "source: Росія (Russia); recognised by name"
    )
    assert (mentions[4]["tabindex"], mentions[4]["role"]) == ("0", "button")
    both = mentions[5]["title"].splitlines()
    assert [line.split(":")[0] for line in both] == ["toward Belarus", "toward Russia"]
    assert both[1].endswith(
        "(uncertain); source: not named; recognised as one of the two last named, inferred"
    )
    details = json.loads(mentions[5]["data-tags"])
    assert details[0][:3] == ["Belarus", "neutral", [0.1, 0.8, 0.1]]


def test_how_and_source_are_said():
    assert said(make_tag(how="adjective", ambiguous=True)).endswith(
        "source: Rome (Italy); recognised by an adjective, ambiguous"
    )
    assert "source: Rome; " in said(make_tag(source_actor=""))


def test_mentions_that_markup_crosses_or_that_overlap_are_marked():
    text = "<title>x</title><p>The Uni<b>ted</b> Nations &amp; Rome met.</p>"
    article = make_article(text, "a.html", markup="html")
    start = text.index("Uni<b>")
    whole = make_tag("Norway", start=start, end=text.index("ons &") + 3)
    inner = make_tag("Italy", "neutral", start=text.index("Nations"), end=text.index("ons &") + 3)
    entity = make_tag("Chad", start=text.index("&amp;"), end=text.index("&amp;") + 5)
    assert marked(article, [entity, inner, whole]) == [
        ("United Nations", "mixed", "HN"),
        ("&", "hostile", "H"),
    ]


def test_what_lies_outside_of_every_block_is_not_shown():
    text = "<script>Norway</script><p>Rome met Oslo.</p><p>Last.</p>"
    article = make_article(text, "a.html", markup="html")
    at = text.index("Norway")
    outside = make_tag(start=at, end=at + 6)
    beyond = make_tag(start=len(text), end=len(text) + 4)
    assert marked(article, [outside, beyond]) == []
    found = page([(article, [outside, beyond])], "One", {})
    assert "Norway<sup>" not in found
    assert "Rome met Oslo." in found


def test_whatever_a_text_holds_is_text(tmp_path):
    text = f'Rome met {EVIL} in \ud800 Oslo "again" and it\'s late.'
    article = make_article(text, EVIL, source=EVIL)
    at = text.index("<script>")
    tag = make_tag(EVIL, text=EVIL, start=at, end=at + len(EVIL), source=EVIL, source_actor="")
    tag = replace(tag, how="\"'<b>", language='"><b>', article=EVIL)
    other = replace(tag, start=text.index("\ud800"), end=text.index("\ud800") + 1, source="\udc00")
    found = page([(article, [tag, other])], EVIL, {EVIL: EVIL})
    parsed = Parsed(found)
    assert parsed.tags.count("script") == 1
    assert "img" not in parsed.tags
    assert "onerror" not in parsed.attributes
    assert parsed.text.count(EVIL) > 5
    assert json.loads(parsed.mentions[0]["data-tags"])[0][0] == EVIL
    write_page(tmp_path / "a.html", found)
    written = Parsed((tmp_path / "a.html").read_text(encoding="utf-8"))
    assert f"Rome met {EVIL}" in re.sub(r"(?<=> )H|(?<=}})H", "", written.text)
    assert json.loads(written.mentions[1]["data-tags"])[0][3] == "?"


def test_nothing_runs_or_loads_but_its_own(content):
    policy = unescape(re.search(r'Security-Policy" content="([^"]+)"', content)[1])
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        own = re.search(rf"<{tag}>(.*?)</{tag}>", content, re.DOTALL)[1]
        digest = b64encode(sha256(own.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "style" not in Parsed(content).attributes
    assert not re.search(r"https?://|url\(", content)


def test_the_header_says_what_it_was_made_with(content):
    assert "<h1>Grain</h1>" in content
    assert "1 article · 10 tags toward 7 actors · 2026-02-04" in content
    assert '<dt>model</dt><dd dir="auto">small.zip</dd>' in content
    assert "no probability reaches 0.50" in content


def test_actors_are_summed_up():
    _, tags = made_reading()
    first = summaries(tags)[0]
    assert (first.actor, first.statements, first.mean) == ("Ukraine", "3 statements", "+1.00")
    assert [(one.letter, one.number) for one in first.counts] == [("C", 3)]
    assert [quote.share for quote in first.cooperative] == ["0.95", "0.89"]
    unsure = next(one for one in summaries(tags) if one.actor == "China")
    assert (unsure.mean, unsure.interval, unsure.hostile) == ("–", "", ())
    assert "no statement is certain" in unsure.track


def test_the_matrix_names_unknown_sources_and_counts_what_it_leaves_out():
    tags = [
        make_tag(f"A{actor:02}", source_actor=f"S{source:02}" if source else "", source="")
        for source in range(22)
        for actor in range(17 if source == 0 else 1)
    ]
    found = sources(tags)
    assert (len(found.lines), len(found.actors)) == (20, 15)
    assert found.lines[0].source == "not named"  # it has the most statements
    assert found.lines[0].cells[0].css == "minus5"
    assert found.lines[1].cells[1].text == ""
    assert found.note == "Left out: 2 sources and 2 actors with fewer statements."
    unsure = sources([make_tag("Norway", "uncertain")]).lines[0].cells[0]
    assert (unsure.text, unsure.hint) == ("?", "Italy toward Norway: 1 statement, none certain")


def test_time_is_drawn_from_two_months_on():
    one, *_ = made_months(5)
    assert months(one[1]) is None
    tags = [tag for _, own in made_months(5) for tag in own]
    found = months(tags)
    assert [entry.name for entry in found.legend][:2] == ["all sources", "Poland"]
    russia = next(figure for figure in found.figures if figure.heading == "Russia")
    assert "2025-10 −1.00 (1)" in russia.svg
    assert "2026-02 +1.00 (1)" in russia.svg
    assert page(made_months(2), "Two", {}).count("Over time") == 2


def test_few_lines_and_charts_are_drawn():
    days = [make_tag().date, make_tag().date.replace(month=5)]
    tags = [
        make_tag(f"A{at:02}", source_actor=f"S{at % 8}", date=day)
        for day in days
        for at in range(14)
    ]
    found = months(tags)
    assert (len(found.figures), len(found.legend)) == (12, 7)
    assert found.note == "Not drawn: 2 sources and 2 actors with fewer statements."


def test_a_hundred_articles_are_shown_and_the_others_counted():
    many = [(make_article("Rome met Oslo.", f"{at}.txt"), []) for at in range(102)]
    content = page(many, "Many", {})
    assert content.count('<details class="article"') == 100
    assert content.count('<details class="article" open>') == 5
    assert "2 more articles are counted above and not shown here." in content


@pytest.mark.parametrize("tagged", [[], [(make_article("Nobody came.", "a.txt"), [])]])
def test_without_tags_it_says_so(tagged):
    content = page(tagged, "Nothing", {})
    assert "No statement names an actor." in content
    assert "<svg" not in content


def test_arabic_is_marked_and_has_its_direction():
    content = page([made_arabic()], "Arabic", {})
    assert '<p dir="auto" lang="ar">' in content
    assert ">بولندا بالرد<sup>" in content


def test_a_missing_package_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtraError, match=r"'jinja2'.*stancelab\[articles\]"):
        page([], "Nothing", {})


def test_a_single_article_comes_first_and_many_come_last():
    one, many = page([made_reading()], "One", {}), page(made_months(2), "Two", {})
    assert one.index('<section id="articles"') < one.index('<section id="actors"')
    assert many.index('<section id="articles"') > many.index('<section id="months"')


def test_an_interval_is_shown_where_statements_differ():
    tags = [make_tag("Norway", answer, at=50 * at) for at, answer in enumerate(HALVES)]
    assert re.fullmatch(r"[+−][\d.]+ to \+[\d.]+", summaries(tags)[0].interval)
    assert summaries(tags[:3])[0].interval == ""


def test_the_end_of_a_very_long_article_is_only_counted():
    article, tags = made_reading(text=GRAIN * 400)
    shown = reading(article, tags, _numbers(), True)
    blocks = [block for _, own in shown.groups for block in own]
    length = sum(len(piece.text) for block in blocks for piece in block.pieces)
    assert LONGEST - 1000 < length <= LONGEST
    assert shown.left == f"{len(article.blocks) - len(blocks)} more paragraphs not shown."
    assert shown.left in page([(article, tags)], "Long", {})
