"""HTML and Markdown: what is text, what it is part of, and what is left out."""

from __future__ import annotations

import time
from datetime import date

import pytest

from stancelab.articles.article import Article, Markup, make_article
from stancelab.articles.problems import ArticleError


def blocks(text: str, markup: Markup = "html") -> list[tuple[str, str]]:
    return [(block.kind, block.pieces.text) for block in read(text, markup).blocks]


def read(text: str, markup: Markup = "html") -> Article:
    return make_article(text, "a", markup=markup, language="en")


def texts(text: str, markup: Markup = "html") -> list[str]:
    return [found for _, found in blocks(text, markup)]


def test_elements_of_a_page_are_paragraphs_headings_and_items() -> None:
    page = """<!DOCTYPE html><title>Not this</title><h1>Talks &amp; deals</h1>
    <p>Xi called <b>Pu</b>tin.<p>They agreed.</p>
    <ul><li>Gas.<li><p>Trade.</p></ul><blockquote>A plan.</blockquote>
    <table><tr><th>Who<td>Iran.</table><dl><dt>Term.<dd>Meaning.</dl>Tail."""
    assert blocks(page) == [
        ("heading", "Talks & deals"),
        ("paragraph", "Xi called Putin."),
        ("paragraph", "They agreed."),
        ("item", "Gas."),
        ("item", "Trade."),
        ("paragraph", "A plan."),
        ("item", "Who"),
        ("item", "Iran."),
        ("item", "Term."),
        ("item", "Meaning."),
        ("paragraph", "Tail."),
    ]


@pytest.mark.parametrize(
    "left_out",
    [
        "<script>if (a<b) alert('x')</script>",
        "<script>document.write('</p>')</script>",
        "<style>p { color: red }</style>",
        "<nav><ul><li>Home</ul></nav>",
        "<footer><p>All rights reserved.</p></footer>",
        "<aside>Read too</aside>",
        "<div hidden>Hidden</div>",
        "<div style='display: none'>Hidden</div>",
        '<div aria-hidden="true">Hidden</div>',
        "<noscript>No script</noscript>",
        "<select><option>One<option>Two</select>",
        "<svg><text>Drawn</text></svg>",
        "<!-- <p>Not yet</p> -->",
        "<!doctype x><?php echo 1 ?>",
        '<sup class="reference">[1]</sup>',
    ],
)
def test_what_is_no_text_of_the_article_is_left_out(left_out: str) -> None:
    assert texts(f"<p>Before.</p>{left_out}<p>After.</p>") == ["Before.", "After."]


def test_the_article_of_a_page_is_preferred() -> None:
    """Its title too, where that stands above it; teasers of other articles are none of it."""
    long = "Kyiv thanked Warsaw. " * 30
    teaser = "<article><h3>Other news</h3></article>"
    page = f"<div>Weather.</div><h1>War</h1><article><p>{long}</article>{teaser}<p>Comments."
    assert texts(page) == ["War", long.strip()]
    assert texts(f"<div>Weather.</div><main><p>{long}</main>") == [long.strip()]
    assert texts(f"<div>Weather.</div><div role=main><p>{long}</div>") == [long.strip()]
    body = f"<div>Weather.</div><h1>War</h1><div itemprop='articleBody'><p>{long}</div>"
    assert texts(body) == ["War", long.strip()]


def test_a_teaser_is_not_taken_for_the_article() -> None:
    long = "Kyiv thanked Warsaw. " * 300
    page = f"<article>Short.</article><div><p>{long}</div>"
    assert texts(page) == ["Short.", long.strip()]
    many = "".join(f"<article><p>{text} {long}</article>" for text in ("One.", "Two."))
    assert len(texts(f"<p>Menu.</p>{many * 2}")) == 4


