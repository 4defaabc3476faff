"""One encoder over corpora that label differently: heads of their own, and one that they share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from made_trained import VERBS, small, two_corpora

from stancelab.errors import UnknownNameError
from stancelab.finetuning.corpora import Corpora
from stancelab.models.transformer import TransformerConfig
from stancelab.predictors.checked import StateError
from stancelab.predictors.transformer import TransformerPredictor
from stancelab.schema import labels_of

TABLE = two_corpora()
LABELS = labels_of(TABLE)
OF = np.array(TABLE.column("dataset").to_pylist())


@pytest.fixture(scope="module")
def learnt(encoders):
    chosen = {"epochs": 20, "pooling": "span", "other_names": 0.0, "sampling_temperature": 2.0}
    return small(encoders["words"], native=True, **chosen).fit(TABLE, LABELS)


def part(name):
    return TABLE.filter(pa.array(name == OF))


@pytest.mark.parametrize("name", ["verbs", "signs"])
def test_each_corpus_has_a_head_for_its_own_labels(learnt, name):
    own = part(name)
    found = learnt.predict_native(own, name)
    assert found.shape == (len(own), len(learnt.native_classes(name)))
    named = learnt.native_classes(name)[found.argmax(axis=1)]
    assert (named == np.array(own["native_label"].to_pylist())).mean() > 0.9
    assert set(learnt.native_classes(name)) == (set(VERBS) if name == "verbs" else set("+-0"))


def test_a_corpus_without_neutral_does_not_teach_that_nothing_is():
    corpora = Corpora.of(TABLE, LABELS, native=True)
    assert dict(zip(corpora.own, corpora.polar, strict=True)) == {"signs": False, "verbs": True}


def test_the_shared_head_knows_what_only_one_corpus_can_tell(learnt):
    """The rows of the other say hostile or cooperative alone, which does not speak against it."""
    own = part("signs")
    praised = np.array(own["native_label"].to_pylist()) == "0"
    assert (learnt.predict(own)[praised] == 1).mean() > 0.9
    polar = learnt.predict_proba(part("verbs"))[:, [0, 2]].argmax(axis=1) * 2
    assert (polar == labels_of(part("verbs"))).mean() > 0.9


def test_all_heads_answer_at_once(learnt):
    shared, own = learnt.predictor_.predict_heads(TABLE)
    np.testing.assert_array_equal(shared, learnt.predict_proba(TABLE))
    assert set(own) == {"verbs", "signs"}
    for name, found in own.items():
        np.testing.assert_array_equal(found, learnt.predict_native(TABLE, name))


def test_a_head_is_asked_by_its_name(learnt):
    with pytest.raises(ValueError, match="name a head; there is signs, verbs"):
        learnt.predict_native(TABLE)
    with pytest.raises(UnknownNameError, match="unknown head 'sings'; did you mean 'signs'"):
        learnt.predict_native(TABLE, "sings")


def test_a_head_can_answer_in_place_of_the_shared_one(learnt):
    own = part("signs")
    answering = learnt.predictor_.answering_by("signs")
    found = answering.predict_proba(own)
    np.testing.assert_allclose(  # the order of its own labels is + - 0, of ours hostile to coop.
        found[:, [2, 0, 1]], learnt.predict_native(own, "signs"), atol=1e-6
    )
    assert not np.allclose(found, learnt.predict_proba(own), atol=1e-3)
    again = TransformerPredictor.from_state(answering.state())
    np.testing.assert_array_equal(again.predict_proba(own), found)


def test_labels_that_are_one_of_ours_are_added_up(learnt):
    own = part("verbs")
    answering = learnt.predictor_.answering_by("verbs")
    shares, found = learnt.predict_native(own, "verbs"), answering.predict_proba(own)
    words = learnt.native_classes("verbs").tolist()
    assert len(words) == 4
    for code in (0, 2):
        mine = [words.index(word) for word, one in answering.own["verbs"].items() if one == code]
        np.testing.assert_allclose(found[:, code], shares[:, mine].sum(axis=1), atol=1e-6)
    assert (found[:, 1] == 0).all()
    again = TransformerPredictor.from_state(answering.state())
    np.testing.assert_array_equal(again.predict_proba(own), found)
    weighed = answering.weigh_words(own.slice(0, 4), np.full(4, 2), np.full(4, 0))
    assert all(max(abs(weight) for _, weight in row.words) > 1e-3 for row in weighed)


@pytest.mark.parametrize("codes", [[], [3], [0.0], [True], "012"])
def test_codes_that_are_no_labels_are_refused(learnt, codes):
    state = learnt.predictor_.state()
    with pytest.raises(StateError, match="'codes'"):
        TransformerPredictor.from_state(replace(state, settings={**state.settings, "codes": codes}))


def test_the_head_that_answers_is_chosen_in_the_experiment(encoders):
    chosen = {"epochs": 1, "pooling": "span", "native": True}
    shared = small(encoders["words"], **chosen).fit(TABLE, LABELS)
    own = small(encoders["words"], **chosen, head="signs").fit(TABLE, LABELS)
    expected = shared.predictor_.answering_by("signs").predict_proba(TABLE)
    np.testing.assert_array_equal(own.predict_proba(TABLE), expected)
    with pytest.raises(ValueError, match='head = "signs" needs native = true'):
        TransformerConfig(head="signs")


def test_weights_written_when_there_was_one_head_are_read(encoders):
    state = small(encoders["words"], epochs=1, native=True).fit(
        part("verbs"), labels_of(part("verbs"))
    )
    found = state.predictor_
    settings = {key: one for key, one in found.state().settings.items() if key != "own"}
    arrays = {name.replace(".own_0.", ".native."): one for name, one in found.weights.items()}
    from stancelab.predictors.base import State

    before = State({**settings, "native_labels": sorted(VERBS)}, arrays)
    read = TransformerPredictor.from_state(before)
    np.testing.assert_array_equal(read.predict_proba(TABLE), found.predict_proba(TABLE))
    np.testing.assert_array_equal(read.predict_native(TABLE), found.predict_native(TABLE, "verbs"))
