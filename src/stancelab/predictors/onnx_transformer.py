"""A fine-tuned encoder that answers from an ONNX file, with neither torch nor transformers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from stancelab.features.actor_tokens import ActorTokenizer, InputSettings, Query, Tokens, queries
from stancelab.inference.batching import Batch, Feed, batches, distinct
from stancelab.inference.network import Network
from stancelab.inference.padding import pad_tokens, padded
from stancelab.predictors.base import State, softmax
from stancelab.predictors.checked import MOST, known_labels, number, setting, shown_inputs
from stancelab.predictors.networks import network_of
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
    known_of : mapping of str to tuple of int
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
    known_of: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    head: str = ""

    def predict_proba(self, table: pa.Table) -> NDArray[np.float64]:
        """Give the probabilities of the three labels; 0 for one that training lacked.

        Equal questions are answered once.
        """
        asked, places = distinct(queries(table))
        if not asked:
            return np.empty((0, len(LABELS)))
        heads = {"": self.known, **self.known_of}
        size, first = len(LABELS), len(LABELS) * list(heads).index(self.head)
        found = self.network.answer(self._batches(asked), len(asked), size * len(heads))
        scores, known = found[:, first : first + size], list(heads[self.head])
        masked = np.full_like(scores, -np.inf)
        masked[:, known] = scores[:, known]
        return softmax(masked)[places]

    @property
    def heads(self) -> tuple[str, ...]:
        """The corpora whose heads can answer."""
        return tuple(self.known_of)

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
            "own": [
                {"corpus": name, "known": list(known)} for name, known in self.known_of.items()
            ],
        }
        return State(settings, {}, self.network.files)

    @classmethod
    def from_state(cls, state: State) -> Self:
        """Make the predictor again; the network is opened when it first answers."""
        found = state.settings
        return cls(
            network_of(state),
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
