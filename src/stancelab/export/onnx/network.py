"""A trained encoder in the form that is written: one network, one output, named inputs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import torch
from torch import nn

from stancelab.encoders import BUNDLED, find_same_encoder
from stancelab.encoders.lengths import longest_input
from stancelab.encoders.loading import load_model, load_tokenizer
from stancelab.export.encoder import shown_name
from stancelab.features.actor_tokens import ActorTokenizer, InputSettings, queries
from stancelab.features.embeddings import inputs
from stancelab.finetuning.network import StanceNetwork, by_label, take_words
from stancelab.finetuning.opening import open_trained
from stancelab.finetuning.pooling import STANCE
from stancelab.inference.batching import Feed
from stancelab.inference.network import Network
from stancelab.inference.padding import pad_tokens, padded
from stancelab.predictors.base import Predictor
from stancelab.predictors.linear import EmbeddingLinearPredictor
from stancelab.predictors.onnx_embedding import OnnxEmbeddingPredictor, OnnxEncoder
from stancelab.predictors.onnx_transformer import OnnxTransformerPredictor
from stancelab.predictors.transformer import TransformerPredictor
from stancelab.schema import ALL_LABELS

if TYPE_CHECKING:
    import pyarrow as pa
    from tokenizers import Tokenizer

_QUERY = "query: "
"""What the engine of the bundled encoder puts before each text."""


@dataclass(frozen=True, eq=False)
class Opened(ABC):
    """A network ready to be written.

    Attributes
    ----------
    module : torch.nn.Module
        Has the word embeddings as ``words`` and the encoder as ``encoder``; takes the arrays of
        a feed under their names.
    tokenizer : tokenizers.Tokenizer
        Makes its inputs; knows the marker tokens where there are any.
    pad : int
        Id of the padding token.
    """

    output: ClassVar[str]
    module: Any
    tokenizer: Tokenizer
    pad: int

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """Name the inputs."""

    @abstractmethod
    def feeds(self, table: pa.Table) -> list[Feed]:
        """Give the inputs of a statement table's rows, one at a time."""

    @abstractmethod
    def build(self, written: Network) -> Predictor:
        """Make the predictor that reads the written files."""


