"""The page: whole, alone, never running what a text says, and without empty parts."""

from __future__ import annotations

import json
import re
import sys
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from time import perf_counter
from xml.etree import ElementTree

import numpy as np
import pytest
from made_comparison import made_comparison

from stancelab.comparison.page import page
from stancelab.comparison.records import Comparison
from stancelab.comparison.views.costs import costs
from stancelab.comparison.views.curves import risk_at
from stancelab.comparison.views.mistakes import mistakes
from stancelab.errors import MissingExtraError
from stancelab.evaluation.abstention import RiskCoverage
from stancelab.evaluation.calibration import Calibration

EVIL = "<script>alert(1)</script> \"><img src=x onerror='alert(2)'> & {{ 7 * 7 }}"
BOARD = ("leaderboard", "forest", "differences", "confusions")
BOARD += ("confidence", "slices", "stances", "cost")


class Tags(HTMLParser):
    """Collects the tags and attributes of a page, its ids and its text."""

    def __init__(self, content):
        super().__init__()
        self.tags, self.attributes, self.ids, self.text = [], set(), [], ""
        self.feed(content)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def comparison():
    return made_comparison()


@pytest.fixture(scope="module")
def content(comparison):
    return page(comparison)


def evil_comparison():
    """Say the worst in every place that takes a text."""
    made = made_comparison(models=3, errors=2)
    board = made.boards[0]
    standings = list(board.standings)
    first = standings[0]
    standings[0] = replace(
        first,
        row=replace(first.row, model=EVIL, control=EVIL),
        slices=tuple(replace(one, dimension=EVIL, value=EVIL) for one in first.slices[:1]),
        stances=(replace(first.stances[0], group=EVIL),),
    )
    differences = tuple(replace(one, first=EVIL) for one in board.differences[:1])
    wrong = next(iter(made.mistakes.values()))[0]
    wrong = replace(wrong, id=EVIL, text=EVIL, actor=EVIL, language=EVIL, words=((EVIL, 1.0),))
    report = next(iter(made.bias.values()))
    return Comparison(
        title=EVIL,
        question=EVIL,
        boards=(
            replace(
                board, train=EVIL, test=EVIL, standings=tuple(standings), differences=differences
            ),
        ),
        learning=(replace(made.learning[0], model=EVIL, train=EVIL),),
        mistakes={EVIL: [wrong]},
        configs={EVIL: {EVIL: EVIL}},
        about={EVIL: EVIL},
        bias={EVIL: replace(report, actors=(replace(report.actors[0], actor=EVIL),))},
    )


def test_texts_come_out_as_text():
    content = page(evil_comparison())
    found = Tags(content)
    assert found.tags.count("script") == 2  # its own, and the errors as data
    assert "img" not in found.tags
    assert not [name for name in found.attributes if name.startswith("on")]
    assert found.text.count(EVIL) > 5
    assert json.loads(island(content))["texts"] == [[EVIL, EVIL]]


def island(content):
    return re.search(r'<script type="application/json"[^>]*>(.*?)</script>', content)[1]


def test_the_page_needs_nothing_else(content):
    assert content.startswith("<!doctype html>")
    assert "http://" not in content
    assert "https://" not in content
    assert not Tags(content).attributes & {"src", "style", "srcset", "action"}


