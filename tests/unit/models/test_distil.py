"""An encoder that learns what others answer, on labelled rows and on others."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pytest
from made_trained import Recording, small, toy_table

from stancelab.models.base import StanceClassifier
from stancelab.models.blind import ActorBlind
from stancelab.models.distil import Distil
from stancelab.models.teaching import kept
from stancelab.models.transformer import Transformer
from stancelab.monitor import Surroundings
from stancelab.predictors.base import State
from stancelab.schema import labels_of

TABLE = toy_table()
LABELS = labels_of(TABLE)
HALF = np.arange(len(TABLE)) % 4 < 2  # whole statements: each has two rows
SURE, UNSURE = (0.9, 0.02, 0.08), (0.5, 0.1, 0.4)
CHOSEN = {"epochs": 20, "pooling": "span", "other_names": 0.0}


class Oracle:
    """Knows every label: for sure of the first half of the rows, and barely of the others."""

    kind = "oracle"

    def predict_proba(self, table):
        right = labels_of(table)
        known = TABLE.column("text").to_pylist()
        found = []
        for text, label in zip(table.column("text").to_pylist(), right, strict=True):
            shares = SURE if HALF[known.index(text)] else UNSURE
            found.append(shares if label == 0 else shares[::-1])
        return np.array(found)

    def state(self):
        return State({}, {})


class Knowing(StanceClassifier):
    """Learns nothing, and answers as the oracle does."""

    def _learn(self, table, labels, around):
        return Oracle()


def student(encoders, **changed):
    return small(encoders["words"], **CHOSEN | changed)


def test_certain_shares_are_labels(encoders):
    one = student(encoders, epochs=2).fit(TABLE, LABELS)
    shares = np.eye(3)[LABELS]
    other = student(encoders, epochs=2).fit_shares(TABLE, shares)
    np.testing.assert_allclose(one.predict_proba(TABLE), other.predict_proba(TABLE), atol=1e-5)
    assert other.predictor_.known == (0, 2)
    with pytest.raises(ValueError, match=r"got 80 rows and shares of shape \(79, 3\)"):
        student(encoders).fit_shares(TABLE, shares[1:])


def test_the_student_learns_what_its_teachers_answer_against_the_labels(encoders):
    wrong = 2 - LABELS
    found = Distil(student(encoders), [Knowing()], gold=0.0).fit(TABLE, wrong)
    assert (found.predict(TABLE) == LABELS).mean() > 0.9
    taught = Distil(student(encoders), [Knowing()], gold=1.0).fit(TABLE, wrong)
    assert (taught.predict(TABLE) == wrong).mean() > 0.9


def test_unlabelled_rows_are_learnt_where_teachers_are_sure(encoders):
    own = TABLE.filter(HALF)
    monitor = Recording()
    around = Surroundings(monitor=monitor, unlabelled=TABLE)
    model = Distil(student(encoders, epochs=1), [Knowing()], confidence=0.8)
    model.fit(own.slice(0, 8), LABELS[HALF][:8], around)
    assert monitor.of("inputs/unlabelled_learnt") == [(0, HALF.sum())]


def test_unlabelled_rows_help_where_labels_are_few(encoders):
    few, labels = TABLE.slice(0, 6), LABELS[:6]
    alone = student(encoders).fit(few, labels)
    found = Distil(student(encoders), [Knowing()]).fit(few, labels, Surroundings(unlabelled=TABLE))
    right = [(one.predict(TABLE) == LABELS).mean() for one in (alone, found)]
    assert right[1] > max(0.9, right[0])


class Seeing(StanceClassifier):
    """Keeps what it is shown to learn from."""

    shown: ClassVar[list[pa.Table]] = []

    def _learn(self, table, labels, around):
        Seeing.shown = [table, around.validation, around.unlabelled]
        return Oracle()


class Stopped(Transformer):
    """Is interrupted before it begins."""

    def fit_shares(self, *_):
        raise KeyboardInterrupt


class Gone(StanceClassifier):
    """Cannot be trained again."""

    def _learn(self, table, labels, around):
        raise AssertionError


def test_a_resumed_student_asks_no_teacher_again(encoders, tmp_path):
    around = Surroundings(unlabelled=TABLE, checkpoints=tmp_path)
    stopped = Distil(Stopped(), [Knowing()], confidence=0.8)
    with pytest.raises(KeyboardInterrupt):
        stopped.fit(TABLE, LABELS, around)
    resumed, whole = (
        Distil(student(encoders, epochs=2), [teacher()], confidence=0.8).fit(TABLE, LABELS, near)
        for teacher, near in ((Gone, around), (Knowing, Surroundings(unlabelled=TABLE)))
    )
    np.testing.assert_array_equal(resumed.predict_proba(TABLE), whole.predict_proba(TABLE))


def test_an_answer_that_was_half_written_is_asked_for_again(tmp_path):
    (tmp_path / "answers.safetensors").write_bytes(b"half")
    ask = partial(dict, mean=np.ones((2, 3)))
    assert kept(tmp_path, "answers", ask)["mean"].tolist() == np.ones((2, 3)).tolist()
    assert kept(tmp_path, "answers", dict)["mean"].tolist() == np.ones((2, 3)).tolist()
    assert [one.name for one in tmp_path.iterdir()] == ["answers.safetensors"]


def test_answers_that_cannot_be_kept_are_learnt_all_the_same(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    ask = partial(dict, mean=np.ones((2, 3)))
    assert kept(tmp_path / "file", "answers", ask)["mean"].tolist() == np.ones((2, 3)).tolist()


def test_the_blind_control_learns_from_no_actor():
    around = Surroundings(TABLE, LABELS, unlabelled=TABLE)
    ActorBlind(Seeing()).fit(TABLE, LABELS, around)
    for table in Seeing.shown:
        assert set(table["actor"].to_pylist()) == {""}
        assert set(table["mention_start"].to_pylist()) == {-1}
        assert table["text"].to_pylist() == TABLE["text"].to_pylist()


def test_in_later_rounds_the_student_is_its_own_teacher(encoders):
    around = Surroundings(unlabelled=TABLE)
    made = [
        Distil(student(encoders, epochs=2), [Knowing()], rounds=rounds).fit(TABLE, LABELS, around)
        for rounds in (1, 2)
    ]
    first, second = (one.predict_proba(TABLE) for one in made)
    expected = student(encoders, epochs=2)
    shares = 0.5 * np.eye(3)[LABELS] + 0.5 * Oracle().predict_proba(TABLE)
    expected.fit_shares(pa.concat_tables([TABLE, TABLE]), np.concatenate([shares, first]))
    np.testing.assert_array_equal(second, expected.predict_proba(TABLE))
