"""What tags come to: by actor, by source and actor, over time."""

from __future__ import annotations

import datetime

import pytest
from made_tags import make_tag

from stancelab.tagging.aggregates import Cell, matrix, over_time, stances


def answered(*answers, actor="Norway", article="a.txt"):
    return [make_tag(actor, one, at=100 * n, article=article) for n, one in enumerate(answers)]


def test_the_uncertain_are_counted_and_left_out_of_the_mean():
    (norway,) = stances(answered("hostile", "hostile", "cooperative", "uncertain", "neutral"))
    assert norway.counts == {"hostile": 2, "neutral": 1, "cooperative": 1, "uncertain": 1}
    assert norway.statements == 5
    assert norway.mean.value == pytest.approx(-1 / 4)
    assert -1 <= norway.mean.low < -1 / 4 < norway.mean.high <= 1


def test_actors_come_in_the_order_of_their_statements():
    tags = [*answered("hostile"), *answered("neutral", "neutral", actor="Oman")]
    assert [one.actor for one in stances(tags)] == ["Oman", "Norway"]


def test_nothing_certain_has_no_mean_and_one_statement_no_interval():
    (nothing,) = stances(answered("uncertain"))
    assert nothing.mean is None
    (single,) = stances(answered("hostile"))
    assert tuple(single.mean) == (-1.0, None, None)


def test_statements_that_are_all_alike_have_no_interval():
    (norway,) = stances(answered("hostile", "hostile", "hostile"))
    assert tuple(norway.mean) == (-1.0, None, None)


def test_of_several_articles_the_articles_are_resampled():
    alike = [
        tag
        for name, answer in (("a", "hostile"), ("b", "hostile"), ("c", "cooperative"))
        for tag in answered(*[answer] * 20, article=name)
    ]
    (by_article,) = stances(alike)
    (by_statement,) = stances(answered(*["hostile"] * 40, *["cooperative"] * 20))
    width = [one.mean.high - one.mean.low for one in (by_article, by_statement)]
    assert by_article.articles == 3
    assert width[0] > 3 * width[1]


def test_pairs_of_one_statement_are_resampled_together():
    tags = [make_tag("Norway", "hostile", at=0), make_tag("Norway", "hostile", at=0)]
    (norway,) = stances(tags)
    assert (norway.mean.low, norway.mean.high) == (None, None)


def test_the_strongest_statements_come_first():
    sure = make_tag("Norway", at=100, probabilities=(0.97, 0.02, 0.01))
    tags = [*answered("hostile", "uncertain", "neutral"), sure]
    (norway,) = stances(tags)
    assert norway.hostile == (sure, tags[0])
    assert norway.cooperative == ()


def test_the_matrix_names_the_actor_who_speaks_or_else_the_words():
    tags = [
        make_tag("Norway", "hostile"),
        make_tag("Norway", "cooperative", at=100),
        make_tag("Norway", "neutral", source="a diplomat", source_actor="", at=200),
        make_tag("Norway", "uncertain", source="", source_actor="", at=300),
    ]
    assert matrix(tags) == {
        ("Italy", "Norway"): Cell(2, 0.0),
        ("a diplomat", "Norway"): Cell(1, 0.0),
        ("", "Norway"): Cell(1, None),
    }


def test_over_time_goes_by_month_and_leaves_the_undated_out():
    march = datetime.date(2026, 3, 31)
    tags = [
        make_tag("Norway", "hostile"),
        make_tag("Norway", "cooperative", date=march),
        make_tag("Norway", "neutral", date=march),
        make_tag("Norway", "hostile", date=None),
        make_tag("Norway", "uncertain", date=march),
    ]
    assert [tuple(point) for point in over_time(tags)] == [
        ("2026-02", "Italy", "Norway", 1, -1.0),
        ("2026-03", "Italy", "Norway", 2, 0.5),
    ]


def test_two_seeds_differ_and_one_repeats():
    tags = answered(*["hostile", "neutral", "cooperative"] * 7)
    first, again, other = (stances(tags, seed)[0].mean for seed in (0, 0, 1))
    assert first == again
    assert first != other
