"""Linear classifiers over n-gram features and over frozen embeddings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from stancelab.encoders import Encoder, reopen_encoder
from stancelab.features.embeddings import embed_table
from stancelab.features.ngrams import TfidfSettings
from stancelab.features.tfidf import TfidfFeatures
from stancelab.features.tracing import word_weights
from stancelab.features.words import WordWeights
from stancelab.predictors.base import State, softmax
from stancelab.predictors.checked import (
    MOST,
    StateError,
    array,
    intercepts,
    number,
    setting,
    texts,
)
from stancelab.predictors.evidence import contrasts
from stancelab.schema import LABELS

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

COMMONEST, RAREST = 1.0, 100.0
"""Inverse document frequencies that a state may have: 1 is a term that every row has."""

_ROWS = 2000
"""Rows whose n-grams are counted at a time; more of them need more memory and little less time."""


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
        found = np.empty((len(table), len(LABELS)))
        for at in range(0, len(table), _ROWS):
            counted = self.features.transform(table.slice(at, _ROWS))
            found[at : at + _ROWS] = softmax(counted @ self.weights + self.bias)
        return found

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
        vocabularies = _vocabularies(state.settings)
        terms = sum(map(len, vocabularies))
        idf = array(state, "idf", (terms,))
        if terms and not COMMONEST <= idf.min() <= idf.max() <= RAREST:
            raise StateError(f"array 'idf' has values outside {COMMONEST:g} to {RAREST:g}")
        features = TfidfFeatures.from_dict(state.settings, idf)
        return cls(features, array(state, "weights", (terms, len(LABELS))), intercepts(state))


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
        name, revision = (setting(state.settings, key, str) for key in ("encoder", "revision"))
        window = number(state.settings, "window", 1, MOST, int)
        bias = intercepts(state)
        array(state, "weights", (None, len(LABELS)))  # before an encoder is looked for
        encoder = reopen_encoder(name, revision)
        return cls(encoder, window, array(state, "weights", (2 * encoder.size, len(LABELS))), bias)


def _vocabularies(settings: Mapping[str, Any]) -> list[list[str]]:
    """Give the terms of each block, after checking which blocks there are."""
    found = setting(settings, "settings", dict)
    characters = setting(found, "characters", bool)
    low = number(found, "char_min", 1, MOST, int)
    number(found, "char_max", low, MOST, int)
    number(found, "window", 1, MOST, int)
    listed = dict(enumerate(setting(settings, "vocabularies", list)))
    if len(listed) != len(TfidfSettings(characters).blocks):
        raise StateError(f"setting 'vocabularies' has {len(listed)} blocks")
    return [texts(listed, at) for at in listed]
