"""The known faults of the public corpora, as their data sheets count them."""

from __future__ import annotations

import pytest

from stancelab.checks.conflicts import find_conflicts
from stancelab.checks.duplicates import Leak, find_leaks, find_repeats
from stancelab.checks.records import records_of
from stancelab.checks.report import check
from stancelab.checks.sources import load_all

pytestmark = pytest.mark.real_data


def leak(records, source, target) -> Leak:
    found = {(one.source, one.target): one for one in find_leaks(records)}
    return found[source, target]


def test_dse_repeats_its_training_sentences():
    records = records_of(load_all(["dse"]).table)
    assert records.sizes().tolist() == [13144, 1461, 1623]
    validation = leak(records, "dse/train", "dse/validation")
    assert (validation.of, validation.records, validation.identical) == (1461, 394, 392)
    test = leak(records, "dse/train", "dse/test")
    assert (test.of, test.records, test.identical) == (1623, 401, 400)
    train = find_repeats(records)[0]
    assert (train.unfolded_identical, train.identical, train.records) == (1611, 1614, 1624)


def test_rusentne_shares_sentences_with_its_validation():
    records = records_of(load_all(["rusentne"]).table)
    found = leak(records, "rusentne/train", "rusentne/validation")
    assert (found.of, found.records, found.texts, found.identical) == (2845, 2005, 1463, 4)


def test_ruw_repeats_tweets():
    records = records_of(load_all(["ruw"]).table)
    found = leak(records, "ruw/train", "ruw/test")
    assert (found.unfolded_texts, found.texts) == (4, 5)
    train = find_repeats(records)[0]
    assert (train.of, train.unfolded, train.records) == (4200, 99, 102)


def test_ruopinionne_is_the_source_of_rusentne():
    records = records_of(load_all(["ruopinionne", "rusentne"]).table)
    found = leak(records, "rusentne/train", "ruopinionne/train")
    assert found.records > found.of / 2
    assert leak(records, "ruopinionne/train", "rusentne/validation").records > 900
    across = [one for one in find_conflicts(records).by_actor if len(one.parts) > 1]
    assert len(across) > 500


def test_near_copies_of_the_tweets():
    found = check(load_all(["pstance"]).table)
    near = {(one.source, one.target): one for one in found.near}
    assert near["pstance/train", "pstance/train"].pairs >= 25
    assert near["pstance/train", "pstance/test"].records >= 3
    assert {remark.kind for remark in found.spans if remark.rows} == {
        "cuts a word",
        "actor not named",
    }
