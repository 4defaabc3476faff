"""Whatever a text is wrapped in, spans point at the same words in the unchanged input."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stancelab.actors.lookalikes import TO_CYRILLIC
from stancelab.actors.normalising import normalise
from stancelab.articles.article import Article, Markup, make_article
from stancelab.articles.cleaning import clean
from stancelab.articles.problems import ArticleError
from stancelab.articles.sentences import before, sentences_of
from stancelab.articles.traced import Traced, gathered, inserted, joined, whole

MARKUPS: tuple[Markup, ...] = ("plain", "html", "markdown")
LETTERS = "абвїєґыэABCxyzéß中国مص"
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=8), min_size=1, max_size=12)


def pieces_of(written: str) -> list[str]:
    return written.split()


ODD = ["\u00ad", "\u200b", "e\u0301", "\u00a0", "’", "Rосія", "\ufeff", "\U0001f600", "\r\n"]
SIGNS = ["\n", "\n\n", "\t", "\x0b", ". ", ": ", "… ", "В. ", " – ", "- ", "1. ", *'«»"', *ODD]
PIECES = {
    "plain": SIGNS,
    "html": SIGNS
    + pieces_of("<p> </p> <br> <b> </b> <li> <h2> </h2> <td> <script> </script> <!-- --> < & >")
    + pieces_of("&amp; &nbsp; &shy; &#1081; &foo <article> </article> <nav> </nav> '> <pre>")
    + ["<div hidden>", "<a href='"],
    "markdown": SIGNS
    + pieces_of("** * _ ` [ ]( ) ![ ] <b> <br> <!-- --> | \\ ~~ [^ ]: &lt; &nbsp; \\*")
    + ["# ", "> ", "---\n", "===\n", "```\n", "|-|\n"],
}


def read(text: str, markup: Markup) -> Article | None:
    try:
        return make_article(text, "a", markup=markup)
    except ArticleError as error:
        assert "holds no text" in str(error)  # noqa: PT017
        return None


def is_reading_of(char: str, original: str) -> bool:
    """Say whether a stretch of the input can be read as a character."""
    if char == " ":
        written = unescape(re.sub(r"</?br\b[^>]*>", " ", original, flags=re.IGNORECASE))
        return normalise(written).text.isspace()
    cleaned = normalise(unescape(original) if original[0] == "&" else original).text
    return char in cleaned or is_look_alike(char, cleaned)


def is_look_alike(char: str, original: str) -> bool:
    """Letters change their script with the word that they are of."""
    pairs = {frozenset((chr(latin), cyrillic)) for latin, cyrillic in TO_CYRILLIC.items()}
    return frozenset((char, original)) in pairs | {frozenset("PР")}


def check(pieces: Traced, text: str) -> None:
    assert len(pieces.starts) == len(pieces.ends) == len(pieces.text)
    spans = list(zip(pieces.starts, pieces.ends, strict=True))
    assert spans == sorted(spans)
    for char, (start, end) in zip(pieces.text, spans, strict=True):
        assert 0 <= start < end <= len(text)
        assert is_reading_of(char, text[start:end]), (char, text[start:end])


@pytest.mark.parametrize("markup", MARKUPS)
@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_every_character_was_read_where_its_span_points(markup: Markup, data) -> None:
    piece = st.one_of(st.sampled_from(PIECES[markup]), st.text(LETTERS + " ", max_size=5))
    text = "".join(data.draw(st.lists(piece, max_size=40)))
    article = read(text, markup)
    for block in article.blocks if article else ():
        check(block.pieces, text)
        assert block.pieces.text == block.pieces.text.strip()
        assert "  " not in block.pieces.text


@pytest.mark.parametrize("markup", MARKUPS)
@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_sentences_say_all_that_their_blocks_say(markup: Markup, data) -> None:
    piece = st.one_of(st.sampled_from(PIECES[markup]), st.text(LETTERS + " ", max_size=5))
    article = read("".join(data.draw(st.lists(piece, max_size=60))), markup)
    if article is None:
        return
    found = sentences_of(article)
    for number, block in enumerate(article.blocks):
        own = [each for each in found if each.block == number]
        said = "".join(each.text[each.own :] for each in own)
        assert said.replace(" ", "") == block.pieces.text.replace(" ", "")
        for each in own:
            assert (each.start, each.end) == each.span(each.own, len(each.text))
            assert each.pieces.text[each.at : each.at + len(each.text)] == each.text
    assert [(each.start, each.end) for each in found] == sorted((s.start, s.end) for s in found)
    for at in range(len(found)):
        assert before(found, at, article) in (None, found[at - 1])


WRAPPERS = {
    "plain": [("", ""), ("", "\u00ad"), ("«", "»"), ("\u200b", ""), ("(", ")")],
    "html": [
        *(("<b>", "</b>"), ("<a href='x'>", "</a>"), ("", "&nbsp;"), ("&laquo;", "&raquo;")),
        *(("<!-- no -->", ""), ("<script>no()</script>", ""), ("<br>", ""), ("", "</p><p>")),
        *(("<li>", "</li>"), ("<h2>", "</h2>"), ("<nav>no</nav>", ""), ("", "")),
    ],
    "markdown": [
        *(("**", "**"), ("_", "_"), ("[", "](http://x.y)"), ("`", "`"), ("", "\n\n")),
        *(("\n\n# ", "\n\n"), ("\n\n- ", "\n"), ("![no](x)", ""), ("<b>", "</b>"), ("", "&nbsp;")),
    ],
}


@pytest.mark.parametrize("markup", MARKUPS)
@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_a_word_is_found_where_it_was_put(markup: Markup, data) -> None:
    """Each word is unique, so that its place in the input is known whatever is around it."""
    text, places = "<p>" if markup == "html" else "", {}
    for number, word in enumerate(data.draw(WORDS)):
        left, right = data.draw(st.sampled_from(WRAPPERS[markup]))
        token = f"ж{word}{'абвгд'[number % 5] * (number + 1)}ж"
        text += f" {left}"
        places[normalise(token).text] = len(text), len(text) + len(token)
        text += f"{token}{right}"
    article = make_article(text, "a", markup=markup)
    found = set()
    for sentence in sentences_of(article):
        for token, place in places.items():
            at = sentence.text.find(token, sentence.own)
            if at >= 0:
                assert sentence.span(at, at + len(token)) == place
                found.add(token)
    assert found == set(places)


@given(st.text(st.sampled_from("ab \n\u00ad\u0301е\u00a0&;")), st.data())
def test_steps_of_tracing_can_be_put_behind_one_another(text: str, data: st.DataObject) -> None:
    """What two edits make of a text is what one edit makes of the other's text."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=4, max_size=4)))
    edits = [(cuts[0], cuts[1], ""), (cuts[2], cuts[3], "x" if cuts[2] < cuts[3] else "")]
    edited = whole(text, 0, len(text)).rewritten(edits)
    cleaned = clean(edited)
    for at in range(len(cleaned.text)):
        start, end = cleaned.span(at, at + 1)
        assert 0 <= start < end <= len(text)
    again = gathered(text, [(0, cuts[0]), (cuts[0], len(text))])
    assert again.text == text
    assert list(again.starts) == list(range(len(text)))
    place = inserted("yz", cuts[1])
    assert joined([again, place]).text == text + "yz"


