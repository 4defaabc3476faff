"""Linear classifiers over n-gram features and over frozen embeddings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from stancelab.encoders import Encoder, reopen_encoder
from stancelab.features.embeddings import embed_table
from stancelab.features.tfidf import TfidfFeatures
from stancelab.features.tracing import word_weights
from stancelab.features.words import WordWeights
from stancelab.predictors.base import State, softmax
from stancelab.predictors.evidence import contrasts

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class TfidfLinearPredictor:
    """Softmax regression over n-grams of the statement and of the actor's window.

    Parameters
    ----------
    features : TfidfFeatures
        The fitted n-grams.
    weights : numpy.ndarray, shape (n_features, 3)
        Coefficients of each label; single precision, as they are exported.
    bias : numpy.ndarray, shape (3,)
        Intercepts; ``-inf`` for a label that training did not have.
    """

    kind: ClassVar[str] = "tfidf_linear"
    features: TfidfFeatures
    weights: NDArray[np.float32]
    bias: NDArray[np.float64]

    def predict_proba(self, table: pa.Table) -> NDArray[np.float64]:
        """Weigh the n-grams and add them up."""
        return softmax(self.features.transform(table) @ self.weights + self.bias)

    def weigh_words(
        self, table: pa.Table, answers: NDArray[np.int64], truths: NDArray[np.int64]
    ) -> list[WordWeights]:
        """Say how much each word adds to the answer's logit over that of the true label."""
        known = np.flatnonzero(np.isfinite(self.bias)).tolist()
        return word_weights(table, self.features, self.weights, contrasts(answers, truths, known))

    def state(self) -> State:
        """Give vocabularies as JSON, weights and frequencies as arrays."""
        arrays: dict[str, NDArray[Any]] = {
            "weights": self.weights,
            "bias": self.bias,
            "idf": self.features.idf,
        }
        return State(self.features.to_dict(), arrays)

    @classmethod
    def from_state(cls, state: State) -> Self:
        """Make the predictor from its vocabularies and arrays."""
        features = TfidfFeatures.from_dict(state.settings, state.arrays["idf"])
        return cls(features, state.arrays["weights"], state.arrays["bias"])


@dataclass(frozen=True, eq=False)
class EmbeddingLinearPredictor:
    """Softmax regression over the embeddings of a statement and of its actor in context.

    Parameters
    ----------
    encoder : Encoder
        Makes the embeddings.
    window : int
        Characters of context on each side of the mention.
    weights : numpy.ndarray, shape (2 * encoder.size, 3)
        Coefficients of each label; the scaling of training is folded in.
    bias : numpy.ndarray, shape (3,)
        Intercepts; ``-inf`` for a label that training did not have.
    """

    kind: ClassVar[str] = "embedding_linear"
    encoder: Encoder
    window: int
    weights: NDArray[np.float32]
    bias: NDArray[np.float64]

    def predict_proba(self, table: pa.Table) -> NDArray[np.float64]:
        """Embed the rows and add up the weighted dimensions."""
        vectors = embed_table(table, self.encoder, self.window).astype(np.float64)
        return softmax(vectors @ self.weights + self.bias)

    def state(self) -> State:
        """Give the encoder's name and revision, and the weights; the encoder is not included."""
        names = {"encoder": self.encoder.name, "revision": self.encoder.revision}
        arrays: dict[str, NDArray[Any]] = {"weights": self.weights, "bias": self.bias}
        return State({**names, "window": self.window}, arrays)

    @classmethod
    def from_state(cls, state: State) -> Self:
        """Open the encoder that the weights belong to.

        Raises
        ------
        EncoderError
            It cannot be found, or only another revision of it.
        """
        encoder = reopen_encoder(state.settings["encoder"], state.settings["revision"])
        return cls(encoder, state.settings["window"], state.arrays["weights"], state.arrays["bias"])
