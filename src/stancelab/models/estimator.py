"""Estimators of scikit-learn that a user adds, as classifiers like those of the package."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field
from sklearn.base import clone, is_classifier

from stancelab.errors import ConfigError, StancelabError
from stancelab.features.marked_texts import marked_texts
from stancelab.models.base import ClassWeight, ModelConfig, StanceClassifier, weights_of_labels
from stancelab.models.callables import call_named, source_digest
from stancelab.predictors.estimator import EstimatorPredictor
from stancelab.predictors.skops_file import ForeignTypesError, write_skops

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from stancelab.monitor import Surroundings


class EstimatorError(StancelabError):
    """An estimator that a user named and that cannot be a classifier here."""


class TextEstimator(StanceClassifier):
    """Any classifier or pipeline of scikit-learn that takes a list of texts.

    Parameters
    ----------
    estimator : str or estimator
        ``"package.module:callable"`` or ``"FILE.py:callable"``, called with `params` to make an
        unfitted estimator; or one itself. It has `predict_proba`, and is made of types that a
        bundle can hold: the estimators of scikit-learn but for trees and neighbours in trees.
    params : mapping, optional
        Arguments of the callable.
    marked : bool
        Whether its texts show the actor, as `features.marked_texts` does. Without, all actors of
        a statement get the same answer.
    class_weight : "balanced", "none" or dict, optional
        Set wherever the estimator has a ``class_weight``; by default they stay as they are.
    random_state : int or None
        Set wherever the estimator has a ``random_state``.

    Examples
    --------
    >>> from sklearn.feature_extraction.text import CountVectorizer
    >>> from sklearn.naive_bayes import MultinomialNB
    >>> from sklearn.pipeline import make_pipeline
    >>> rows = [{"text": "Rome thanked Oslo.", "actor": "Oslo"},
    ...         {"text": "Rome accused Oslo.", "actor": "Oslo"}]
    >>> model = TextEstimator(make_pipeline(CountVectorizer(), MultinomialNB()))
    >>> model.fit(rows, [2, 0]).predict(rows).tolist()
    [2, 0]
    """

    def __init__(
        self,
        estimator: Any,
        params: Mapping[str, Any] | None = None,
        marked: bool = True,
        class_weight: ClassWeight | None = None,
        random_state: int | None = None,
    ) -> None:
        self.estimator = estimator
        self.params = params
        self.marked = marked
        self.class_weight = class_weight
        self.random_state = random_state

    def _learn(
        self, table: pa.Table, labels: NDArray[np.int64], around: Surroundings
    ) -> EstimatorPredictor:
        model = make_estimator(self.estimator, self.params or {})
        _set_everywhere(model, "random_state", self.random_state)
        if self.class_weight is not None:
            weights = weights_of_labels(self.class_weight, labels)
            value = None if self.class_weight == "none" else weights
            if not _set_everywhere(model, "class_weight", value):
                raise EstimatorError(
                    f"{_title(model)} has no class_weight; leave the key out, or weigh in it"
                )
        _exported(model, self.marked)  # before a long training for nothing
        texts = marked_texts(table) if self.marked else table.column("text").to_pylist()
        return _exported(model.fit(texts, labels), self.marked)


def make_estimator(named: Any, params: Mapping[str, Any]) -> Any:
    """Make an unfitted estimator, and refuse one that cannot be a classifier here.

    Parameters
    ----------
    named : str or estimator
        As `TextEstimator` takes it.
    params : mapping
        Arguments of the callable that is named.

    Raises
    ------
    EstimatorError
        There is no such callable, it fails, or it makes something else.
    """
    try:
        made = call_named(named, params) if isinstance(named, str) else clone(named)
    except ValueError as error:
        raise EstimatorError(str(error)) from error
    if not hasattr(made, "get_params") or not hasattr(made, "fit"):
        raise EstimatorError(
            f"{named!r} makes a {type(made).__name__}; expected an unfitted classifier or pipeline "
            "of scikit-learn"
        )
    if not is_classifier(made):
        raise EstimatorError(f"{_title(made)} is no classifier; end the pipeline with one")
    if not hasattr(made, "predict_proba"):
        raise EstimatorError(
            f"{_title(made)} gives no probabilities; put it into "
            "sklearn.calibration.CalibratedClassifierCV, or choose one with predict_proba"
        )
    return made


def _exported(model: Any, marked: bool) -> EstimatorPredictor:
    """Write an estimator as a bundle holds it and read it again; refuse what does not survive."""
    try:
        made = EstimatorPredictor(write_skops(model), marked, version("scikit-learn"))
        _ = made.estimator
    except ForeignTypesError as error:
        raise EstimatorError(
            f"{_title(model)} {error}, which no bundle may hold; build it of scikit-learn's own "
            "estimators, without functions, trees and neighbours in trees"
        ) from None
    except (AttributeError, TypeError, ValueError, NotImplementedError) as error:
        raise EstimatorError(f"{_title(model)} cannot be written ({error})") from error
    return made


def _set_everywhere(model: Any, name: str, value: object) -> bool:
    """Set a parameter of an estimator and of all that it holds; say whether any has it."""
    own = [key for key in model.get_params() if key == name or key.endswith(f"__{name}")]
    model.set_params(**dict.fromkeys(own, value))
    return bool(own)


def _title(model: Any) -> str:
    """Name an estimator; of a pipeline, the step that answers."""
    return type(model.steps[-1][1] if hasattr(model, "steps") else model).__name__


class EstimatorConfig(ModelConfig):
    """A classifier or pipeline of scikit-learn, made by a callable of yours."""

    kind: Literal["sklearn"] = "sklearn"
    estimator: Annotated[str, Field(min_length=1)]
    params: dict[str, Any] = Field(default_factory=dict)
    marked: bool = True
    class_weight: ClassWeight | None = None

    def build(self, random_state: int) -> TextEstimator:
        """Make the estimator; the callable is called when it is fitted."""
        return TextEstimator(**self.parameters(), random_state=random_state)

    def check(self, where: str) -> None:
        """Call the callable once, so that a misspelt one fails before any work."""
        try:
            make_estimator(self.estimator, self.params)
        except EstimatorError as error:
            raise ConfigError(where, str(error), "estimator") from error

    def own_code(self) -> list[str]:
        """Digest the file that the callable is in."""
        return source_digest(self.estimator)
