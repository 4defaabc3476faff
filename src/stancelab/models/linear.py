"""Logistic regression over n-grams around the actor, and over frozen embeddings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import Field, model_validator
from sklearn.linear_model import LogisticRegression

from stancelab.encoders import BUNDLED, open_encoder
from stancelab.features.embeddings import CachedEncoder, Progress, embed_table, inputs
from stancelab.features.ngrams import TfidfSettings
from stancelab.features.tfidf import fit_tfidf
from stancelab.models.base import ClassWeight, ModelConfig, StanceClassifier, weights_of_labels
from stancelab.predictors.linear import EmbeddingLinearPredictor, TfidfLinearPredictor
from stancelab.schema import LABELS

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import ArrayLike, NDArray
    from scipy.sparse import csr_matrix

    from stancelab.monitor import Surroundings

Positive = Annotated[float, Field(gt=0)]
Count = Annotated[int, Field(ge=1)]

_MAX_ITERATIONS = 2000
_TOLERANCE = 1e-3
"""Of the gradient; a tenth of it takes twice the time and changes no score visibly."""


class TfidfLogreg(StanceClassifier):
    """Softmax regression over n-grams, the actor marked and its window apart from the text.

    Parameters
    ----------
    C : float
        Inverse strength of the L2 penalty.
    class_weight : "balanced", "none" or dict
        Weight of each label.
    characters : bool
        Character n-grams beside the words.
    char_min, char_max : int
        Shortest and longest character n-gram.
    window : int
        Words on each side of the mention that count as its window.
    min_df : int
        A term that fewer rows have is left out.
    random_state : int or None
        Seed of the solver.

    Examples
    --------
    >>> rows = [{"text": "Rome thanked Oslo.", "actor": "Oslo"},
    ...         {"text": "Rome accused Oslo.", "actor": "Oslo"}]
    >>> TfidfLogreg(min_df=1).fit(rows, [2, 0]).predict(rows).tolist()
    [2, 0]
    """

    def __init__(
        self,
        C: float = 1.0,
        class_weight: ClassWeight = "balanced",
        characters: bool = True,
        char_min: int = 2,
        char_max: int = 5,
        window: int = 8,
        min_df: int = 2,
        random_state: int | None = None,
    ) -> None:
        self.C = C
        self.class_weight = class_weight
        self.characters = characters
        self.char_min = char_min
        self.char_max = char_max
        self.window = window
        self.min_df = min_df
        self.random_state = random_state

    def _learn(
        self, table: pa.Table, labels: NDArray[np.int64], around: Surroundings
    ) -> TfidfLinearPredictor:
        settings = TfidfSettings(self.characters, self.char_min, self.char_max, self.window)
        features, matrix = fit_tfidf(table, settings, self.min_df)
        weights, bias = _fit_softmax(matrix, labels, self.C, self.class_weight, self.random_state)
        return TfidfLinearPredictor(features, weights.astype(np.float32), bias)


class EmbeddingLogreg(StanceClassifier):
    """Softmax regression over frozen embeddings of the statement and of the actor in context.

    Parameters
    ----------
    C : float
        Inverse strength of the L2 penalty on standardised dimensions.
    class_weight : "balanced", "none" or dict
        Weight of each label.
    encoder : str
        ``"bundled"``, a directory, or OWNER/NAME or OWNER/NAME@REVISION of the Hugging Face hub.
    window : int
        Characters of context on each side of the mention.
    random_state : int or None
        Seed of the solver.
    """

    def __init__(
        self,
        C: float = 0.003,
        class_weight: ClassWeight = "balanced",
        encoder: str = BUNDLED,
        window: int = 30,
        random_state: int | None = None,
    ) -> None:
        self.C = C
        self.class_weight = class_weight
        self.encoder = encoder
        self.window = window
        self.random_state = random_state

    def prepare(self, table: pa.Table, progress: Progress | None = None) -> None:
        """Make the embeddings of all rows once; every fit and prediction then reads the cache."""
        statements, contexts = inputs(table, self.window)
        self._encoder().embed_inputs(list(dict.fromkeys(statements + contexts)), progress)

    def _encoder(self) -> CachedEncoder:
        return CachedEncoder(open_encoder(self.encoder))

    def _learn(
        self, table: pa.Table, labels: NDArray[np.int64], around: Surroundings
    ) -> EmbeddingLinearPredictor:
        encoder = self._encoder()
        vectors = embed_table(table, encoder, self.window).astype(np.float64)
        mean, scale = vectors.mean(axis=0), vectors.std(axis=0)
        scale[scale == 0] = 1.0
        weights, bias = _fit_softmax(
            (vectors - mean) / scale, labels, self.C, self.class_weight, self.random_state
        )
        folded = (weights / scale[:, None]).astype(np.float32)
        return EmbeddingLinearPredictor(encoder, self.window, folded, bias - mean @ folded)


def _fit_softmax(
    matrix: ArrayLike | csr_matrix,
    labels: NDArray[np.int64],
    C: float,
    class_weight: ClassWeight,
    random_state: int | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Fit a regression and give weights (n_features, 3) and bias (3,) over all three labels."""
    weights = weights_of_labels(class_weight, labels)
    model = LogisticRegression(
        C=C,
        class_weight=weights,
        max_iter=_MAX_ITERATIONS,
        tol=_TOLERANCE,
        random_state=random_state,
    )
    model.fit(matrix, labels)
    coefficients, intercepts = model.coef_, model.intercept_
    if len(model.classes_) == 2:  # one column, for the second class against the first
        coefficients = np.vstack([np.zeros_like(coefficients), coefficients])
        intercepts = np.concatenate([[0.0], intercepts])
    full = np.zeros((coefficients.shape[1], len(LABELS)))
    bias = np.full(len(LABELS), -np.inf)
    full[:, model.classes_] = coefficients.T
    bias[model.classes_] = intercepts
    return full, bias


class TfidfLogregConfig(ModelConfig):
    """Word and character n-grams of the statement and of the actor's window."""

    kind: Literal["tfidf_logreg"] = "tfidf_logreg"
    C: Positive = 1.0
    class_weight: ClassWeight = "balanced"
    char_min: Count = 2
    char_max: Count = 5
    window: Count = 8
    min_df: Count = 2

    @model_validator(mode="after")
    def _ordered(self) -> TfidfLogregConfig:
        if self.char_min > self.char_max:
            raise ValueError(f"char_min {self.char_min} is above char_max {self.char_max}")
        return self

    def build(self, random_state: int) -> TfidfLogreg:
        """Make the estimator."""
        return TfidfLogreg(**self.parameters(), random_state=random_state)


class TfidfWordLogregConfig(ModelConfig):
    """The same with words only, for speed."""

    kind: Literal["tfidf_word_logreg"] = "tfidf_word_logreg"
    C: Positive = 1.0
    class_weight: ClassWeight = "balanced"
    window: Count = 8
    min_df: Count = 2

    def build(self, random_state: int) -> TfidfLogreg:
        """Make the estimator."""
        return TfidfLogreg(**self.parameters(), characters=False, random_state=random_state)


class EmbeddingLogregConfig(ModelConfig):
    """Frozen embeddings of the statement and of the actor in context."""

    kind: Literal["embedding_logreg"] = "embedding_logreg"
    C: Positive = 0.003
    class_weight: ClassWeight = "balanced"
    encoder: str = BUNDLED
    window: Count = 30

    def build(self, random_state: int) -> EmbeddingLogreg:
        """Make the estimator."""
        return EmbeddingLogreg(**self.parameters(), random_state=random_state)
