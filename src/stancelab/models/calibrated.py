"""Any model with its probabilities corrected on rows that it did not learn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize_scalar
from sklearn.base import clone
from sklearn.isotonic import IsotonicRegression
from sklearn.utils.metaestimators import available_if

from stancelab.errors import DataError
from stancelab.models.base import StanceClassifier
from stancelab.predictors.calibrated import CalibratedPredictor, Curve, Method, soften
from stancelab.schema import LABELS

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from stancelab.features.embeddings import Progress
    from stancelab.monitor import Surroundings
    from stancelab.predictors.base import Predictor

_WIDEST = float(np.log(20))
"""Temperatures are looked for between 1/20 and 20."""
_FIFTH = 5
_SURE = Curve(np.array([0.0, 1.0]), np.array([0.0, 1.0]))


class Calibrated(StanceClassifier):
    """A model, and a correction of its probabilities that is fitted on the validation rows.

    Where there are none, as in a refit on all rows or in scikit-learn's cross-validation, every
    fifth document of the training rows is held out for it, and the model learns from the others.

    Parameters
    ----------
    estimator : StanceClassifier
        The model that is corrected.
    method : {"temperature", "isotonic"}
        One temperature for all labels, which changes no answer; or a rising curve for each label,
        which needs more rows (a few hundred at least) and can change answers, so that its
        validation scores are a little too kind.
    random_state : int or None
        Which fifth of the documents is held out; nothing else in it is random.

    Examples
    --------
    >>> from stancelab.models.lexicon import LexiconClassifier
    >>> rows = [{"text": f"Riga {verb} Oslo in {year}.", "actor": "Oslo"}
    ...         for year in range(10) for verb in ("thanked", "condemned")]
    >>> model = Calibrated(LexiconClassifier()).fit(rows, [2, 0] * 10)
    >>> model.predictor_.temperature < 1
    True
    """

    def __init__(
        self,
        estimator: StanceClassifier,
        method: Method = "temperature",
        random_state: int | None = None,
    ) -> None:
        self.estimator = estimator
        self.method = method
        self.random_state = random_state

    @property
    def trained(self) -> bool:  # type: ignore[override]
        """Whether the model learns from the text."""
        return self.estimator.trained

    @property
    def asks_by_name(self) -> bool:  # type: ignore[override]
        """Whether the model is meant to be asked for an actor by a name alone."""
        return self.estimator.asks_by_name

    @property
    def learns_unlabelled(self) -> bool:  # type: ignore[override]
        """Whether the model learns from texts without labels too."""
        return self.estimator.learns_unlabelled

    @available_if(lambda self: hasattr(self.estimator, "prepare"))  # type: ignore[untyped-decorator]
    def prepare(self, table: pa.Table, progress: Progress | None = None) -> None:
        """Let the model make once what all its fits share."""
        self.estimator.prepare(table, progress)

    def _learn(
        self, table: pa.Table, labels: NDArray[np.int64], around: Surroundings
    ) -> CalibratedPredictor:
        held, held_labels = around.validation, around.validation_labels
        if held is None or held_labels is None or len(held) == 0:
            out = held_out(table, self.random_state or 0)
            held, held_labels = table.filter(out), labels[out]
            table, labels = table.filter(~out), labels[~out]
        inner = clone(self.estimator).fit(table, labels, around).predictor_
        return self._correct(inner, inner.predict_proba(held), np.asarray(held_labels))

    def _correct(
        self, inner: Predictor, probabilities: NDArray[np.float64], labels: NDArray[np.int64]
    ) -> CalibratedPredictor:
        if self.method == "temperature":
            return CalibratedPredictor(inner, "temperature", fit_temperature(probabilities, labels))
        if self.method == "isotonic":
            return CalibratedPredictor(inner, "isotonic", curves=fit_curves(probabilities, labels))
        raise ValueError(f"method is 'temperature' or 'isotonic'; found {self.method!r}")


def held_out(table: pa.Table, seed: int) -> NDArray[np.bool_]:
    """Mark the rows of every fifth document, or of every fifth text where no document is known.

    Parameters
    ----------
    table : pyarrow.Table
        A statement table.
    seed : int
        Which document is the first.

    Raises
    ------
    DataError
        All rows are of one document.
    """
    columns = (table.column(name).to_pylist() for name in ("document", "text"))
    keys = [document or text for document, text in zip(*columns, strict=True)]
    distinct = list(dict.fromkeys(keys))
    if len(distinct) < 2:
        raise DataError(
            "calibration holds out every fifth document of the training rows, and found "
            f'{len(distinct)}; give validation rows or more documents, or calibration = "none"'
        )
    out = set(distinct[seed % min(_FIFTH, len(distinct)) :: _FIFTH])
    return np.array([key in out for key in keys])


def fit_temperature(probabilities: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """Find the temperature with the lowest log loss (Guo, Pleiss, Sun & Weinberger 2017).

    Rows whose true label has a probability of 0 say nothing about it; 1 where there are no others.

    Parameters
    ----------
    probabilities : numpy.ndarray, shape (n_rows, 3)
        Of rows that the model did not learn from.
    labels : numpy.ndarray of int, shape (n_rows,)
        Their labels.
    """
    possible = probabilities[np.arange(len(labels)), labels] > 0
    shares, truth = probabilities[possible], labels[possible]
    if not len(truth):
        return 1.0
    rows = np.arange(len(truth))
    tiny = np.finfo(np.float64).tiny

    def loss(log_temperature: float) -> float:
        softened = soften(shares, float(np.exp(log_temperature)))[rows, truth]
        return float(-np.log(np.maximum(softened, tiny)).mean())

    found = minimize_scalar(loss, bounds=(-_WIDEST, _WIDEST), method="bounded")
    return float(np.exp(found.x))


def fit_curves(probabilities: NDArray[np.float64], labels: NDArray[np.int64]) -> tuple[Curve, ...]:
    """Fit a rising curve for each label against the others (Zadrozny & Elkan 2002).

    A curve ends where Platt (1999, "Probabilistic outputs for support vector machines") puts his
    targets, at ``1 / (n + 2)`` and ``(m + 1) / (m + 2)`` for n rows without the label and m with
    it: so few rows prove nothing impossible, and one that then happens would cost the log loss
    dearly. A label that none of the rows has keeps its probabilities.

    Parameters
    ----------
    probabilities : numpy.ndarray, shape (n_rows, 3)
        Of rows that the model did not learn from.
    labels : numpy.ndarray of int, shape (n_rows,)
        Their labels.
    """
    return tuple(
        _fit_curve(probabilities[:, code], labels == code) if (labels == code).any() else _SURE
        for code in range(len(LABELS))
    )


def _fit_curve(share: NDArray[np.float64], happened: NDArray[np.bool_]) -> Curve:
    having = int(happened.sum())
    low, high = 1 / (len(happened) - having + 2), (having + 1) / (having + 2)
    fitted = IsotonicRegression(y_min=low, y_max=high).fit(share, happened.astype(np.float64))
    return Curve(fitted.X_thresholds_, fitted.y_thresholds_)
