"""How many tokens a model takes at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

_UNSAID = 512
"""Taken where neither the model nor the tokenizer names a limit."""


def longest_input(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> int:
    """Give the largest number of tokens, special ones included, that a model takes at once.

    Parameters
    ----------
    model : transformers.PreTrainedModel
        Its table of positions, or its config, says how many there are.
    tokenizer : transformers.PreTrainedTokenizerBase
        May name a lower limit.
    """
    limits = [*_positions(model), tokenizer.model_max_length]
    known = [int(limit) for limit in limits if limit and limit < 10**6]
    return min(known, default=_UNSAID)


def _positions(model: PreTrainedModel) -> list[int]:
    """List what limits the positions of a model.

    RoBERTa and its kin count positions from one past the padding token's id, so that a table of
    514 has room for 512 tokens; their table is told by its padding index.
    """
    import torch

    found = [getattr(model.config, "max_position_embeddings", None) or 0]
    for name, module in model.named_modules():
        table: Any = module
        if name.endswith("position_embeddings") and isinstance(module, torch.nn.Embedding):
            offset = 0 if table.padding_idx is None else table.padding_idx + 1
            found.append(table.num_embeddings - offset)
    return [limit for limit in found if limit > 0]
