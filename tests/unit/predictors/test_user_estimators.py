"""Estimators that a user adds: named in an experiment, trained, and exported without a pickle."""

from __future__ import annotations

import copy
import io
import json
import pickle
import subprocess
import sys
import zipfile

import made_estimators
import numpy as np
import pytest
import skops.io
from made_bundles import LABELS, ROWS, estimator
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from stancelab.config import read_experiment
from stancelab.errors import ConfigError, DamagedBundleError, MissingExtraError, UnsafeBundleError
from stancelab.export.bundle import read_bundle, write_bundle
from stancelab.export.digests import write_sums
from stancelab.export.verify import largest_difference, verify_in_fresh_process
from stancelab.models.estimator import EstimatorConfig, EstimatorError, TextEstimator
from stancelab.predictors import estimator as at_work
from stancelab.predictors.estimator import EstimatorAnswerError, EstimatorPredictor
from stancelab.predictors.skops_file import AUDITED, read_skops, write_skops
from stancelab.schema import as_table
from stancelab.scoring import load_bundle

TABLE = as_table(ROWS)
EXPERIMENT = """\
seeds = [0]
[data]
name = "statements"
[model.mine]
kind = "sklearn"
estimator = "{estimator}"
"""


def named(name, **more):
    return TextEstimator(f"made_estimators:{name}", **more)


@pytest.mark.parametrize("name", ["words", "hashed", "calibrated"])
def test_it_answers_as_the_estimator_itself(name):
    model = named(name, random_state=3).fit(TABLE, LABELS)
    own = clone(getattr(made_estimators, name)())
    own.set_params(**{key: 3 for key in own.get_params() if key.endswith("random_state")})
    texts = at_work.marked_texts(TABLE)
    expected = own.fit(texts, LABELS).predict_proba(texts)
    np.testing.assert_allclose(model.predict_proba(TABLE), expected, atol=1e-12)


def test_it_goes_through_a_bundle(tmp_path):
    model = named("calibrated").fit(TABLE, LABELS)
    write_bundle(tmp_path / "bundle", model.predictor_, {})
    contents = read_bundle(tmp_path / "bundle")
    assert contents.manifest["requires"] == ["train"]
    assert contents.manifest["files"] == ["estimator.skops"]
    np.testing.assert_array_equal(
        contents.predictor.predict_proba(TABLE), model.predict_proba(TABLE)
    )
    write_bundle(tmp_path / "again", contents.predictor, {})
    assert largest_difference(tmp_path / "again") == 0


@pytest.mark.slow
def test_it_is_verified_in_a_fresh_process(tmp_path):
    write_bundle(tmp_path / "bundle", estimator(), {})
    assert verify_in_fresh_process(tmp_path / "bundle") == 0


def test_its_file_lives_as_long_as_it_does():
    predictor = copy.copy(estimator())
    path = predictor.state().files["estimator.skops"]
    assert path.read_bytes() == predictor.content
    other = pickle.loads(pickle.dumps(predictor))
    assert other.state().files["estimator.skops"] != path
    del predictor
    assert not path.parent.exists()


def test_the_seed_decides_what_is_random():
    def shares(seed):
        return named("hashed", random_state=seed).fit(TABLE, LABELS).predict_proba(TABLE)

    np.testing.assert_array_equal(shares(0), shares(0))
    assert np.abs(shares(0) - shares(1)).max() > 1e-6


def test_a_label_that_training_lacked_keeps_its_column():
    polar = [at for at, label in enumerate(LABELS) if label != 1]
    model = named("words").fit(TABLE.take(polar), [LABELS[at] for at in polar])
    assert model.predict_proba(TABLE)[:, 1].max() == 0
    assert set(model.predict(TABLE).tolist()) == {0, 2}


def test_unmarked_texts_hide_the_actor():
    pair = [{"text": "Rome thanked Oslo.", "actor": actor} for actor in ("Rome", "Oslo")]
    seeing, blind = (named("words", marked=m).fit(TABLE, LABELS) for m in (True, False))
    assert np.ptp(seeing.predict_proba(pair), axis=0).max() > 1e-3
    assert np.ptp(blind.predict_proba(pair), axis=0).max() == 0


def test_no_rows_have_no_answers():
    assert estimator().predict_proba(TABLE.slice(0, 0)).shape == (0, 3)


