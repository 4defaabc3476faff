"""Encoders that answer from an ONNX file, with neither torch nor transformers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self, get_args

import numpy as np

from stancelab.features.actor_tokens import ActorTokenizer, InputSettings, Query, Tokens, queries
from stancelab.features.embeddings import embed_table
from stancelab.inference.batching import Batch, Feed, batches, distinct
from stancelab.inference.engines import Precision
from stancelab.inference.network import GRAPH, TOKENIZER, Network
from stancelab.predictors.base import State, softmax
from stancelab.predictors.checked import (
    MOST,
    array,
    choice,
    file_of,
    intercepts,
    known_labels,
    number,
    setting,
    shown_inputs,
)
from stancelab.predictors.own_heads import answering
from stancelab.schema import LABELS

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from stancelab.predictors.runtime import Runtime


@dataclass(frozen=True, eq=False)
class OnnxTransformerPredictor:
    """A fine-tuned encoder as an ONNX file, its heads included.

    Parameters
    ----------
    network : Network
        Takes ``ids``, ``attention``, ``actor`` and, where it has token types, ``types``; gives
        the scores of the labels.
    inputs : InputSettings
        How a statement and its actor are shown.
    known : tuple of int
        The labels that training had.
    pad : int
        Id of the padding token.
    typed : bool
        Whether the network takes token types.
    own : mapping of str to tuple of int
        By corpus with a head that can answer, in the order of the scores behind those of the
        shared head: the labels that it knows.
    head : str
        The corpus whose head answers; the shared one where it is empty.
    """

    kind: ClassVar[str] = "onnx_transformer"
    network: Network
    inputs: InputSettings
    known: tuple[int, ...]
    pad: int
    typed: bool
    own: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    head: str = ""

    def predict_proba(self, table: pa.Table) -> NDArray[np.float64]:
        """Give the probabilities of the three labels; 0 for one that training lacked.

        Equal questions are answered once.
        """
        asked, places = distinct(queries(table))
        if not asked:
            return np.empty((0, len(LABELS)))
        heads = {"": self.known, **self.own}
        size, first = len(LABELS), len(LABELS) * list(heads).index(self.head)
        found = self.network.answer(self._batches(asked), len(asked), size * len(heads))
        scores, known = found[:, first : first + size], list(heads[self.head])
        masked = np.full_like(scores, -np.inf)
        masked[:, known] = scores[:, known]
        return softmax(masked)[places]

    @property
    def heads(self) -> tuple[str, ...]:
        """The corpora whose heads can answer."""
        return tuple(self.own)

    def answering_by(self, head: str) -> Self:
        """Give the same predictor, answering by a corpus' head."""
        return replace(self, head=head)

    def with_runtime(self, runtime: Runtime) -> Self:
        """Give the same predictor, computed by another runtime."""
        return replace(self, network=self.network.with_runtime(runtime))

    def describe_runtime(self) -> str:
        """Say what computes it."""
        return self.network.describe()

    def state(self) -> State:
        """Give the settings, and the files of the network."""
        settings = {
            "precision": self.network.precision,
            "inputs": self.inputs.to_dict(),
            "known": list(self.known),
            "pad": self.pad,
            "typed": self.typed,
            "own": [{"corpus": name, "known": list(known)} for name, known in self.own.items()],
        }
        return State(settings, {}, self.network.files)

    @classmethod
    def from_state(cls, state: State) -> Self:
        """Make the predictor again; the network is opened when it first answers."""
        found = state.settings
        return cls(
            _network(state),
            shown_inputs(found),
            known_labels(found),
            number(found, "pad", 0, MOST, int),
            setting(found, "typed", bool),
            answering(found),
        )

    def _batches(self, asked: Sequence[Query]) -> Iterator[Batch]:
        sizes = [len(one.text) for one in asked]
        return batches(
            sizes, lambda places: self._tokenizer.encode([asked[at] for at in places]), self._pad
        )

    def _pad(self, rows: Sequence[Tokens]) -> Feed:
        feed = pad_tokens([row.ids for row in rows], self.pad)
        feed["actor"] = padded([row.actor for row in rows], 0)
        if self.typed:
            feed["types"] = padded([row.types for row in rows], 0)
        return feed

    @cached_property
    def _tokenizer(self) -> ActorTokenizer:
        return ActorTokenizer(self.network.open_tokenizer(), self.inputs)


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
            _network(state),
            setting(found, "prefix", str),
            number(found, "longest", 1, MOST, int),
            number(found, "pad", 0, MOST, int),
        )
        window = number(found, "window", 1, MOST, int)
        weights = array(state, "weights", (2 * size, len(LABELS)))
        return cls(encoder, window, weights, intercepts(state))


def pad_tokens(ids: Sequence[Sequence[int]], pad: int) -> dict[str, NDArray[np.int64]]:
    """Put token ids of several inputs into an array, and say which are no padding.

    Examples
    --------
    >>> made = pad_tokens([[5, 6], [7]], pad=1)
    >>> made["ids"].tolist(), made["attention"].tolist()
    ([[5, 6], [7, 1]], [[1, 1], [1, 0]])
    """
    return {"ids": padded(ids, pad), "attention": padded([[1] * len(row) for row in ids], 0)}


def padded(rows: Sequence[Sequence[int]], value: int) -> NDArray[np.int64]:
    """Put rows of numbers into an array of shape (n_rows, longest)."""
    longest = max(map(len, rows))
    return np.array([[*row, *[value] * (longest - len(row))] for row in rows], dtype=np.int64)


def _network(state: State) -> Network:
    graph, tokenizer = file_of(state, GRAPH), file_of(state, TOKENIZER)
    return Network(graph, tokenizer, choice(state.settings, "precision", get_args(Precision)))
