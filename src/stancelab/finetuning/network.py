"""The network: an encoder, a summary of its output that looks at the actor, and its heads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from inspect import signature
from typing import Any

import torch
from torch import nn

from stancelab.finetuning.pooling import STANCE, Pooling
from stancelab.schema import ALL_LABELS

_NEVER = -1e4
_LAYER = re.compile(r"\blayers?\.(\d+)\.")


class StanceNetwork(nn.Module):
    """An encoder with heads.

    The word embeddings are a table of their own, fed to the encoder as vectors, so that training
    can hold the rows alone that its texts use.

    Parameters
    ----------
    encoder : torch.nn.Module
        A `transformers` encoder; its own word embeddings are put aside.
    words : torch.Tensor, shape (n_words, size)
        The word embeddings.
    pooling : {"mean", "span", "mean_span", "cls"}
        The summary that heads are put on.
    heads : mapping of str to int
        How many classes each head tells apart.
    dropout : float
        Share of the summary that is dropped in training.
    codes : sequence of int
        What each class of the head that answers is among the three labels; where several are one,
        its probability is the sum of theirs.
    """

    def __init__(
        self,
        encoder: nn.Module,
        words: torch.Tensor,
        pooling: Pooling,
        heads: Mapping[str, int],
        dropout: float = 0.1,
        codes: Sequence[int] = ALL_LABELS,
    ) -> None:
        super().__init__()
        self.encoder, self.pooling, self.codes = encoder, pooling, tuple(codes)
        self.words = nn.Embedding(words.shape[0], words.shape[1], _weight=words)
        self.dropout = nn.Dropout(dropout)
        hidden = getattr(encoder.config, "hidden_size", None) or words.shape[1]
        size = hidden * (2 if pooling == "mean_span" else 1)
        self.heads = nn.ModuleDict({name: _head(size, n) for name, n in heads.items()})
        self.typed = _takes_types(encoder)

    def forward(
        self,
        ids: torch.Tensor,
        attention: torch.Tensor,
        actor: torch.Tensor,
        types: torch.Tensor | None = None,
    ) -> dict[str, torch.Tensor]:
        """Give the scores of every head, each of shape (n_rows, n_classes)."""
        more = {"token_type_ids": types} if self.typed and types is not None else {}
        found = self.encoder(inputs_embeds=self.words(ids), attention_mask=attention, **more)
        summary = self.dropout(self._pool(found.last_hidden_state, attention, actor))
        scores = {name: head(summary).float() for name, head in self.heads.items()}
        return {**scores, STANCE: by_label(scores[STANCE], self.codes)}

    def _pool(
        self, states: torch.Tensor, attention: torch.Tensor, actor: torch.Tensor
    ) -> torch.Tensor:
        if self.pooling == "cls":
            return states[:, 0]
        if self.pooling == "mean":
            return _mean(states, attention)
        nowhere = actor.sum(dim=1, keepdim=True) == 0  # no actor asked for: the text as a whole
        span = _mean(states, torch.where(nowhere, attention, actor))
        if self.pooling == "span":
            return span
        return torch.cat([_mean(states, attention), span], dim=1)

    def depth(self, parameter: str) -> int:
        """Tell how deep a parameter lies: 0 for embeddings, then layers, then heads."""
        if parameter.startswith("heads."):
            return self.layers + 1
        found = _LAYER.search(parameter)
        if found:
            return int(found[1]) + 1
        embedded = parameter.startswith("words.") or "embedding" in parameter
        return 0 if embedded else self.layers

    @property
    def layers(self) -> int:
        """Count the encoder's layers."""
        found = (_LAYER.search(name) for name, _ in self.encoder.named_parameters())
        return 1 + max((int(one[1]) for one in found if one), default=-1)


def by_label(scores: torch.Tensor, codes: Sequence[int]) -> torch.Tensor:
    """Give the scores of the three labels, of which several classes may be one.

    Parameters
    ----------
    scores : torch.Tensor, shape (n_rows, n_classes)
        Logits.
    codes : sequence of int, length n_classes
        What each class is.

    Returns
    -------
    torch.Tensor, shape (n_rows, 3)
        A softmax of them gives the sums of the classes' probabilities; that of a label that no
        class is comes to nothing.

    Examples
    --------
    >>> by_label(torch.log(torch.tensor([[0.1, 0.2, 0.7]])), [0, 0, 2]).softmax(-1)
    tensor([[0.3000, 0.0000, 0.7000]])
    """
    if tuple(codes) == ALL_LABELS:
        return scores
    parts = [
        [scores[:, at : at + 1] for at, code in enumerate(codes) if code == label]
        for label in ALL_LABELS
    ]
    never = torch.full_like(scores[:, :1], _NEVER)
    columns = [torch.cat(part, dim=1) if part else never for part in parts]
    return torch.cat([one.logsumexp(dim=1, keepdim=True) for one in columns], dim=1)


def _head(size: int, n_classes: int) -> nn.Linear:
    head = nn.Linear(size, n_classes)
    nn.init.normal_(head.weight, std=0.02)
    nn.init.zeros_(head.bias)
    return head


def _mean(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    weights = mask.to(states.dtype).unsqueeze(-1)
    return (states * weights).sum(dim=1) / weights.sum(dim=1)


def _takes_types(encoder: nn.Module) -> bool:
    config: Any = encoder.config
    kinds = getattr(config, "type_vocab_size", 0) or 0
    return kinds > 1 and "token_type_ids" in signature(encoder.forward).parameters


def take_words(encoder: nn.Module) -> torch.Tensor:
    """Take the word embeddings out of an encoder, and its pooler, which no head is put on.

    Returns
    -------
    torch.Tensor, shape (n_words, size)
    """
    module: Any = encoder
    if hasattr(module, "pooler"):
        module.pooler = None
    words: torch.Tensor = module.get_input_embeddings().weight.detach()
    module.set_input_embeddings(nn.Embedding(1, words.shape[1]).requires_grad_(False))
    return words