def test_only_its_own_script_and_style_may_be_used(content):
    policy = unescape(re.search(r'Security-Policy" content="([^"]+)"', content)[1])
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        own = re.search(rf"<{tag}>(.*?)</{tag}>", content, re.DOTALL)[1]
        digest = b64encode(sha256(own.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_charts_are_well_formed_and_say_what_they_show(content):
    charts = re.findall(r'<svg role="img".*</svg>$', content, re.MULTILINE)
    assert len(charts) == content.count('role="img"')
    for chart in charts:
        root = ElementTree.fromstring(chart)
        assert root.findtext("title")
        assert re.search(r"\d", root.findtext("desc"))


def test_ids_are_unique_and_links_lead_to_them(content):
    ids = Tags(content).ids
    assert len(ids) == len(set(ids))
    assert {*re.findall(r'href="#([^"]+)"', content)} <= {*ids}


def test_the_numbers_are_there(comparison, content):
    text = Tags(content).text
    board = comparison.boards[0]
    for one in board.standings:
        assert f"{one.row.macro_f1:.3f}" in text
        assert f"{one.row.macro_f1_seeds_low:.3f}–{one.row.macro_f1_seeds_high:.3f}" in text
        assert f"{one.calibration.ece:.3f}" in text
        assert f"{one.matrix[0, 0]:,.0f}" in text
        assert f"{one.slices[0].macro_f1:.2f}" in text
    for one in board.differences:
        assert f"{abs(one.value):.3f}" in text
    for one in comparison.learning:
        assert f"{one.macro_f1:.3f}" in text
    assert "080e95e0c7d1f0a3b2" in text
    assert "weighted κ" in text


def test_differences_are_of_the_line_minus_the_column(comparison, content):
    one = comparison.boards[0].differences[0]
    row = re.search(
        r'<table class="matrix">.*?<tbody>\n<tr.*?</tr>\n<tr.*?</tr>', content, re.DOTALL
    )
    upper, lower = re.findall(r'data-pair="0">([^<]+)<', row[0])
    assert upper == f"+{one.value:.3f}"
    assert lower == f"−{one.value:.3f}"


def test_significant_differences_are_marked_by_more_than_colour(comparison, content):
    strong = [one for one in comparison.boards[0].differences if one.is_significant]
    assert strong
    assert content.count("▲ +") == len(strong)
    assert content.count("▼ −") == len(strong)


@pytest.mark.parametrize(
    "section", ["differences", "slices", "stances", "learning", "bias", "errors"]
)
def test_empty_parts_vanish(comparison, section):
    board = comparison.boards[0]
    bare = replace(
        board,
        differences=(),
        standings=tuple(replace(one, slices=(), stances=()) for one in board.standings),
    )
    content = page(Comparison("title", "", (bare,)))
    assert f'data-section="{section}"' not in content
    assert f'data-to="{section}"' not in content
    assert 'data-section="leaderboard"' in content
    assert "was not tested" in content


def test_a_model_of_which_little_is_known_is_shown():
    made = made_comparison(models=2)
    nan = float("nan")
    board = made.boards[0]
    empty = dict.fromkeys(("mae", "weighted_kappa", "polar_errors", "actor_swap"))
    empty |= {
        f"{name}{end}": None
        for name in ("macro_f1", "macro_f1_seeds", *empty)
        for end in ("_low", "_high")
    }
    poor = replace(
        board.standings[0],
        row=replace(board.standings[0].row, train_seconds=nan, **empty),
        calibration=Calibration(nan, nan, nan, nan, nan, nan, ()),
        risk_coverage=RiskCoverage((), (), nan),
        matrix=np.zeros((3, 3)),
        slices=tuple(replace(one, macro_f1=nan, low=nan) for one in board.standings[0].slices),
        stances=(),
        megabytes=None,
    )
    content = page(replace(made, boards=(replace(board, standings=(poor,), differences=()),)))
    assert not re.search(r"\b(nan|inf|None)\b", Tags(content).text.split('"use strict"')[0])
    assert "weighted κ" not in content
    assert 'data-section="slices"' not in content


def test_boards_stand_one_below_the_other_without_scripts():
    content = page(made_comparison(models=3, boards=3))
    assert content.count('<article class="board"') == 3
    assert 'data-choice="Board"' in content
    assert "Trained on statements, tested on newsmtsc" in content
    assert "3%" in content  # the leaked share
    assert 'data-choice="Board"' not in page(made_comparison(models=3))


def test_the_best_stand_first_wherever_they_are_given(comparison, content):
    board = comparison.boards[0]
    turned = replace(
        comparison,
        boards=(replace(board, standings=board.standings[::-1]),),
        mistakes=dict(reversed(comparison.mistakes.items())),
        configs=dict(reversed(comparison.configs.items())),
    )
    found = page(turned)
    best = board.standings[0].row.model
    assert json.loads(island(found))["models"][0] == best
    table = re.compile(r'data-section="leaderboard".*?</table>', re.DOTALL)
    assert table.search(found)[0] == table.search(content)[0]


def test_the_best_and_those_like_it_are_named(content):
    assert "finetuned/multilingual-e5-small/all-heads is best, with a macro-F1 of 0.731" in content
    assert "embedding_logreg is not significantly worse" in content
    assert content.count(">≈ best</span>") == 2  # on the leaderboard and with the calibration


def test_mentions_are_counted_as_scripts_count(comparison):
    found = mistakes(comparison.mistakes)
    for error in found["errors"]:
        text, actor, start, end = found["texts"][error[1]][0], *error[2:5]
        assert text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le") == actor


def test_texts_are_there_once(comparison):
    own = next(iter(comparison.mistakes.values()))
    found = mistakes({"a": own, "b": own})
    assert len(found["errors"]) == 2 * len(own)
    assert len(found["texts"]) == len(own)


def test_the_frontier_leaves_out_what_a_cheaper_one_equals(comparison):
    board = comparison.boards[0]
    for name, figure in costs(board):
        worth = re.search(r"\(filled\): ([^.]+)\.", figure.caption)[1].split(", ")
        read = {"time to predict": "predict_microseconds", "time to train": "train_seconds"}
        spent = {
            one.row.model: getattr(one.row, read[name]) if name in read else one.megabytes
            for one in board.standings
        }
        scores = {one.row.model: one.row.macro_f1 for one in board.standings}
        assert all(spent[one] < spent[two] for one, two in pairwise(worth))
        assert all(scores[one] < scores[two] for one, two in pairwise(worth))
        assert worth[-1] == board.standings[0].row.model


def test_risk_is_that_of_the_rows_that_are_answered():
    curve = RiskCoverage((0.25, 0.5, 0.75, 1.0), (0.0, 0.1, 0.2, 0.3), 0.15)
    assert [risk_at(curve, one) for one in (0.25, 0.5, 0.6, 1.0)] == [0.0, 0.1, 0.2, 0.3]


def test_a_large_page_is_small_and_soon_there():
    made = made_comparison(models=10, errors=100)
    started = perf_counter()
    content = page(made)
    assert perf_counter() - started < 2
    assert len(content.encode()) < 1_500_000


def test_a_missing_extra_is_named(comparison, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtraError, match=r"needs the package 'jinja2'.*stancelab\["):
        page(comparison)


def test_every_section_of_a_board_is_there(content):
    assert all(f'id="b1-{name}"' in content for name in BOARD)
