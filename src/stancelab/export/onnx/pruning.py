"""Leaving tokens out of a network, and measuring what that changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from stancelab.export.licences import OWN
from stancelab.export.onnx.frequent import WORD_LIST, needed_tokens
from stancelab.export.onnx.network import Opened, embedding
from stancelab.export.onnx.vocabulary import prune
from stancelab.export.onnx.wanted import Material, OnnxWanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenizers import Tokenizer

_COLUMNS = ("text", "actor", "source")


def leave_out_tokens(
    opened: Opened, wanted: OnnxWanted, material: Material
) -> tuple[Opened, dict[str, Any]]:
    """Keep the tokens that some languages and texts need.

    Returns
    -------
    opened : Opened
        The same network with fewer word embeddings.
    about : dict
        ``vocabulary`` and ``unlabelled_data``, for the manifest.
    """
    texts = [text for name in _COLUMNS for text in material.training.column(name).to_pylist()]
    whole = opened.tokenizer
    kept = needed_tokens(whole, wanted.languages, texts, wanted.keep_tokens_of)
    tokenizer, ids = prune(whole, {*kept, opened.pad})
    words: Any = opened.module.words
    rows = words.weight.detach()[torch.from_numpy(ids)]
    _set_words(opened.module, embedding(rows))
    asked = sorted(set(material.validation.column("text").to_pylist()))
    about = {
        "languages": list(wanted.languages),
        "tokens": len(ids),
        "of": words.num_embeddings,
        "changed_segmentation": changed_share(whole, tokenizer, asked),
    }
    pad = int((ids == opened.pad).argmax())
    smaller = replace(opened, tokenizer=tokenizer, pad=pad)
    return smaller, {"vocabulary": about, "unlabelled_data": _sources(wanted)}


def changed_share(one: Tokenizer, other: Tokenizer, texts: Sequence[str]) -> float:
    """Give the share of texts that two tokenizers cut into different pieces.

    Parameters
    ----------
    one, other : tokenizers.Tokenizer
        Without truncation.
    texts : sequence of str
        At least one.
    """
    pairs = zip(one.encode_batch(list(texts)), other.encode_batch(list(texts)), strict=True)
    return sum(a.tokens != b.tokens for a, b in pairs) / len(texts)


def _set_words(module: Any, words: nn.Embedding) -> None:
    module.words = words
    if hasattr(module, "network"):
        module.network.words = words


def _sources(wanted: OnnxWanted) -> list[dict[str, str]]:
    """Say whose texts the tokens were chosen by."""
    own = [
        {
            **WORD_LIST,
            "name": path.name,
            "licence": OWN,
            "terms": "unstated",
        }
        for path in wanted.keep_tokens_of
    ]
    return ([dict(WORD_LIST)] if wanted.languages else []) + own
