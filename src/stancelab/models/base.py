"""What every model has in common: the scikit-learn contract, and a config that builds it."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

import numpy as np
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.validation import check_is_fitted

from stancelab.monitor import Surroundings
from stancelab.predictors.base import Predictor
from stancelab.schema import LABELS, as_table

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Label = Literal["hostile", "neutral", "cooperative"]
Weight = Annotated[float, Field(gt=0)]
ClassWeight = Literal["balanced", "none"] | dict[Label, Weight]
"""``"balanced"``, ``"none"``, or a weight for each label by name (1 where not given)."""


class StanceClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Base of the classifiers: `fit` learns a predictor, and the predictor answers.

    The table is a `pyarrow.Table` of the statement table's columns (or anything that
    `stancelab.schema.as_table` takes), the labels are 0, 1 and 2 for hostile, neutral and
    cooperative. Every model answers all three; one that training lacked has probability 0.

    Attributes
    ----------
    classes_ : numpy.ndarray
        Always 0, 1, 2.
    predictor_ : Predictor
        What was learnt, as it is exported.
    """

    trained: ClassVar[bool] = True
    """Whether it learns from the text, so that its actor-blind control says something."""

    asks_by_name: ClassVar[bool] = False
    """Whether it is meant to be asked for an actor by a name alone, so that this is measured."""

    learns_unlabelled: ClassVar[bool] = False
    """Whether it learns from texts without labels too, where there are some."""

    def fit(self, table: object, labels: ArrayLike, around: Surroundings | None = None) -> Self:
        """Learn from the rows of a table.

        Parameters
        ----------
        table : pyarrow.Table
            The training rows.
        labels : array-like of int, shape (n_rows,)
            0 hostile, 1 neutral, 2 cooperative.
        around : Surroundings, optional
            What a long training may use besides: validation rows, a folder for checkpoints, and
            who is told how it goes.
        """
        codes = np.asarray(labels, dtype=np.int64)
        outside = np.setdiff1d(codes, range(len(LABELS)))
        if len(outside):
            raise ValueError(f"labels are 0, 1 and 2 ({', '.join(LABELS)}); found {outside[0]}")
        rows = as_table(table)
        if len(rows) != len(codes):
            raise ValueError(f"got {len(rows)} rows and {len(codes)} labels; give one for each row")
        self.classes_ = np.arange(len(LABELS))
        self.predictor_ = self._learn(rows, codes, around or Surroundings())
        return self

    def predict_proba(self, table: object) -> NDArray[np.float64]:
        """Give the probabilities of hostile, neutral and cooperative, shape (n_rows, 3)."""
        check_is_fitted(self, "predictor_")
        return self.predictor_.predict_proba(as_table(table))

    def predict(self, table: object) -> NDArray[np.int64]:
        """Give the most probable label of each row, as 0, 1 or 2."""
        predicted: NDArray[np.int64] = self.predict_proba(table).argmax(axis=1)
        return predicted

    @abstractmethod
    def _learn(self, table: pa.Table, labels: NDArray[np.int64], around: Surroundings) -> Predictor:
        """Learn a predictor from checked rows."""


def weights_of_labels(class_weight: ClassWeight, labels: NDArray[np.int64]) -> dict[int, float]:
    """Give the weight of each label that occurs.

    Parameters
    ----------
    class_weight : "balanced", "none" or dict
        ``"balanced"`` weighs a label by ``n / (k * count)`` for k labels (King & Zeng 2001,
        "Logistic regression in rare events data").
    labels : numpy.ndarray of int, shape (n_rows,)
        The training labels.

    Examples
    --------
    >>> weights_of_labels("balanced", np.array([0, 0, 0, 2]))
    {0: 0.6666666666666666, 2: 2.0}
    """
    present = np.unique(labels)
    if isinstance(class_weight, dict):
        given: dict[str, float] = {str(name): one for name, one in class_weight.items()}
        if min(given.values(), default=1.0) <= 0:
            raise ValueError(f"class weights are above 0; found {given}")
        return {int(code): float(given.get(LABELS[code], 1.0)) for code in present}
    kind = "balanced" if class_weight == "balanced" else None
    weights = compute_class_weight(kind, classes=present, y=labels)
    return dict(zip(present.tolist(), weights.tolist(), strict=True))


def weighted_counts(labels: NDArray[np.int64], weights: dict[int, float]) -> NDArray[np.float64]:
    """Count the three labels, each row by the weight of its label."""
    each = np.array([weights[code] for code in labels.tolist()])
    return np.bincount(labels, each, minlength=len(LABELS)).astype(np.float64)


class ModelConfig(BaseModel):
    """Base of the configs: the keys of one ``[model.NAME]`` in an experiment file.

    Attributes
    ----------
    calibration : {"none", "temperature", "isotonic"}
        How the probabilities are corrected on the validation rows; see `Calibrated`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    calibration: Literal["none", "temperature", "isotonic"] = "none"

    @abstractmethod
    def build(self, random_state: int) -> StanceClassifier:
        """Make the unfitted estimator.

        Parameters
        ----------
        random_state : int
            The seed that every random choice of the model comes from.
        """

    def make(self, random_state: int) -> StanceClassifier:
        """Make the unfitted estimator, with its probabilities corrected if that is asked for."""
        model = self.build(random_state)
        if self.calibration == "none":
            return model
        from stancelab.models.calibrated import Calibrated

        return Calibrated(model, self.calibration, random_state)

    def check(self, where: str) -> None:
        """Refuse, before any work, what the keys name and is not there.

        Parameters
        ----------
        where : str
            The file and the table in it, for the message.
        """

    @property
    def learns_unlabelled(self) -> bool:
        """Whether the model learns from texts without labels too, where there are some."""
        return False

    @property
    def asks_service(self) -> bool:
        """Whether the trained model asks a service for its answers, so that none can export it."""
        return False

    def encoders(self) -> list[str]:
        """Name the encoders that the model is made of."""
        named = getattr(self, "encoder", None)
        return [] if named is None else [named]

    def own_code(self) -> list[str]:
        """Give digests of code outside the package that decides what the model learns."""
        return []

    def parameters(self) -> dict[str, Any]:
        """Give the keys that the estimator's ``__init__`` takes."""
        return self.model_dump(exclude={"kind", "calibration"})
