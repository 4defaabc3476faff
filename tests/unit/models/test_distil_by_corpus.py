"""One encoder for several corpora, each of which has teachers of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pytest
from made_trained import Recording, small, two_corpora
from pydantic import ValidationError

from stancelab.finetuning.shares import Shares
from stancelab.models.base import StanceClassifier
from stancelab.models.distil import Distil, DistilConfig
from stancelab.models.teaching import shares_by_corpus
from stancelab.models.transformer import TransformerConfig
from stancelab.monitor import Surroundings
from stancelab.predictors.priors import ConstantPredictor
from stancelab.schema import labels_of

TABLE = two_corpora()
LABELS = labels_of(TABLE)
OF = np.array(TABLE.column("dataset").to_pylist())
ANSWERS = {"signs": np.array([0.2, 0.7, 0.1]), "verbs": np.array([0.6, 0.0, 0.4])}
CHOSEN = {"pooling": "span", "other_names": 0.0, "native": True}


class Specialist(StanceClassifier):
    """Answers the same to every row: what belongs to the corpus that it was shown."""

    shown: ClassVar[list[tuple[set, set, list]]] = []

    def _learn(self, table, labels, around):
        own, other = (set(rows["dataset"].to_pylist()) for rows in (table, around.validation))
        assert labels.tolist() == labels_of(table).tolist()
        assert around.validation_labels.tolist() == labels_of(around.validation).tolist()
        Specialist.shown.append((own, other, table["id"].to_pylist()))
        return ConstantPredictor(ANSWERS[min(own)])


def around():
    return Surroundings(TABLE.slice(40, 60), LABELS[40:100], monitor=Recording())


def test_teachers_see_their_corpus_alone_and_teach_it_alone():
    Specialist.shown.clear()
    found = shares_by_corpus([Specialist()], 0.25, TABLE, LABELS, around())
    ids = np.array(TABLE["id"].to_pylist())
    assert Specialist.shown == [
        ({name}, {name}, ids[name == OF].tolist()) for name in ("signs", "verbs")
    ]
    expected = 0.25 * np.eye(3)[LABELS] + 0.75 * np.stack([ANSWERS[name] for name in OF])
    np.testing.assert_allclose(found.stance, expected)
    assert found.own == {}


class Interrupted(Specialist):
    """Is stopped where it should learn what the others did not."""

    def _learn(self, table, labels, around):
        if min(table["dataset"].to_pylist()) == "verbs":
            raise KeyboardInterrupt
        return super()._learn(table, labels, around)


def test_corpora_that_were_answered_for_are_not_asked_about_again(tmp_path):
    near = replace(around(), checkpoints=tmp_path / "new")
    with pytest.raises(KeyboardInterrupt):
        shares_by_corpus([Interrupted()], 0.25, TABLE, LABELS, near)
    Specialist.shown.clear()
    found = shares_by_corpus([Specialist()], 0.25, TABLE, LABELS, near)
    assert [own for own, _, _ in Specialist.shown] == [{"verbs"}]
    expected = shares_by_corpus([Specialist()], 0.25, TABLE, LABELS, around())
    np.testing.assert_array_equal(found.stance, expected.stance)


@pytest.fixture(scope="module")
def teacher(encoders):
    return small(encoders["words"], epochs=3, **CHOSEN)


def test_the_student_learns_the_own_labels_that_teachers_answer(teacher, encoders):
    monitor = Recording()
    student = small(encoders["words"], epochs=2, random_state=5, **CHOSEN)
    model = Distil(student, [teacher], gold=0.3, by_corpus=True)
    found = model.fit(TABLE, LABELS, Surroundings(monitor=monitor)).predictor_
    assert found.heads == ("signs", "verbs")
    trained = {name.split("/")[0] for name, *_ in monitor.values}
    assert trained == {"member_0", "member_1", "member_2"}
    stance, own = np.empty((len(TABLE), 3)), {}
    for name in ("signs", "verbs"):
        rows = TABLE.filter(pa.array(name == OF))
        one = small(encoders["words"], epochs=3, **CHOSEN).fit(rows, labels_of(rows))
        words = one.native_classes().tolist()
        numbers = [words.index(word) for word in rows["native_label"].to_pylist()]
        own[name] = 0.3 * np.eye(len(words))[numbers] + 0.7 * one.predict_native(rows)
        gold = np.eye(3)[labels_of(rows)]
        stance[name == OF] = 0.3 * gold + 0.7 * one.predict_proba(rows)
    expected = small(encoders["words"], epochs=2, random_state=5, **CHOSEN)
    expected.fit_shares(TABLE, Shares(stance, own), labels=LABELS)
    np.testing.assert_array_equal(found.predict_proba(TABLE), expected.predict_proba(TABLE))
    for name in ("signs", "verbs"):
        rows = TABLE.filter(pa.array(name == OF))
        asked = found.predict_native(rows, name)
        np.testing.assert_array_equal(asked, expected.predict_native(rows, name))
    labels_alone = small(encoders["words"], epochs=2, random_state=5, **CHOSEN)
    labels_alone.fit_shares(TABLE, Shares(stance), labels=LABELS)
    assert not np.allclose(
        found.predict_native(TABLE, "verbs"), labels_alone.predict_native(TABLE, "verbs"), atol=1e-4
    )


def test_own_labels_mean_what_the_rows_say_and_not_what_teachers_answer(encoders):
    student = small(encoders["words"], epochs=1, **CHOSEN)
    wrong = Shares(np.eye(3)[2 - LABELS])
    taught = student.fit_shares(TABLE, wrong, labels=LABELS).predictor_
    assert taught.own["signs"] == {"+": 2, "-": 0, "0": 1}
    assert student.fit_shares(TABLE, wrong).predictor_.own["signs"] == {"+": 0, "-": 2, "0": 1}


def test_what_has_no_corpus_is_not_learnt():
    keys = {"student": {"kind": "transformer"}, "members": {"lexicon": {}}, "by_corpus": True}
    assert not DistilConfig(**keys).learns_unlabelled
    assert not DistilConfig(**keys).build(0).learns_unlabelled
    assert DistilConfig(**keys | {"by_corpus": False}).learns_unlabelled
    for more in ({"rounds": 2}, {"confidence": 0.5}):
        with pytest.raises(ValidationError, match="by_corpus learns no texts without labels"):
            DistilConfig(**keys | more)
    assert isinstance(DistilConfig(**keys).student, TransformerConfig)
