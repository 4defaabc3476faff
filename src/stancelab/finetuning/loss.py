"""What training lowers: weighted cross-entropy, and the disagreement of two dropouts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from stancelab.finetuning.pooling import STANCE, place_of
from stancelab.schema import NEUTRAL

if TYPE_CHECKING:
    Scores = Mapping[str, torch.Tensor]


class StanceLoss:
    """Cross-entropy of the heads, averaged over rows.

    Rows of a corpus that has no neutral label are asked for hostile or cooperative alone. Each head
    for a corpus' own labels learns from the rows of that corpus.

    Parameters
    ----------
    weights : torch.Tensor, shape (3,)
        Weight of each label; 0 for one that training does not have, which is left out.
    smoothing : float
        Share of a label's probability that is spread over all labels (Szegedy et al. 2016).
    r_drop : float
        Weight of the symmetric Kullback-Leibler divergence between the answers to the same rows
        under two dropouts (Wu et al. 2021, "R-Drop"); 0 takes one pass in place of two.
    polar : sequence of bool
        Of each corpus, whether it has no neutral label.
    """

    def __init__(
        self, weights: torch.Tensor, smoothing: float, r_drop: float, polar: Sequence[bool] = ()
    ) -> None:
        self.known = torch.nonzero(weights).flatten()
        self.weights, self.smoothing, self.r_drop = weights, smoothing, r_drop
        self.polar = torch.tensor([*polar, False])  # the last is that of a corpus at place -1
        self.mixed = any(polar) and bool(weights[NEUTRAL])

    def to(self, device: torch.device) -> StanceLoss:
        """Move what it holds to where the scores are."""
        self.known, self.weights = self.known.to(device), self.weights.to(device)
        self.polar = self.polar.to(device)
        return self

    def __call__(
        self,
        scores: Scores,
        labels: torch.Tensor,
        own: torch.Tensor | None = None,
        corpora: torch.Tensor | None = None,
        own_shares: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Give the loss of a batch; the scores of two passes, one after the other, for R-Drop.

        Parameters
        ----------
        scores : mapping of str to torch.Tensor
            Of each head, shape (n_rows, n_classes), or (2 * n_rows, n_classes).
        labels : torch.Tensor, shape (n_rows,) or (n_rows, 3)
            Codes, or probabilities of the three labels.
        own : torch.Tensor of int, shape (n_rows,), optional
            Numbers of the corpora's own labels, -1 where there is none.
        corpora : torch.Tensor of int, shape (n_rows,), optional
            Places of the corpora; all rows are of the first by default.
        own_shares : torch.Tensor, shape (n_rows, most_own_labels), optional
            Probabilities of the own labels, learnt in place of their numbers.
        """
        n_rows = len(labels)
        own = labels.new_full((n_rows,), -1) if own is None else own
        corpora = torch.zeros_like(own) if corpora is None else corpora
        total = self._stance(scores[STANCE], labels, corpora)
        for name, one in scores.items():
            if name != STANCE:
                mine = (own >= 0) & (corpora == place_of(name))
                right = own if own_shares is None else own_shares[:, : one.shape[1]]
                total = total + self._own(one, mine, right)
        return total

    def _stance(
        self, scores: torch.Tensor, labels: torch.Tensor, corpora: torch.Tensor
    ) -> torch.Tensor:
        disagreement = self._disagreement(scores[:, self.known])
        if not self.mixed:
            return self._among(self.known, scores, labels)[0] + disagreement
        polar, times = self.polar[corpora], len(scores) // len(labels)
        both = self.known[self.known != NEUTRAL]
        parts = [
            self._among(known, scores[rows.repeat(times)], labels[rows])
            for rows, known in ((~polar, self.known), (polar, both))
            if bool(rows.any())
        ]
        total = torch.stack([loss * weight for loss, weight in parts]).sum()
        return total / torch.stack([weight for _, weight in parts]).sum() + disagreement

    def _among(
        self, known: torch.Tensor, scores: torch.Tensor, labels: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Give the loss of rows over the labels that they can have, and what they weigh."""
        asked = scores[:, known]
        if labels.dim() > 1:  # of teachers, who weighed the labels when they learnt
            right = labels[:, known] / labels[:, known].sum(dim=1, keepdim=True)
            return self._cross_entropy(asked, right), right.sum()
        numbers, weights = torch.searchsorted(known, labels), self.weights[known]
        return self._cross_entropy(asked, numbers, weights), weights[numbers].sum()

    def _own(self, scores: torch.Tensor, mine: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        if not bool(mine.any()):
            return 0 * scores.sum()  # every head takes part in every step
        asked = scores[mine.repeat(len(scores) // len(mine))]
        found = self._cross_entropy(asked, right[mine]) + self._disagreement(asked)
        return found * mine.float().mean()

    def _cross_entropy(
        self, scores: torch.Tensor, right: torch.Tensor, weights: torch.Tensor | None = None
    ) -> torch.Tensor:
        times = len(scores) // len(right)
        repeated = right.repeat(times, *[1] * (right.dim() - 1))
        return functional.cross_entropy(scores, repeated, weights, label_smoothing=self.smoothing)

    def _disagreement(self, scores: torch.Tensor) -> torch.Tensor:
        if not self.r_drop:
            return scores.new_zeros(())
        return self.r_drop * divergence(*scores.chunk(2))


def divergence(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Give the mean of the two Kullback-Leibler divergences between two answers, over rows."""
    p, q = one.log_softmax(dim=-1), other.log_softmax(dim=-1)
    both = functional.kl_div(p, q, reduction="batchmean", log_target=True)
    return (both + functional.kl_div(q, p, reduction="batchmean", log_target=True)) / 2