def test_a_line_break_is_a_space_or_a_paragraph() -> None:
    assert texts("<p>Xi called<br>Putin.<br>They agreed.<br><br />So did Iran") == [
        "Xi called Putin.",
        "They agreed.",
        "So did Iran",
    ]
    assert blocks("They agreed on:<br>- gas<br>- trade")[1:] == [("item", "gas"), ("item", "trade")]
    assert texts("<pre>One\ntwo.\n\nThree.</pre>") == ["One two.", "Three."]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<p>a &lt; b &amp;amp; c &#8211; &#x2014;&nbsp;d", "a < b &amp; c – — d"),
        ("<p>AT&T &unknown; 5 < 6 & 7 > 3 <3", "AT&T &unknown; 5 < 6 & 7 > 3 <3"),
        ("<p title='a > b'>Kyiv", "Kyiv"),
        ('<p title="it\'s <b>">Kyiv', "Kyiv"),
        ("<p>Kyiv<img src=a alt='x'>and</p>", "Kyivand"),
        ("<p>Kyiv <a href=x", "Kyiv <a href=x"),
        ("<P CLASS=x>Kyiv</P >", "Kyiv"),
        ("<p>Kyiv</b></i></div>", "Kyiv"),
        ("<p>Ky<wbr>iv <my-tag>is</my-tag> free", "Kyiv is free"),
        ("Kyiv <!-- never closed", "Kyiv"),
        ("<p>Kyiv</p><script>never closed", "Kyiv"),
        ("<p>\u200bKy\u00adiv&shy;", "Kyiv"),
    ],
)
def test_pages_are_read_whatever_is_wrong_with_them(page: str, expected: str) -> None:
    assert texts(page) == [expected]


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2026-02-04T10:30:00+02:00">'
        '<meta name=date content=2020-01-01><time datetime="2019-01-01">',
        '<meta content="2026-02-04" itemprop="datePublished">',
        '<script type="application/ld+json">{"datePublished": "2026-02-04T08:00"}</script>',
        '<time datetime="2026-02-04">4 Feb</time><time datetime="2019-01-01">',
        '<time>4 Feb</time><time datetime="2026-02-04T10:30">',
    ],
)
def test_a_page_says_when_it_was_published(head: str) -> None:
    assert read(head + "<p>Kyiv").date == date(2026, 2, 4)


def test_a_page_without_a_day_has_that_of_its_name() -> None:
    named = make_article("<time datetime=soon>Kyiv", "x/2026-02-04-a.html", markup="html")
    assert named.date == date(2026, 2, 4)
    assert read("<p>Kyiv").date is None


@pytest.mark.parametrize(
    "piece",
    ['<a b="', "<a  ", "<!--", "<a<", "</", "<p>a", "<div>a", "<br>a", "&amp", "<a b=\"'>", "<!a "],
)
def test_broken_pages_take_time_with_their_size_alone(piece: str) -> None:
    """What the standard library reads in minutes takes seconds, whatever is left open."""
    begin = time.perf_counter()
    try:
        read("<p>Kyiv. " + piece * (400_000 // len(piece)))
    except ArticleError as error:
        raise AssertionError from error
    assert time.perf_counter() - begin < 20


def test_markdown_is_paragraphs_headings_and_items() -> None:
    text = """---
title: Not this
date: 2026-02-04
---
Talks
=====

Xi **called** Pu*t*in on the
[red *line*](http://x.y/a_(b) "Title"), says [SCMP][1] <!-- not
this -->again[^2].

## Deals ##
> They agreed:

1. gas &amp; oil
2. trade
   with Iran
- [x] done

```
code
```
| Who | What |
|-----|------|
| Iran | a \\| b |

![not this](p.png)
***
5 * 3 * 2, snake_case_name, \\*stars\\*, `x_y`, <https://a.b>, <b>bold</b>.

[1]: http://x.y
[^2]: A footnote.
"""
    article = read(text, "markdown")
    assert [(block.kind, block.pieces.text) for block in article.blocks] == [
        ("heading", "Talks"),
        ("paragraph", "Xi called Putin on the red line, says SCMP again."),
        ("heading", "Deals"),
        ("paragraph", "They agreed:"),
        ("item", "gas & oil"),
        ("item", "trade with Iran"),
        ("item", "done"),
        ("item", "Who"),
        ("item", "What"),
        ("item", "Iran"),
        ("item", "a | b"),
        ("paragraph", "5 * 3 * 2, snake_case_name, *stars*, x_y, https://a.b, bold."),
        ("paragraph", "A footnote."),
    ]
    assert article.date == date(2026, 2, 4)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Xi is [not] a link, nor is [this](", "Xi is [not] a link, nor is [this]("),
        ("[![Picture](a.png)](http://x) Xi.", "Xi."),
        ("__Xi__ ~~not~~ ***all***.", "Xi not all."),
        ("**unclosed Xi.", "**unclosed Xi."),
        ("Xi.<br>Putin.", "Xi. Putin."),
        ("1986. A year.", "1986. A year."),
        ("In\n1986. A year.", "In 1986. A year."),
    ],
)
def test_markdown_within_a_paragraph(text: str, expected: str) -> None:
    assert " ".join(texts(text, "markdown")) == expected


def test_a_text_without_letters_is_none() -> None:
    with pytest.raises(ArticleError, match=r"a: holds no text; name one with text.*as html"):
        read("<nav>Only a menu</nav><p>1 2 3 …")