_MEASURED = """
import resource, sys
from stancelab.articles.languages import detect
from stancelab.articles.reading import read_articles
from stancelab.articles.sentences import sentences_of
from stancelab.articles.segments import segment

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

detect("Так чи ні"), segment("Так.", "uk")
before = peak()
(article,) = read_articles(sys.argv[1])
sentences = sentences_of(article)
print(peak() - before, len(sentences))
"""

PARAGRAPH = (
    "Лідер Китаю Сі Цзіньпін провів відеодзвінок із В. Путіним. «Відносини між Пекіном і Москвою "
    "знаходяться на правильній траєкторії. Так!» – сказав він. Сторони домовилися про все.\n\n"
)


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".txt", "-one.txt", "-cp1251.txt", ".html", ".md", ".csv"])
def test_an_article_of_ten_megabytes_takes_less_than_half_a_gigabyte(tmp_path, ending) -> None:
    text = PARAGRAPH * (10 * 2**20 // len(PARAGRAPH.encode()))
    written = {
        ".html": "<html><article><p>"
        + text.replace("\n\n", "</p>\n<p>").replace(" і ", "&nbsp;і "),
        ".md": text.replace("Пекіном", "**Пекіном**"),
        ".csv": f'text\n"{text}"\n',
        "-one.txt": text.replace("\n\n", " "),
    }.get(ending, text)
    path = tmp_path / f"a{ending}"
    path.write_text(written, encoding="cp1251" if "cp1251" in ending else "utf-8")
    command = [sys.executable, "-c", _MEASURED, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    megabytes, sentences = map(float, done.stdout.split())
    assert sentences >= 3 * text.count("\n\n")
    assert megabytes < 500
