"""What training lowers: weighted cross-entropy, and the disagreement of two dropouts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from stancelab.finetuning.pooling import NATIVE, STANCE

if TYPE_CHECKING:
    Scores = Mapping[str, torch.Tensor]

_IGNORED = -1


class StanceLoss:
    """Cross-entropy of the heads, averaged over rows.

    Parameters
    ----------
    weights : torch.Tensor, shape (3,)
        Weight of each label; 0 for one that training does not have, which is left out.
    smoothing : float
        Share of a label's probability that is spread over all labels (Szegedy et al. 2016).
    r_drop : float
        Weight of the symmetric Kullback-Leibler divergence between the answers to the same rows
        under two dropouts (Wu et al. 2021, "R-Drop"); 0 takes one pass in place of two.
    """

    def __init__(self, weights: torch.Tensor, smoothing: float, r_drop: float) -> None:
        self.known = torch.nonzero(weights).flatten()
        self.weights, self.smoothing, self.r_drop = weights, smoothing, r_drop

    def to(self, device: torch.device) -> StanceLoss:
        """Move what it holds to where the scores are."""
        self.known, self.weights = self.known.to(device), self.weights.to(device)
        return self

    def __call__(
        self, scores: Scores, labels: torch.Tensor, native: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Give the loss of a batch; the scores of two passes, one after the other, for R-Drop."""
        stance = scores[STANCE][:, self.known]
        numbers = torch.searchsorted(self.known, labels)
        total = self._cross_entropy(stance, numbers, self.weights[self.known])
        if self.r_drop:
            total = total + self.r_drop * divergence(*stance.chunk(2))
        if NATIVE not in scores:
            return total
        if native is None or bool((native == _IGNORED).all()):
            return total + 0 * scores[NATIVE].sum()  # every head takes part in every step
        total = total + self._cross_entropy(scores[NATIVE], native)
        if self.r_drop:
            total = total + self.r_drop * divergence(*scores[NATIVE].chunk(2))
        return total

    def _cross_entropy(
        self, scores: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor | None = None
    ) -> torch.Tensor:
        repeated = labels.repeat(len(scores) // len(labels))
        return functional.cross_entropy(
            scores,
            repeated,
            weights,
            ignore_index=_IGNORED,
            label_smoothing=self.smoothing,
        )


def divergence(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Give the mean of the two Kullback-Leibler divergences between two answers, over rows."""
    p, q = one.log_softmax(dim=-1), other.log_softmax(dim=-1)
    both = functional.kl_div(p, q, reduction="batchmean", log_target=True)
    return (both + functional.kl_div(q, p, reduction="batchmean", log_target=True)) / 2
