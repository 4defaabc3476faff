"""McNemar's exact test of two models on the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.stats import binomtest

from stancelab.schema import LABELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stancelab.evaluation.uncertainty import Outcome


class McNemar(NamedTuple):
    """The rows on which only one of two models is right, and the two-sided p."""

    only_first: int
    only_second: int
    p: float


def right_rows(outcomes: Sequence[Outcome]) -> NDArray[np.bool_]:
    """Say of every row, in the order of their ids, whether a model is right.

    A row that several seeds were tested on counts once, by the answer that most of them gave; of
    answers that are given as often, it is the one that an earlier seed gave first. Rows without
    an id count for each seed.

    Examples
    --------
    >>> from stancelab.evaluation.uncertainty import Outcome
    >>> labels = np.array([0, 2])
    >>> answers = ([0, 1], [0, 2], [1, 2])
    >>> seeds = [Outcome("st", "de", labels, np.array(one), "ab") for one in answers]
    >>> right_rows(seeds).tolist()
    [True, True]
    """
    ids = [
        name
        for seed, one in enumerate(outcomes)
        for name in (one.ids or [f"{seed}/{row}" for row in range(len(one.labels))])
    ]
    labels = np.concatenate([one.labels for one in outcomes])
    predicted = np.concatenate([one.predicted for one in outcomes])
    # all that is added to votes is below one, and a seed adds more than all later ones
    votes = np.concatenate(
        [np.full(len(one.labels), 1 + 0.5 ** (seed + 1)) for seed, one in enumerate(outcomes)]
    )
    _, first, row = np.unique(ids, return_index=True, return_inverse=True)
    shape = (len(first), len(LABELS))
    each = np.bincount(row * len(LABELS) + predicted, votes, minlength=shape[0] * shape[1])
    right: NDArray[np.bool_] = each.reshape(shape).argmax(axis=1) == labels[first]
    return right


def mcnemar(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> McNemar:
    """Test whether two models are right equally often.

    Of the rows on which only one is right, each is as often the first as the second where they
    are equally good (McNemar 1947, Psychometrika 12); that is tested with the binomial
    distribution, which is exact however few rows there are (Edwards 1948, Psychometrika 13, on the
    correction that this does without). Rows are taken as independent, which those of one document
    are not: p is rather too small.

    Parameters
    ----------
    first, second : numpy.ndarray of bool, shape (n_rows,)
        Whether each model is right, from `right_rows`.

    Examples
    --------
    >>> first = np.array([True] * 9 + [False])
    >>> mcnemar(first, np.zeros(10, dtype=bool)).p
    0.00390625
    """
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    either = only_first + only_second
    p = float(binomtest(only_first, either).pvalue) if either else 1.0
    return McNemar(only_first, only_second, p)