@dataclass(frozen=True, eq=False)
class OpenedTransformer(Opened):
    """A fine-tuned encoder with its heads."""

    output: ClassVar[str] = "scores"
    settings: InputSettings
    known: tuple[int, ...]
    known_of: Mapping[str, tuple[int, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        """Name the inputs."""
        typed = ("types",) if self.module.network.typed else ()
        return ("ids", "attention", "actor", *typed)

    def feeds(self, table: pa.Table) -> list[Feed]:
        """Give the inputs of a statement table's rows, one at a time."""
        rows = ActorTokenizer(self.tokenizer, self.settings).encode(queries(table))
        return [
            {
                **pad_tokens([row.ids], self.pad),
                "actor": padded([row.actor], 0),
                **({"types": padded([row.types], 0)} if "types" in self.names else {}),
            }
            for row in rows
        ]

    def build(self, written: Network) -> Predictor:
        """Make the predictor that reads the written files."""
        typed = "types" in self.names
        return OnnxTransformerPredictor(
            written, self.settings, self.known, self.pad, typed, self.known_of
        )


@dataclass(frozen=True, eq=False)
class OpenedEncoder(Opened):
    """A frozen encoder, and the regression over its vectors."""

    output: ClassVar[str] = "vectors"
    predictor: EmbeddingLinearPredictor
    prefix: str
    longest: int

    @property
    def names(self) -> tuple[str, ...]:
        """Name the inputs."""
        return ("ids", "attention")

    def feeds(self, table: pa.Table) -> list[Feed]:
        """Give the inputs of a statement table's rows, one at a time."""
        asked = [text for part in inputs(table, self.predictor.window) for text, _ in part if text]
        self.tokenizer.enable_truncation(self.longest)
        made = self.tokenizer.encode_batch([self.prefix + text for text in dict.fromkeys(asked)])
        return [pad_tokens([one.ids or [self.pad]], self.pad) for one in made]

    def build(self, written: Network) -> Predictor:
        """Make the predictor that reads the written files."""
        from_it = self.predictor
        encoder = OnnxEncoder(
            shown_name(from_it.encoder.name),
            from_it.encoder.revision,
            from_it.encoder.size,
            written,
            self.prefix,
            self.longest,
            self.pad,
        )
        return OnnxEmbeddingPredictor(encoder, from_it.window, from_it.weights, from_it.bias)


def open_network(predictor: Predictor) -> Opened:
    """Open the network of a predictor, for the processor and in single precision.

    Parameters
    ----------
    predictor : TransformerPredictor or EmbeddingLinearPredictor
        What was trained.
    """
    if isinstance(predictor, TransformerPredictor):
        made, network, pad = open_trained(predictor)
        own = {name: predictor.answering_by(name) for name in predictor.heads}
        module = _plain(_Scores(network, [predictor, *own.values()]))
        known = {name: one.known for name, one in own.items()}
        return OpenedTransformer(module, made.tokenizer, pad, made.settings, predictor.known, known)
    if isinstance(predictor, EmbeddingLinearPredictor):
        return _frozen(predictor)
    raise TypeError(f"a predictor of kind {predictor.kind!r} has no network")


def embedding(words: torch.Tensor) -> nn.Embedding:
    """Make the layer that looks words up in a table, shape (n_words, size)."""
    made = nn.Embedding(words.shape[0], words.shape[1], _weight=words)
    return made.requires_grad_(False)


class _Scores(nn.Module):
    """The scores of the three labels by each head, side by side; one layer computes all heads."""

    def __init__(self, network: StanceNetwork, answering: Sequence[TransformerPredictor]) -> None:
        super().__init__()
        self.words, self.network = network.words, network
        weight, bias = (
            np.concatenate([one.weights[f"heads.{STANCE}.{part}"] for one in answering])
            for part in ("weight", "bias")
        )
        head = nn.Linear(weight.shape[1], len(weight))
        head.load_state_dict({"weight": torch.from_numpy(weight), "bias": torch.from_numpy(bias)})
        network.heads, network.codes = nn.ModuleDict({STANCE: head}), ALL_LABELS
        self.codes = [one.codes for one in answering]

    @property
    def encoder(self) -> nn.Module:
        return self.network.encoder

    def forward(
        self,
        ids: torch.Tensor,
        attention: torch.Tensor,
        actor: torch.Tensor,
        types: torch.Tensor | None = None,
    ) -> torch.Tensor:
        found: torch.Tensor = self.network(ids, attention, actor, types)[STANCE]
        classes = torch.split(found, [len(codes) for codes in self.codes], dim=1)
        pairs = zip(classes, self.codes, strict=True)
        return torch.cat([by_label(one, codes) for one, codes in pairs], dim=1)


class _Vectors(nn.Module):
    """The mean of the last layer over the tokens of a text, scaled to length one."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        words = take_words(encoder)
        self.words = embedding(words)
        self.encoder = encoder

    def forward(self, ids: torch.Tensor, attention: torch.Tensor) -> torch.Tensor:
        found = self.encoder(inputs_embeds=self.words(ids), attention_mask=attention)
        summed = (found.last_hidden_state * attention.unsqueeze(-1)).sum(dim=1)
        return nn.functional.normalize(summed)


def _frozen(predictor: EmbeddingLinearPredictor) -> OpenedEncoder:
    files = find_same_encoder(predictor.encoder.name, predictor.encoder.revision)
    model = load_model(files)
    found = load_tokenizer(files, model)
    longest, pad = longest_input(model, found), int(found.pad_token_id or 0)
    prefix = _QUERY if files.name == BUNDLED else getattr(predictor.encoder, "prefix", "")
    tokenizer = found.backend_tokenizer
    tokenizer.no_padding()
    return OpenedEncoder(_plain(_Vectors(model)), tokenizer, pad, predictor, prefix, longest)


def _plain(module: Any) -> nn.Module:
    """Make attention plain arithmetic, which is written as a third of the operators."""
    module = module.float().cpu().eval()
    module.encoder.set_attn_implementation("eager")
    found: nn.Module = module.requires_grad_(False)
    return found
