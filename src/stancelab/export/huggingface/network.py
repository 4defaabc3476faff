"""A trained encoder put together again: its weights, its tokenizer, and what its config says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from stancelab.encoders import find_same_encoder
from stancelab.encoders.loading import load_tokenizer, quiet_transformers
from stancelab.export.huggingface.code import HEAD
from stancelab.export.huggingface.head import FoldedHead
from stancelab.export.onnx.wanted import ExportError
from stancelab.features.actor_tokens import ACTOR_MARKERS, SOURCE_MARKER, ActorTokenizer
from stancelab.finetuning.opening import open_trained
from stancelab.schema import LABELS

if TYPE_CHECKING:
    from pathlib import Path

    from stancelab.finetuning.network import StanceNetwork

_KEY = "stancelab"
_SCHEME = "a tokenizer whose token types are 0 for the first text and 1 for the second"


@dataclass(frozen=True, slots=True, eq=False)
class HubModel:
    """What a directory of `transformers` is written from.

    Attributes
    ----------
    encoder : transformers.PreTrainedModel
        With the trained word embeddings, marker tokens included.
    tokenizer : transformers.PreTrainedTokenizerFast
        Knows the marker tokens by the same ids.
    described : dict
        What its config says of head and inputs.
    """

    encoder: Any
    tokenizer: Any
    described: dict[str, Any]

    @property
    def parameters(self) -> int:
        """Count the encoder's trained numbers."""
        return sum(int(one.numel()) for one in self.encoder.parameters())

    def save(self, folder: Path) -> None:
        """Write encoder, config and tokenizer as `transformers` does."""
        with quiet_transformers():
            self.encoder.save_pretrained(folder)
            self.tokenizer.save_pretrained(folder)


def assemble(head: FoldedHead) -> HubModel:
    """Put the trained rows and layers into the encoder that training began with.

    Raises
    ------
    ExportError
        `transformers` would read the tokenizer or the weights otherwise than training did.
    """
    found = head.found
    own, network, _ = open_trained(found)
    encoder = _whole(network)
    tokenizer = load_tokenizer(find_same_encoder(found.encoder, found.revision), encoder)
    markers = [*ACTOR_MARKERS, SOURCE_MARKER]
    tokenizer.add_special_tokens({"additional_special_tokens": markers})
    if tokenizer.convert_tokens_to_ids(markers) != own.marker_ids:
        raise ExportError(
            f"the tokenizer of {found.encoder!r} gives the markers other ids in transformers than "
            "in training; use --format bundle or onnx"
        )
    tokenizer.name_or_path = ""
    described = _described(head, own, network.typed)
    setattr(encoder.config, _KEY, described)
    return HubModel(encoder, tokenizer, described)


def _whole(network: StanceNetwork) -> Any:
    """Make the encoder as `AutoModel` opens it, which has all its words and may have a pooler.

    No head of ours is put on a pooler, and training takes it off: its weights are zero.
    """
    from transformers import AutoModel

    opener: Any = AutoModel
    trained: Any = network.encoder
    trained.set_input_embeddings(network.words)
    config = trained.config
    config.vocab_size = network.words.num_embeddings
    config.id2label = dict(enumerate(LABELS))
    config.label2id = {label: at for at, label in enumerate(LABELS)}
    config.name_or_path = ""
    encoder = opener.from_config(config, dtype=torch.float32)
    missing, more = encoder.load_state_dict(trained.state_dict(), strict=False)
    if more or any("pooler" not in name for name in missing):
        raise ExportError(
            f"transformers opens {type(encoder).__name__} with other weights than were trained "
            f"({', '.join([*missing, *more][:3])}); use --format bundle or onnx"
        )
    with torch.no_grad():
        for name, parameter in encoder.named_parameters():
            if name in missing:
                parameter.zero_()
    return encoder.eval()


def _described(head: FoldedHead, own: ActorTokenizer, typed: bool) -> dict[str, Any]:
    """Say what turns a statement and its actor into tokens, and tokens into probabilities."""
    settings = own.settings
    return {
        "head": HEAD,
        "pooling": head.found.pooling,
        "labels": list(LABELS),
        "input": settings.to_dict(),
        "longest_name": own.longest_name,
        "single": [[token for token, _ in part] for part in own.single],
        "pair": [[token for token, _ in part] for part in own.pair],
        "typed": typed and _has_types(own),
    }


def _has_types(own: ActorTokenizer) -> bool:
    """Say whether a pair of texts has token types, and refuse a scheme that the code lacks."""
    first, between, after = own.pair
    kinds = [{kind for _, kind in part} for part in (first + between, after)]
    single = {kind for part in own.single for _, kind in part}
    if single - {0} or kinds[0] - {0} or (kinds[1] not in ({0}, {1}) and kinds[1]):
        raise ExportError(f"--format huggingface takes {_SCHEME}; use --format bundle or onnx")
    return kinds[1] == {1}
