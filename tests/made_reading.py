"""Invented articles with tags, to be shown on a page."""

from __future__ import annotations

import datetime
from dataclasses import replace

from made_tags import make_tag

from stancelab.articles.article import make_article
from stancelab.articles.sentences import sentences_of

GRAIN = """Варшава й Київ домовилися про зерно, Мінськ погрожує відповіддю

Польща та Україна підписали угоду про транзит зерна. Варшава подякувала Києву за терпіння.

Білоруська влада пригрозила Польщі закрити кордон, а Росія звинуватила Євросоюз у тиску. Обидві \
країни назвали угоду ворожою.

За даними варшавської газети, сторони обговорили:

- спільний контроль якості;
- допомогу Румунії, яка просила Україну про потяги;
- санкції проти Росії, яких вимагає Литва.

Анкара готова прийняти делегації, але що скаже Китай, ніхто не знає.
"""
ARABIC = "وقعت بولندا اتفاقا مع أوكرانيا. وهددت روسيا بولندا بالرد."

# What is marked: the words, the actor, the probabilities, how, the source and its actor.
_GRAIN = (
    ("Київ", "Ukraine", (0.03, 0.16, 0.81), "capital", "Варшава", "Poland"),
    ("Україна", "Ukraine", (0.02, 0.09, 0.89), "name", "Польща", "Poland"),
    ("Києву", "Ukraine", (0.01, 0.04, 0.95), "capital", "Варшава", "Poland"),
    ("Польщі", "Poland", (0.92, 0.06, 0.02), "name", "Білоруська влада", "Belarus"),
    ("Євросоюз", "European Union", (0.81, 0.10, 0.09), "name", "Росія", "Russia"),
    ("Обидві країни", "Belarus", (0.10, 0.80, 0.10), "pair", "", ""),
    ("Обидві країни", "Russia", (0.40, 0.35, 0.25), "pair", "", ""),
    ("Румунії", "Romania", (0.05, 0.20, 0.75), "name", "варшавської газети", ""),
    ("Росії", "Russia", (0.77, 0.20, 0.03), "name", "варшавської газети", ""),
    ("Китай", "China", (0.21, 0.47, 0.32), "name", "", ""),
)
_ARABIC = (
    ("أوكرانيا", "Ukraine", (0.03, 0.16, 0.81), "name", "بولندا", "Poland"),
    ("بولندا بالرد", "Poland", (0.9, 0.06, 0.04), "name", "روسيا", "Russia"),
)


def made_reading(name="2026-02-04-grain.txt", day=None, text=GRAIN, marks=_GRAIN):
    """Make an article with its tags."""
    article = make_article(text, name, day=day)
    return article, [_tag(article, *mark) for mark in marks]


def made_months(count=5):
    """Make an article a month, in the last of which Russia is spoken of ever better."""
    first = datetime.date(2025, 10, 1)
    days = [first + datetime.timedelta(days=31 * number) for number in range(count)]
    made = [made_reading(f"grain-{day}.txt", day) for day in days]
    shares = [(0.9 - 0.2 * at, 0.1, 0.2 * at) for at in range(count)]
    for (_, tags), three in zip(made, shares, strict=True):
        tags[8] = replace(tags[8], probabilities=three)
    return made


def made_arabic():
    """Make an article that is written from right to left."""
    return made_reading("ar.txt", datetime.date(2026, 2, 4), ARABIC, _ARABIC)


def _tag(article, words, actor, shares, how, source, owner):
    start = article.text.index(words)
    sentence = next(one for one in sentences_of(article) if one.start <= start < one.end)
    return replace(
        make_tag(actor, article=article.name, date=article.date, probabilities=shares, how=how),
        start=start,
        end=start + len(words),
        mention=words,
        text=article.text[sentence.start : sentence.end],
        statement_start=sentence.start,
        statement_end=sentence.end,
        source=source,
        source_actor=owner,
        inferred=how == "pair",
        language=article.blocks[0].language,
    )
