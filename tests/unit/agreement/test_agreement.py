"""Agreement of annotators: the embedded corpus's own figures, and small cases by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from stancelab.agreement.answers import Answers
from stancelab.agreement.columns import read_columns
from stancelab.agreement.report import agree

ANNOTATIONS = Path(__file__).parents[3] / "data" / "statements" / "annotations.tsv"


def answers(*columns):
    labels = np.array(columns).T
    names = tuple("abcd"[: len(columns)])
    return Answers(names, ("id",), tuple((str(item),) for item in range(len(labels))), labels)


def test_the_data_sheet_of_the_embedded_corpus():
    found = agree(read_columns(ANNOTATIONS))
    assert (found.items, found.pairable, found.agreed) == (4309, 4308, 4259)
    assert f"{found.agreed / found.items:.1%}" == "98.8%"
    (pair,) = found.pairs
    assert (pair.items, pair.agreed) == (4308, 4259)
    assert round(pair.kappa, 3) == 0.983
    nominal = found.alpha[0]
    assert round(nominal.value, 3) == 0.983
    assert 0.975 < nominal.low < nominal.value < nominal.high < 0.99
    assert np.trace(pair.confusion) == 4259
    assert len(found.disputes) == 49


def test_a_pair_by_hand():
    # 50 items: 20 and 15 agreed, 5 and 10 not (Cohen 1960): (0.7 - 0.5) / (1 - 0.5) = 0.4.
    one = [0] * 25 + [1] * 25
    other = [0] * 20 + [1] * 5 + [0] * 10 + [1] * 15
    (pair,) = agree(answers(one, other)).pairs
    assert pair.agreement == 0.7
    assert pair.kappa == pytest.approx(0.4)
    assert pair.confusion == ((20, 5, 0), (10, 15, 0), (0, 0, 0))


def test_far_labels_weigh_more_in_the_quadratic_kappa():
    near = agree(answers([0, 1, 2, 0, 2], [0, 1, 2, 1, 2])).pairs[0]
    far = agree(answers([0, 1, 2, 0, 2], [0, 1, 2, 2, 2])).pairs[0]
    assert near.kappa_quadratic > far.kappa_quadratic
    assert near.agreement == far.agreement


def test_missing_answers_and_three_annotators():
    found = agree(answers([0, 1, -1, 2], [0, -1, -1, 0], [0, 1, 2, 1]))
    assert (found.items, found.pairable, found.agreed) == (4, 3, 2)
    assert [(pair.one, pair.other, pair.items) for pair in found.pairs] == [
        ("a", "b", 2),
        ("a", "c", 3),
        ("b", "c", 2),
    ]
    (dispute,) = found.disputes
    assert dispute.item == {"id": "3"}
    assert dispute.answers == {"a": "cooperative", "b": "hostile", "c": "neutral"}
    assert found.answers["a"] == {"hostile": 1, "neutral": 1, "cooperative": 1}


def test_the_most_distant_disputes_come_first():
    found = agree(answers([0, 0, 1], [1, 2, 2]))
    assert [dispute.item["id"] for dispute in found.disputes] == ["1", "0", "2"]


def test_what_is_not_defined_is_none():
    found = agree(answers([1, 1], [1, 1]))
    assert (found.pairs[0].kappa, found.alpha[0].value) == (None, None)
    assert found.pairs[0].agreement == 1
    apart = agree(answers([1, -1], [-1, 1]))
    assert (apart.pairs[0].agreement, apart.pairs[0].items, apart.alpha[0].low) == (None, 0, None)
