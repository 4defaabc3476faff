"""The errors that a model is surest of."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from stancelab.evaluation.mistakes import MOST_MISTAKES, Mistake, as_table, from_table, mistakes
from stancelab.evaluation.predictions import PROBABILITIES, asked
from stancelab.evaluation.test_sets import TestSet
from stancelab.models.linear import TfidfLogreg
from stancelab.predictors.evidence import evidence
from stancelab.predictors.priors import ConstantPredictor
from stancelab.schema import LABELS, labels_of
from stancelab.schema import as_table as statement_table

ALL = TestSet("all", (0, 1, 2), 10)
POLAR = TestSet("polar", (0, 2), 10)
OR_NOT = TestSet("or not", (0, 1), 10, hostile_or_not=True)
ANSWERED = ("predicted", "label")
CONSTANT = ConstantPredictor(np.full(3, 1 / 3))


def predictions(labels, probabilities, ids=None):
    rows = [
        {"id": str(at), "text": f"Rome thanked Oslo {at} times.", "actor": "Oslo", "label": label}
        for at, label in zip(ids or range(len(labels)), labels, strict=True)
    ]
    return answered(statement_table(rows), np.array(probabilities))


def answered(table, probabilities):
    table = asked(table)
    for name, column in zip(PROBABILITIES, probabilities.T, strict=True):
        table = table.append_column(name, pa.array(column))
    return table


def brief(found):
    return [(one.id, one.label, one.predicted, round(one.confidence, 4)) for one in found]


def test_wrong_rows_are_given_the_surest_first():
    shares = [[0.1, 0.2, 0.7], [0.8, 0.1, 0.1], [0.0, 0.3, 0.7], [0.3, 0.4, 0.3], [0.9, 0.1, 0.0]]
    table = predictions([0, 2, 1, 0, 0], shares, ids=["c", "x", "b", "a", "right"])
    expected = [
        ("x", "cooperative", "hostile", 0.8),
        ("b", "neutral", "cooperative", 0.7),
        ("c", "hostile", "cooperative", 0.7),
        ("a", "hostile", "neutral", 0.4),
    ]
    assert brief(mistakes(table, CONSTANT, ALL)) == expected
    assert brief(mistakes(table.take([4, 3, 2, 1, 0]), CONSTANT, ALL)) == expected
    assert brief(mistakes(table, CONSTANT, ALL, limit=2)) == expected[:2]
    assert mistakes(table.slice(4), CONSTANT, ALL) == []
    [first, *_] = mistakes(table, CONSTANT, ALL)
    assert (first.text, first.actor) == ("Rome thanked Oslo x times.", "Oslo")
    assert first.text[first.mention_start : first.mention_end] == "Oslo"
    assert first.words == ()


def test_where_there_is_no_neutral_the_answer_is_one_of_the_other_two():
    table = predictions([0, 2, 0], [[0.1, 0.6, 0.3], [0.1, 0.8, 0.1], [0.2, 0.8, 0.0]])
    assert brief(mistakes(table, CONSTANT, POLAR)) == [
        ("0", "hostile", "cooperative", 0.75),
        ("1", "cooperative", "hostile", 0.5),
    ]


def test_hostile_or_not_is_one_of_these():
    shares = [[0.2, 0.3, 0.5], [0.6, 0.3, 0.1], [0.1, 0.2, 0.7], [0.1, 0.9, 0.0]]
    table = predictions([0, -1, -1, 0], shares)
    assert brief(mistakes(table, CONSTANT, OR_NOT)) == [
        ("3", "hostile", "neutral", 0.9),
        ("0", "hostile", "neutral", 0.8),
        ("1", "neutral", "hostile", 0.6),
    ]


@pytest.fixture(scope="module")
def trained(corpus):
    """A model of few rows, and what it answers on others."""
    order = np.random.default_rng(2).permutation(len(corpus))
    learnt, others = corpus.take(order[:300]), corpus.take(order[300:900])
    predictor = TfidfLogreg(characters=False, random_state=0).fit(learnt, labels_of(learnt))
    predictor = predictor.predictor_
    return predictor, others, answered(others, predictor.predict_proba(others))


def test_the_words_are_those_that_led_to_the_answer(trained):
    predictor, others, table = trained
    found = mistakes(table, predictor, ALL)
    assert len(found) == MOST_MISTAKES
    assert all(one.label != one.predicted for one in found)
    places = {name: at for at, name in enumerate(others["id"].to_pylist())}
    rows = others.take([places[one.id] for one in found])
    codes = (np.array([LABELS.index(getattr(one, name)) for one in found]) for name in ANSWERED)
    assert [one.words for one in found] == evidence(predictor, rows, *codes)
    assert np.mean([bool(one.words) for one in found]) > 0.8


def test_hostile_or_not_is_explained_by_the_label_that_was_likelier(trained):
    """An answer "not hostile" that was cooperative has the words that spoke for cooperative."""
    predictor, others, table = trained
    chosen = predictor.predict_proba(others).argmax(axis=1)
    hostile = labels_of(others) == 0
    expected = {
        one.id: one.words
        for one in mistakes(table.filter(pa.array(hostile & (chosen == 2))), predictor, ALL, 999)
    }
    found = mistakes(table.filter(pa.array(hostile)), predictor, OR_NOT, 999)
    assert {one.predicted for one in found} == {"neutral"}
    assert expected
    assert expected.items() <= {one.id: one.words for one in found}.items()


def test_mistakes_survive_their_table(trained):
    predictor, _, table = trained
    found = mistakes(table, predictor, ALL, limit=20)
    found.append(
        Mistake("ї", 'a "quoted" – 中', "", "", -1, -1, "hostile", "neutral", 0.5, (('"ї"', 1e-9),))
    )
    made = as_table(found)
    assert made.schema.names == list(Mistake.__dataclass_fields__)
    assert made["words"][-1].as_py() == '[["\\"ї\\"", 1e-09]]'
    assert from_table(made) == found
    assert from_table(as_table([])) == []
