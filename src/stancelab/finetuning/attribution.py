"""How much each token speaks for an answer: gradient × input.

The layer norm behind the word embeddings of most encoders takes a vector's length out, so that the
gradient at a token stands nearly at right angles to it, and their product says next to nothing: on
the bundled encoder its rank correlation with what masking a word really changes is below 0. The
input is therefore measured from a blank token, and the gradient taken halfway to it; that
correlates by 0.6 at the same price, as well as ten gradients along the way do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from stancelab.features.actor_tokens import Tokens
from stancelab.finetuning.batches import by_length, pad
from stancelab.finetuning.pooling import STANCE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stancelab.finetuning.network import StanceNetwork

_BATCH_TOKENS = 1024
"""Fewer than for answers: gradients keep what each layer computed."""


def gradient_times_input(
    network: StanceNetwork,
    rows: Sequence[Tokens],
    contrasts: NDArray[np.float64],
    pad_id: int,
    blank_id: int,
) -> list[NDArray[np.float64]]:
    """Weigh the tokens of each row by the gradient of a difference of logits, times their input.

    The input is a token's word embedding less that of a blank one (the reference of Shrikumar et
    al. 2016, "Not Just a Black Box"); the logits are those of the stance head. To first order the
    weight is by how much the difference falls when the token is blanked (Simonyan, Vedaldi &
    Zisserman 2013, "Deep Inside Convolutional Networks"; Denil, Demiraj & de Freitas 2014,
    "Extraction of Salient Sentences"). The gradient is that at the midpoint: integrated gradients
    (Sundararajan, Taly & Yan 2017) by the midpoint rule.

    Parameters
    ----------
    network : StanceNetwork
        Asked without dropout.
    rows : sequence of Tokens
        What it is asked.
    contrasts : numpy.ndarray, shape (n_rows, 3)
        How often the logit of each label counts in the difference.
    pad_id : int
        Id of the padding token.
    blank_id : int
        Id of the token that says nothing: that of masked words, or that of padding.

    Returns
    -------
    list of numpy.ndarray
        For each row, the weight of each token.
    """
    network.eval()
    blank = network.words.weight[blank_id].detach()
    found: list[NDArray[np.float64]] = [np.empty(0)] * len(rows)
    lengths = np.array([len(row.ids) for row in rows], dtype=np.int64)
    for part in by_length(lengths, _BATCH_TOKENS):
        batch = pad([rows[at] for at in part], pad_id)
        weights = _weigh(network, batch, contrasts[part], blank)
        for at, own in zip(part.tolist(), weights, strict=True):
            found[at] = own[: lengths[at]]
    return found


def _weigh(
    network: StanceNetwork,
    batch: Mapping[str, torch.Tensor],
    contrasts: NDArray[np.float64],
    blank: torch.Tensor,
) -> NDArray[np.float64]:
    """Weigh the tokens of one batch, shape (n_rows, longest)."""
    halfway: list[torch.Tensor] = []

    def go_halfway(_module: nn.Module, _ids: Any, vectors: torch.Tensor) -> torch.Tensor:
        halfway.append(((vectors.detach() + blank) / 2).requires_grad_())
        return halfway[0]

    hook = network.words.register_forward_hook(go_halfway)
    try:
        with torch.enable_grad():
            scores = network(**{name: one.to(blank.device) for name, one in batch.items()})[STANCE]
            difference = (scores * torch.from_numpy(contrasts).to(scores)).sum()
            [gradient] = torch.autograd.grad(difference, halfway)
    finally:
        hook.remove()
    inputs = 2 * (halfway[0].detach() - blank)
    weights: NDArray[np.float64] = (gradient * inputs).sum(-1).double().cpu().numpy()
    return weights
