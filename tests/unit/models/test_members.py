"""Models that are made of other models: how they are named, trained and kept."""

from __future__ import annotations

import json

import numpy as np
import pytest

from stancelab.config import read_experiment, restore_experiment
from stancelab.errors import ConfigError, UnknownNameError
from stancelab.models import fits
from stancelab.models.calibrated import Calibrated
from stancelab.models.ensemble import Ensemble, EnsembleConfig
from stancelab.models.fits import fit_member
from stancelab.models.linear import TfidfLogreg, TfidfLogregConfig
from stancelab.monitor import Surroundings
from stancelab.predictors.ensemble import EnsemblePredictor
from stancelab.schema import as_table

FILE = """
question = "Are two better than one?"
[data]
name = "statements"
[model.words]
kind = "tfidf_word_logreg"
C = 0.5
[model.encoder]
kind = "transformer"
epochs = 2
[model.both]
kind = "ensemble"
members = ["words", "encoder"]
[model.more]
kind = "ensemble"
members = ["both", "words"]
seeds = 2
[model.small]
kind = "distil"
student = "encoder"
members = ["both"]
"""
TABLE = as_table(
    [
        {"text": f"Rome {verb} {whom} again.", "actor": whom}
        for verb in ("thanked", "accused", "met")
        for whom in ("Oslo", "Minsk", "Kyiv", "Warsaw")
    ]
)
LABELS = np.repeat([2, 0, 1], 4)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "members.toml"
    path.write_text(FILE)
    return path


def test_members_have_the_keys_of_the_models_that_they_name(path):
    config = read_experiment(path, ["model.words.C=0.25"])
    both, more, small = (config.model[name] for name in ("both", "more", "small"))
    assert both.members == {name: config.model[name] for name in ("words", "encoder")}
    assert both.members["words"].C == 0.25
    assert more.members == {"both": both, "words": config.model["words"]}
    assert (small.student, small.members) == (config.model["encoder"], {"both": both})
    assert small.encoders() == ["bundled", "bundled"]
    restored = restore_experiment(json.loads(json.dumps(config.model_dump(mode="json"))))
    assert restored == config


@pytest.mark.parametrize(
    ("old", "new", "error", "told"),
    [
        ('["words", "encoder"]', '["word"]', UnknownNameError, "'word'; did you mean 'words'"),
        ('["words", "encoder"]', '["both"]', ConfigError, "both -> both is made of itself"),
        ('["words", "encoder"]', '["more"]', ConfigError, "both -> more -> both is made of itself"),
        ('["words", "encoder"]', "[]", ConfigError, "model.both.members: .* at least 1"),
        ('["words", "encoder"]', "[1]", ConfigError, "model.both.members"),
        ('student = "encoder"', 'student = "encodr"', UnknownNameError, "did you mean 'encoder'"),
        ('student = "encoder"', 'student = "words"', ConfigError, "model.small.student"),
        ('student = "encoder"', "", ConfigError, "model.small.student: Field required"),
        ("seeds = 2", "seeds = 0", ConfigError, "model.more.seeds"),
    ],
)
def test_a_faulty_member_is_told(path, old, new, error, told):
    path.write_text(FILE.replace(old, new))
    with pytest.raises(error, match=told):
        read_experiment(path)


def test_a_member_can_have_a_table_of_its_own(path):
    own = '[model.mine]\nkind = "ensemble"\n[model.mine.members.lexicon]\n[model.mine.members.w]\n'
    path.write_text(FILE + own + 'kind = "tfidf_word_logreg"\n')
    assert list(read_experiment(path).model["mine"].members) == ["lexicon", "w"]
    path.write_text(FILE + own + 'kind = "tfidf_wrd_logreg"\n')
    with pytest.raises(UnknownNameError, match="did you mean 'tfidf_word_logreg'"):
        read_experiment(path)


def test_each_member_is_trained_with_seeds_of_its_own():
    members = {name: TfidfLogregConfig(C=weight) for name, weight in (("a", 1.0), ("b", 2.0))}
    made = EnsembleConfig(members=members, seeds=3).build(7).estimators
    assert [one.C for one in made] == [1.0, 1.0, 1.0, 2.0, 2.0, 2.0]
    seeds = [one.random_state for one in made]
    assert seeds[:3] == seeds[3:]
    assert seeds[0] == 7
    assert len(set(seeds)) == 3


def test_it_answers_with_the_mean_of_its_members():
    members = [TfidfLogreg(C=weight) for weight in (0.01, 10.0)]
    found = Ensemble(members).fit(TABLE, LABELS)
    each = [one.fit(TABLE, LABELS).predict_proba(TABLE) for one in members]
    np.testing.assert_allclose(found.predict_proba(TABLE), np.mean(each, axis=0))
    again = EnsemblePredictor.from_state(found.predictor_.state())
    np.testing.assert_array_equal(again.predict_proba(TABLE), found.predict_proba(TABLE))


class Counting(TfidfLogreg):
    """Tells how often it was trained."""

    trainings = 0

    def _learn(self, table, labels, around):
        Counting.trainings += 1
        return super()._learn(table, labels, around)


@pytest.fixture
def slow(monkeypatch, tmp_path):
    """Every training is worth keeping."""
    monkeypatch.setenv("STANCELAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(fits, "_SLOW", 0.0)
    Counting.trainings = 0


def test_a_slow_member_is_trained_once(slow):
    first = fit_member(Counting(), TABLE, LABELS, Surroundings())
    second = fit_member(Counting(), TABLE, LABELS, Surroundings())
    assert Counting.trainings == 1
    np.testing.assert_array_equal(first.predict_proba(TABLE), second.predict_proba(TABLE))


@pytest.mark.parametrize(
    "change",
    [
        {"estimator": Counting(C=2.0)},
        {"table": TABLE.slice(1), "labels": LABELS[1:]},
        {"labels": LABELS[::-1]},
        {"around": Surroundings(TABLE, LABELS)},
    ],
)
def test_another_training_is_not_taken_for_it(slow, change):
    usual = {"estimator": Counting(), "table": TABLE, "labels": LABELS, "around": Surroundings()}
    fit_member(**usual)
    fit_member(**{**usual, **change})
    assert Counting.trainings == 2


@pytest.mark.parametrize("learns", [False, True])
def test_texts_without_labels_matter_to_models_that_learn_from_them(slow, monkeypatch, learns):
    monkeypatch.setattr(Counting, "learns_unlabelled", learns)
    for unlabelled in (None, TABLE, TABLE.slice(1)):
        fit_member(Counting(), TABLE, LABELS, Surroundings(unlabelled=unlabelled))
    assert Counting.trainings == (3 if learns else 1)
    assert Ensemble([TfidfLogreg(), Calibrated(Counting())]).learns_unlabelled == learns


def test_what_cannot_be_read_is_trained_again(slow, tmp_path):
    fit_member(Counting(), TABLE, LABELS, Surroundings())
    [settings] = (tmp_path / "cache").rglob("settings.json")
    settings.write_text("{")
    fit_member(Counting(), TABLE, LABELS, Surroundings())
    assert Counting.trainings == 2


def test_only_the_last_ones_are_kept(slow, monkeypatch, tmp_path):
    monkeypatch.setattr(fits, "_KEPT", 2)
    for weight in (1.0, 2.0, 3.0):
        fit_member(Counting(C=weight), TABLE, LABELS, Surroundings())
    assert len(list((tmp_path / "cache" / "fits").iterdir())) == 2
