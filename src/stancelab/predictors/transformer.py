"""A fine-tuned encoder that answers: what training changed, over the encoder that it began with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self, get_args

import numpy as np

from stancelab.errors import MissingExtraError, UnknownNameError
from stancelab.features.actor_tokens import ActorTokenizer, InputSettings, Query, Tokens, queries
from stancelab.features.words import NO_WORD, Span, WordWeights, WrittenWords
from stancelab.finetuning.pooling import STANCE, OwnLabels, Pooling, head_sizes, own_head
from stancelab.inference.batching import distinct
from stancelab.predictors.base import State, softmax
from stancelab.predictors.checked import (
    StateError,
    array,
    choice,
    known_labels,
    setting,
    shown_inputs,
)
from stancelab.predictors.evidence import contrasts
from stancelab.predictors.own_heads import UNKNOWN, answer_codes, own_labels, with_own_heads
from stancelab.schema import ALL_LABELS, LABELS

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from stancelab.finetuning.network import StanceNetwork

_BATCH_TOKENS = 4096
POOLINGS = get_args(Pooling)


@dataclass(frozen=True, eq=False)
class TransformerPredictor:
    """An encoder and its heads.

    Parameters
    ----------
    encoder, revision : str
        The encoder that training began with; the word embeddings that training did not touch
        come from it.
    inputs : InputSettings
        How a statement and its actor are shown.
    pooling : {"mean", "span", "mean_span", "cls"}
        The summary that the heads are put on.
    known : tuple of int
        The labels that training had.
    own : mapping of str to mapping of str to int
        By corpus: its own labels, where a head for them was trained, and their codes among ours.
    weights : mapping of str to numpy.ndarray
        Every trained array: ``words.ids`` and ``words.rows`` are the word embeddings that training
        used, the rest are the network's by name.
    codes : tuple of int
        What each class of the head that answers is among the three labels; where several are one,
        its probability is the sum of theirs.
    """

    kind: ClassVar[str] = "transformer"
    encoder: str
    revision: str
    inputs: InputSettings
    pooling: Pooling
    known: tuple[int, ...]
    own: OwnLabels
    weights: Mapping[str, NDArray[Any]]
    codes: tuple[int, ...] = ALL_LABELS

    def predict_proba(self, table: pa.Table) -> NDArray[np.float64]:
        """Give the probabilities of the three labels; 0 for one that training lacked."""
        return self._of_known(self._scores(table)[STANCE])

    def predict_heads(
        self, table: pa.Table
    ) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
        """Give what `predict_proba` gives and, by corpus, what `predict_native` does, at once."""
        scores = self._scores(table)
        places = {name: place for place, name in enumerate(self.own)}
        own = {name: softmax(scores[own_head(places[name])]) for name in self.native_labels}
        return self._of_known(scores[STANCE]), own

    @property
    def native_labels(self) -> Mapping[str, tuple[str, ...]]:
        """The own labels of each corpus that has a head for them."""
        return {name: tuple(labels) for name, labels in self.own.items() if labels}

    @property
    def heads(self) -> tuple[str, ...]:
        """The corpora whose heads can answer: what their labels are among ours is known."""
        return tuple(name for name in self.native_labels if UNKNOWN not in self.own[name].values())

    def predict_native(self, table: pa.Table, head: str | None = None) -> NDArray[np.float64]:
        """Give the probabilities of a corpus' own labels, shape (n_rows, n_native_labels).

        Parameters
        ----------
        table : pyarrow.Table
            A statement table.
        head : str, optional
            The corpus; needed where there are several.
        """
        corpus = self.head_for(head)
        return self.predict_heads(table)[1][corpus]

    def head_for(self, corpus: str | None) -> str:
        """Check that there is a head for a corpus' own labels, and find the only one.

        Raises
        ------
        UnknownNameError
            There is none of that name.
        ValueError
            There are several or none, and none is named.
        """
        known = self.native_labels
        if corpus is not None:
            if corpus not in known:
                raise UnknownNameError("head", corpus, known)
            return corpus
        if len(known) != 1:
            raise ValueError(f"name a head; there is {', '.join(known) or 'none'}")
        return next(iter(known))

    def answering_by(self, corpus: str) -> Self:
        """Give the same encoder answering by the head of a corpus, and not by the shared one.

        Raises
        ------
        UnknownNameError
            There is no head of that name.
        """
        codes = tuple(self.own[self.head_for(corpus)].values())
        place = own_head(list(self.own).index(corpus))
        weights = {
            f"heads.{STANCE}.{part}": self.weights[f"heads.{place}.{part}"]
            for part in ("weight", "bias")
        }
        known = tuple(sorted(set(codes)))
        return replace(self, known=known, weights={**self.weights, **weights}, codes=codes)

    def weigh_words(
        self, table: pa.Table, answers: NDArray[np.int64], truths: NDArray[np.int64]
    ) -> list[WordWeights]:
        """Say how much each word adds to the answer's logit over that of the true label.

        The weight of a word is the gradient × input of its tokens; that of markers, of the one who
        speaks, and of an actor whom the text does not name, belongs to no word.
        """
        tokenizer, network, pad_id = self._opened
        from stancelab.finetuning.attribution import gradient_times_input

        asked = queries(table)
        signs = contrasts(answers, truths, self.known)
        blank = tokenizer.mask_id
        weights = gradient_times_input(
            network, tokenizer.encode(asked), signs, pad_id, pad_id if blank is None else blank
        )
        places = tokenizer.trace(asked)
        return [_join(*row) for row in zip(asked, places, weights, strict=True)]

    def state(self) -> State:
        """Give what training changed; the encoder itself is not included."""
        settings = {
            "encoder": self.encoder,
            "revision": self.revision,
            "inputs": self.inputs.to_dict(),
            "pooling": self.pooling,
            "known": list(self.known),
            "codes": list(self.codes),
            "own": [{"corpus": name, "labels": dict(own)} for name, own in self.own.items()],
        }
        return State(settings, self.weights)

    @classmethod
    def from_state(cls, state: State) -> Self:
        """Make the predictor again; the encoder is opened when it first answers."""
        state = with_own_heads(state)
        found = state.settings
        own, codes = own_labels(found), answer_codes(found)
        _check_weights(state, head_sizes([len(one) for one in own.values()], len(codes)))
        return cls(
            setting(found, "encoder", str),
            setting(found, "revision", str),
            shown_inputs(found),
            choice(found, "pooling", POOLINGS),
            known_labels(found),
            own,
            state.arrays,
            codes,
        )

    def tokens(self, table: pa.Table) -> list[Tokens]:
        """Give the rows as the encoder sees them."""
        return self._opened[0].encode(queries(table))

    @cached_property
    def _opened(self) -> tuple[ActorTokenizer, StanceNetwork, int]:
        try:
            from stancelab.finetuning.opening import open_trained
        except ImportError as error:
            raise MissingExtraError(error.name or "torch", "train") from None
        return open_trained(self)

    def _of_known(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        masked = np.full_like(scores, -np.inf)
        masked[:, list(self.known)] = scores[:, list(self.known)]
        return softmax(masked) if len(scores) else scores

    def _scores(self, table: pa.Table) -> dict[str, NDArray[np.float64]]:
        """Give the scores of each head, by its name."""
        opened = self._opened  # before torch is imported, whose absence it explains
        import torch

        from stancelab.finetuning.batches import by_length, pad

        _, network, pad_id = opened
        # Equal inputs in two batches could differ in the last bit, and the pairs of a statement
        # that is shown without its actor must not.
        rows, places = distinct(self.tokens(table), lambda row: (*row.ids, *row.actor))
        sizes = {name: len(self.weights[f"heads.{name}.bias"]) for name in network.heads}
        sizes[STANCE] = len(LABELS)
        found = {name: np.empty((len(rows), size)) for name, size in sizes.items()}
        device = next(network.parameters()).device
        lengths = np.array([len(row.ids) for row in rows], dtype=np.int64)
        with torch.inference_mode():
            for part in by_length(lengths, _BATCH_TOKENS):
                batch = pad([rows[at] for at in part], pad_id)
                answers = network(**{name: one.to(device) for name, one in batch.items()})
                for name, scores in answers.items():
                    found[name][part] = scores.double().cpu().numpy()
        return {name: scores[places] for name, scores in found.items()}


def _check_weights(state: State, heads: Mapping[str, int]) -> None:
    """Refuse weights that fit no encoder; whether they fit theirs shows when it is opened."""
    ids = array(state, "words.ids", (None,), "i")
    if len(ids) and (ids.min() < 0 or len(np.unique(ids)) < len(ids)):
        raise StateError("array 'words.ids' holds something other than different numbers")
    array(state, "words.rows", (len(ids), None))
    for head, size in heads.items():
        array(state, f"heads.{head}.weight", (size, None))
        array(state, f"heads.{head}.bias", (size,))
    for name in state.arrays:
        if name != "words.ids":
            array(state, name, (None,) * state.arrays[name].ndim)


def _join(asked: Query, places: Sequence[Span | None], weights: NDArray[np.float64]) -> WordWeights:
    """Add the weights of tokens up to those of the words that they are pieces of."""
    starts = {at[0] for at in places if at is not None}
    words = WrittenWords(asked.text, asked.start, asked.end, starts)
    return words.weigh([NO_WORD if at is None else words.number(*at) for at in places], weights)
