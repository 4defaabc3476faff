"""Estimators as a user would add them: functions that make a classifier of texts."""

from __future__ import annotations

from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC


def words(C: float = 1.0):
    """Words and pairs of words, which see what stands beside a marker."""
    return make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression(C=C))


def hashed():
    """With much that is random."""
    descent = SGDClassifier(loss="log_loss", max_iter=2, tol=None, average=True)
    return make_pipeline(HashingVectorizer(n_features=256, ngram_range=(1, 2)), descent)


def margins():
    return make_pipeline(TfidfVectorizer(), LinearSVC())


def calibrated():
    return make_pipeline(TfidfVectorizer(), CalibratedClassifierCV(LinearSVC(), cv=2))


def forest():
    return make_pipeline(TfidfVectorizer(), RandomForestClassifier(n_estimators=2))


def with_function():
    return make_pipeline(TfidfVectorizer(preprocessor=shout), LogisticRegression())


def shout(text):
    return text.upper()


def features_alone():
    return TfidfVectorizer()


def nothing():
    return {"a": "dict"}


def failing(C: float = 1.0):
    raise RuntimeError("no such luck")
