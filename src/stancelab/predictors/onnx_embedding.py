"""A frozen encoder as an ONNX file, and a regression over its vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

import numpy as np

from stancelab.features.embeddings import embed_table
from stancelab.inference.batching import Feed, batches
from stancelab.inference.network import Network
from stancelab.inference.padding import pad_tokens
from stancelab.predictors.base import State, softmax
from stancelab.predictors.checked import MOST, array, intercepts, number, setting
from stancelab.predictors.networks import network_of
from stancelab.schema import LABELS

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from stancelab.predictors.runtime import Runtime


class Plain(NamedTuple):
    """One text as token ids."""

    ids: list[int]


@dataclass(frozen=True, eq=False)
class OnnxEncoder:
    """A frozen encoder as an ONNX file: the mean over a text's tokens, scaled to length one.

    Parameters
    ----------
    name, revision : str
        The encoder that it was made of.
    size : int
        Length of a vector.
    network : Network
        Takes ``ids`` and ``attention``; gives vectors.
    prefix : str
        Put before each text.
    longest : int
        Tokens that it takes at most; what is longer is cut off at its end.
    pad : int
        Id of the padding token.
    """

    name: str
    revision: str
    size: int
    network: Network
    prefix: str
    longest: int
    pad: int

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts.

        Returns
        -------
        numpy.ndarray, shape (n_texts, size)
            Vectors of length one.
        """
        if not texts:
            return np.empty((0, self.size), dtype=np.float32)
        made = batches([len(text) for text in texts], lambda at: self._encode(texts, at), self._pad)
        return self.network.answer(made, len(texts), self.size).astype(np.float32)

    def _encode(self, texts: Sequence[str], places: Sequence[int]) -> list[Plain]:
        found = self._tokenizer.encode_batch([self.prefix + texts[at] for at in places])
        return [Plain(one.ids or [self.pad]) for one in found]

    def _pad(self, rows: Sequence[Plain]) -> Feed:
        return pad_tokens([row.ids for row in rows], self.pad)

    @cached_property
    def _tokenizer(self) -> Any:
        tokenizer = self.network.open_tokenizer()
        tokenizer.no_padding()
        tokenizer.enable_truncation(self.longest)
        return tokenizer


@dataclass(frozen=True, eq=False)
class OnnxEmbeddingPredictor:
    """Softmax regression over the embeddings that an ONNX file gives.

    Parameters
    ----------
    encoder : OnnxEncoder
        Makes the embeddings.
    window : int
        Characters of context on each side of the mention.
    weights : numpy.ndarray, shape (2 * encoder.size, 3)
        Coefficients of each label.
    bias : numpy.ndarray, shape (3,)
        Intercepts; ``-inf`` for a label that training did not have.
    """

    kind: ClassVar[str] = "onnx_embedding"
    encoder: OnnxEncoder
    window: int
    weights: NDArray[np.float32]
    bias: NDArray[np.float64]

    def predict_proba(self, table: pa.Table) -> NDArray[np.float64]:
        """Embed the rows and add up the weighted dimensions."""
        vectors = embed_table(table, self.encoder, self.window).astype(np.float64)
        return softmax(vectors @ self.weights + self.bias)

    def with_runtime(self, runtime: Runtime) -> Self:
        """Give the same predictor, computed by another runtime."""
        network = self.encoder.network.with_runtime(runtime)
        return replace(self, encoder=replace(self.encoder, network=network))

    def describe_runtime(self) -> str:
        """Say what computes it."""
        return self.encoder.network.describe()

    def state(self) -> State:
        """Give the settings and weights, and the files of the network."""
        one = self.encoder
        settings = {
            "precision": one.network.precision,
            "name": one.name,
            "revision": one.revision,
            "size": one.size,
            "prefix": one.prefix,
            "longest": one.longest,
            "pad": one.pad,
            "window": self.window,
        }
        arrays: dict[str, NDArray[Any]] = {"weights": self.weights, "bias": self.bias}
        return State(settings, arrays, one.network.files)

    @classmethod
    def from_state(cls, state: State) -> Self:
        """Make the predictor again; the network is opened when it first answers."""
        found = state.settings
        size = number(found, "size", 1, MOST, int)
        encoder = OnnxEncoder(
            setting(found, "name", str),
            setting(found, "revision", str),
            size,
            network_of(state),
            setting(found, "prefix", str),
            number(found, "longest", 1, MOST, int),
            number(found, "pad", 0, MOST, int),
        )
        window = number(found, "window", 1, MOST, int)
        weights = array(state, "weights", (2 * size, len(LABELS)))
        return cls(encoder, window, weights, intercepts(state))
