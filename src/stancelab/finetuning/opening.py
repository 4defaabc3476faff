"""Opening an encoder to be trained, and a trained one to answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from stancelab.encoders import EncoderFiles, find_same_encoder
from stancelab.encoders.lengths import longest_input
from stancelab.encoders.loading import load_model, load_tokenizer
from stancelab.features.actor_tokens import ActorTokenizer, InputSettings
from stancelab.finetuning.network import StanceNetwork, take_words
from stancelab.finetuning.pooling import OwnLabels, head_sizes
from stancelab.finetuning.vocabulary import with_markers
from stancelab.predictors.checked import UnfitWeightsError
from stancelab.schema import LABELS

if TYPE_CHECKING:
    from stancelab.predictors.transformer import TransformerPredictor


@dataclass(frozen=True, slots=True, eq=False)
class OpenedEncoder:
    """An encoder in parts.

    Attributes
    ----------
    encoder : torch.nn.Module
        Without its word embeddings.
    words : torch.Tensor, shape (n_words, size)
        Those, with rows for the marker tokens.
    tokenizer : ActorTokenizer
        Its tokenizer, which knows the marker tokens.
    pad : int
        Id of the padding token.
    """

    encoder: nn.Module
    words: torch.Tensor
    tokenizer: ActorTokenizer
    pad: int


def open_parts(files: EncoderFiles, settings: InputSettings) -> OpenedEncoder:
    """Open an encoder in parts; an input is never longer than the encoder takes."""
    encoder = load_model(files)
    found = load_tokenizer(files, encoder)
    longest = min(settings.max_tokens, longest_input(encoder, found))
    tokenizer = ActorTokenizer(found.backend_tokenizer, replace(settings, max_tokens=longest))
    pad = found.pad_token_id if found.pad_token_id is not None else 0
    words = with_markers(take_words(encoder), tokenizer)
    return OpenedEncoder(encoder, words, tokenizer, pad)


def heads(own: OwnLabels, n_answers: int = len(LABELS)) -> Mapping[str, int]:
    """Name the heads and count their classes."""
    return head_sizes([len(labels) for labels in own.values()], n_answers)


def open_trained(found: TransformerPredictor) -> tuple[ActorTokenizer, StanceNetwork, int]:
    """Put what was trained over the encoder that training began with.

    Returns
    -------
    tokenizer : ActorTokenizer
        Makes the inputs.
    network : StanceNetwork
        Ready to answer.
    pad : int
        Id of the padding token.

    Raises
    ------
    UnfitWeightsError
        The weights are those of another network.
    """
    parts = open_parts(find_same_encoder(found.encoder, found.revision), found.inputs)
    arrays: dict[str, Any] = {
        name: torch.from_numpy(array).to(parts.words.device)
        for name, array in found.weights.items()
    }
    own = heads(found.own, len(found.codes))
    try:
        parts.words[arrays.pop("words.ids")] = arrays.pop("words.rows")
        network = StanceNetwork(parts.encoder, parts.words, found.pooling, own, codes=found.codes)
        network.load_state_dict({"words.weight": parts.words, **arrays})
    except (IndexError, RuntimeError) as error:
        raise UnfitWeightsError(found.encoder, error) from None
    return parts.tokenizer, network.eval().to(parts.words.device), parts.pad