def test_class_weights_are_set_where_there_are_some():
    model = TextEstimator(make_pipeline(TfidfVectorizer(), ComplementNB()), class_weight="balanced")
    with pytest.raises(EstimatorError, match="ComplementNB has no class_weight; leave the key out"):
        model.fit(TABLE, LABELS)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("made_estimators", "found 'made_estimators', expected 'package.module:callable' or"),
        ("made_estimators:", "expected 'package.module:callable'"),
        ("made_estimatrs:words", r"cannot be imported \(ModuleNotFoundError: No module named 'mad"),
        ("made_estimators:wrods", "has no callable 'wrods'; did you mean 'words'"),
        ("made_estimators:annotations", "has no callable 'annotations'"),
        ("made_estimators:failing", r"fails \(RuntimeError: no such luck\)"),
        ("made_estimators:nothing", "makes a dict; expected an unfitted classifier or pipeline"),
        ("made_estimators:features_alone", "TfidfVectorizer is no classifier; end the pipeline"),
        ("made_estimators:margins", "LinearSVC gives no probabilities; put it into sklearn.calib"),
        ("nowhere.py:words", r"cannot be imported \(FileNotFoundError"),
    ],
)
def test_what_cannot_be_a_classifier_fails_before_any_work(tmp_path, name, problem):
    path = tmp_path / "mine.toml"
    path.write_text(EXPERIMENT.format(estimator=name), encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"mine\.toml: model\.mine: estimator: .*{problem}"):
        read_experiment(path)


