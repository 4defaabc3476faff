"""How good a network is on the validation rows, and by what the best epoch is chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from sklearn.metrics import f1_score
from torch.nn import functional

from stancelab.finetuning.examples import Answers
from stancelab.finetuning.pooling import STANCE, own_head
from stancelab.schema import NEUTRAL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stancelab.finetuning.loss import StanceLoss

    Scores = Mapping[str, NDArray[np.float32]]

BEST = "eval_best"
"""By what the best epoch is chosen: the macro-F1, averaged over the heads."""


def validation_scores(scores: Scores, rows: Answers, loss: StanceLoss) -> dict[str, float]:
    """Give the loss, the macro-F1 of the shared head and of the corpora's own, and their mean.

    Macro-F1 is the mean over the corpora, each of which counts alike; a corpus that has no neutral
    label is decided between the other two.

    Parameters
    ----------
    scores : mapping of str to numpy.ndarray
        Of each head, shape (n_rows, n_classes).
    rows : Answers
        What is right.
    loss : StanceLoss
        Knows which labels training had, and which corpora have no neutral one.
    """
    known = loss.known.cpu().numpy()
    seen = np.isin(rows.labels, known)  # a label that training lacks cannot be answered
    stance, labels = scores[STANCE][seen][:, known], np.searchsorted(known, rows.labels[seen])
    shared, own = list(_shared(scores[STANCE], rows, loss, known)), list(_own(scores, rows))
    values = {
        "eval_macro_f1": float(np.mean(shared)),
        "eval_loss": float(functional.cross_entropy(torch.tensor(stance), torch.tensor(labels))),
    }
    if own:
        values["eval_native_macro_f1"] = float(np.mean(own))
    scored = [value for name, value in values.items() if name.endswith("macro_f1")]
    return {**values, BEST: float(np.mean(scored))}


def _shared(
    scores: NDArray[np.float32], rows: Answers, loss: StanceLoss, known: NDArray[np.int64]
) -> Iterator[float]:
    """Give the macro-F1 of the shared head on each corpus."""
    for place in np.unique(rows.corpora):
        mine = rows.corpora == place
        polar = loss.mixed and bool(loss.polar[place])
        among = known[known != NEUTRAL] if polar else known
        yield macro_f1(rows.labels[mine], among[scores[mine][:, among].argmax(axis=1)])


def _own(scores: Scores, rows: Answers) -> Iterator[float]:
    """Give the macro-F1 of each corpus' own head, where it knows the labels of all its rows."""
    for place in np.unique(rows.corpora):
        mine = rows.corpora == place
        answers = scores.get(own_head(place))
        if answers is not None and (rows.own[mine] >= 0).all():
            yield macro_f1(rows.own[mine], answers[mine].argmax(axis=1))


def macro_f1(labels: NDArray[np.int64], predicted: Sequence[int] | NDArray[np.int64]) -> float:
    """Average the F1 of the classes that occur."""
    return float(f1_score(labels, predicted, labels=np.unique(labels), average="macro"))