def test_parameters_are_checked_before_any_work(tmp_path):
    path = tmp_path / "mine.toml"
    text = EXPERIMENT.format(estimator="made_estimators:words")
    path.write_text(text + "params = { c = 2.0 }\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"with params \{'c': 2.0\} fails \(TypeError: words\(\)"):
        read_experiment(path)
    path.write_text(text + "params = { C = 2.0 }\n", encoding="utf-8")
    model = read_experiment(path).model["mine"].build(0)
    assert model.params == {"C": 2.0}
    path.write_text(text.replace("estimator =", "estimater ="), encoding="utf-8")
    with pytest.raises(ConfigError, match="estimater: unknown key; did you mean 'estimator'"):
        read_experiment(path)


def test_a_file_beside_the_experiment_can_hold_it(tmp_path):
    code = "from made_estimators import words\ndef make(C): return words(C)\n"
    (tmp_path / "mine.py").write_text(code, encoding="utf-8")
    path = tmp_path / "mine.toml"
    text = EXPERIMENT.format(estimator="mine.py:make") + "params = { C = 2.0 }\n"
    path.write_text(text, encoding="utf-8")
    config = read_experiment(path).model["mine"]
    assert config.estimator == f"{tmp_path / 'mine.py'}:make"
    assert config.build(0).fit(TABLE, LABELS).predict(TABLE).tolist() == LABELS
    before = config.own_code()
    (tmp_path / "mine.py").write_text(code.replace("(C):", "(C=1):"), encoding="utf-8")
    assert config.own_code() != before  # so that finished cells are trained again


def test_code_in_a_package_is_digested_too():
    (digest,) = EstimatorConfig(estimator="made_estimators:words").own_code()
    assert len(digest) == 64
    assert EstimatorConfig(estimator="nowhere.at.all:words").own_code() == []


def test_what_no_bundle_may_hold_is_refused_before_training():
    for name, held in (("forest", "Tree"), ("with_function", "made_estimators.shout")):
        with pytest.raises(EstimatorError, match=rf"holds .*{held}, which no bundle may hold"):
            named(name).fit(TABLE, LABELS)
    with pytest.raises(EstimatorError, match="KMeans is no classifier"):
        TextEstimator(KMeans()).fit(TABLE, LABELS)


def test_the_audited_types_are_needed_and_enough():
    """Each is held by something that scikit-learn offers; what has no type on the list passes."""
    texts = at_work.marked_texts(TABLE)
    machine = CalibratedClassifierCV(SVC(), ensemble=False, cv=2)
    for model in (machine, KNeighborsClassifier(3), LogisticRegression()):
        content = write_skops(make_pipeline(TfidfVectorizer(), model).fit(texts, LABELS))
        assert read_skops(content).predict_proba(texts).shape == (len(texts), 3)
    assert "sklearn.tree._tree.Tree" not in AUDITED
    assert all(name.split(".")[0] in ("sklearn", "scipy") for name in AUDITED)


def bundle_of(tmp_path, content):
    """Put other bytes into the place of the estimator of a bundle."""
    folder = tmp_path / "bundle"
    write_bundle(folder, estimator(), {})
    (folder / "estimator.skops").write_bytes(content)
    write_sums(folder)
    return folder


def test_foreign_types_in_a_bundle_are_refused(tmp_path):
    model = made_estimators.with_function().fit(at_work.marked_texts(TABLE), LABELS)
    folder = bundle_of(tmp_path, skops.io.dumps(model))
    expected = r"refused: estimator\.skops holds made_estimators\.shout, which nobody has aud"
    with pytest.raises(UnsafeBundleError, match=expected):
        load_bundle(folder)


def renamed(content, **changes):
    """Change texts in the scheme of a file of skops."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            for before, after in changes.items() if name == "schema.json" else ():
                part = part.replace(before.encode(), after.encode())
            new.writestr(name, part)
    return target.getvalue()


def test_a_call_in_the_place_of_a_type_is_refused(tmp_path):
    content = renamed(estimator().content, LogisticRegression="system")
    with pytest.raises(UnsafeBundleError, match=r"holds sklearn\.linear_model\._logistic\.system"):
        load_bundle(bundle_of(tmp_path, content))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (lambda: b"", "the estimator cannot be read .BadZipFile"),
        (lambda: estimator().content[:-30], "cannot be read .BadZipFile"),
        (lambda: renamed(estimator().content, classes_="clusses_"), "holds no fitted classifier"),
        (lambda: skops.io.dumps({"a": 1}), "holds no fitted classifier"),
        (lambda: skops.io.dumps(LogisticRegression()), "holds no fitted classifier"),
    ],
)
def test_what_is_no_estimator_is_told(tmp_path, content, problem):
    with pytest.raises(DamagedBundleError, match=problem):
        load_bundle(bundle_of(tmp_path, content()))


def test_sparse_indices_out_of_bounds_are_refused(tmp_path):
    texts = at_work.marked_texts(TABLE)
    model = make_pipeline(TfidfVectorizer(), KNeighborsClassifier(3)).fit(texts, LABELS)
    model[-1]._fit_X.indices[0] = 10**8
    with pytest.raises(DamagedBundleError, match=r"cannot be read .ValueError.*ind"):
        load_bundle(bundle_of(tmp_path, skops.io.dumps(model)))


def test_an_estimator_that_fails_is_told_in_one_line():
    model = made_estimators.words().fit(at_work.marked_texts(TABLE), LABELS)
    model[-1].coef_ = model[-1].coef_[:, 1:]
    broken = EstimatorPredictor(write_skops(model), True)
    with (
        pytest.warns(UserWarning, match="was fitted by scikit-learn unknown"),
        pytest.raises(EstimatorAnswerError, match=r"does not answer .*\(ValueError: matmul"),
    ):
        broken.predict_proba(TABLE)
    model[-1].coef_ = np.full((3, len(model[0].vocabulary_)), np.nan)
    broken = EstimatorPredictor(write_skops(model), True, at_work.version("scikit-learn"))
    with pytest.raises(EstimatorAnswerError, match="does not answer with probabilities"):
        broken.predict_proba(TABLE)


def test_another_scikit_learn_is_warned_of_once(tmp_path):
    write_bundle(tmp_path / "bundle", estimator(), {})
    settings = tmp_path / "bundle" / "settings.json"
    content = json.loads(settings.read_text(encoding="utf-8"))
    settings.write_text(json.dumps(content | {"scikit-learn": "1.0"}), encoding="utf-8")
    write_sums(tmp_path / "bundle")
    with pytest.warns(UserWarning, match=r"by scikit-learn 1\.0, and this is .*--verify") as caught:
        load_bundle(tmp_path / "bundle")
    assert len(caught) == 1


def test_without_skops_the_extra_is_named(tmp_path, monkeypatch):
    write_bundle(tmp_path / "bundle", estimator(), {})
    monkeypatch.setitem(sys.modules, "skops.io", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'stancelab\[train\]'"):
        load_bundle(tmp_path / "bundle")


def test_skops_is_imported_for_it_alone():
    code = (
        "import sys, stancelab.predictors.estimator, stancelab.export.bundle; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"skops", "sklearn", "torch"} & set(done.stdout.split())
