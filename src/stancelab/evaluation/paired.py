"""Whether one model is really better than another on the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from stancelab.errors import DifferentRowsError
from stancelab.evaluation.mcnemar import mcnemar, right_rows
from stancelab.evaluation.power import ALPHA, detectable_difference
from stancelab.evaluation.randomisation import randomisation

if TYPE_CHECKING:
    from stancelab.evaluation.uncertainty import DocumentBootstrap, Estimate, Outcome

ROUNDS = 10_000
ROUNDS_PER_COMPARISON = 100
"""No p is below one round's share, so that without these a correction for many comparisons could
leave none significant."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two models on the same rows: how far apart their macro-F1s are, and how sure that is.

    Attributes
    ----------
    first, second : str
        The models.
    value, low, high : float
        Macro-F1 of the first minus that of the second, mean over seeds, with the 95 % interval of
        the paired bootstrap over documents.
    p : float
        Of approximate randomisation, two-sided.
    p_corrected : float
        The same after Holm's correction over all comparisons of the experiment; nan before it.
    p_mcnemar : float
        Of McNemar's exact test, two-sided.
    only_first, only_second : int
        The rows on which only one of them is right.
    detectable : float
        The smallest difference that these rows would show with a power of 80 %; nan where the
        two answer alike.
    """

    first: str
    second: str
    value: float
    low: float
    high: float
    p: float
    p_corrected: float
    p_mcnemar: float
    only_first: int
    only_second: int
    detectable: float

    def as_dict(self) -> dict[str, Any]:
        """Give the comparison for ``--json``."""
        values = {key: None if value != value else value for key, value in asdict(self).items()}
        return {**values, "is_significant": self.is_significant}

    @property
    def is_significant(self) -> bool:
        """Say whether the corrected p is below 0.05."""
        return self.p_corrected < ALPHA


def differences(
    outcomes: Mapping[str, Sequence[Outcome]],
    bootstrap: DocumentBootstrap,
    estimates: Mapping[str, Mapping[str, Estimate]],
    labels: Sequence[int],
    *,
    rounds: int = ROUNDS,
    random_state: int = 0,
    comparisons: int = 1,
) -> list[Difference]:
    """Compare every pair of models.

    Parameters
    ----------
    outcomes : mapping of str to sequence of Outcome
        By model, one for each seed; the same rows in the same order for all models.
    bootstrap : DocumentBootstrap
        Of their documents.
    estimates : mapping of str to mapping of str to Estimate
        By model and metric, from this bootstrap.
    labels : sequence of int
        The labels of the corpus.
    rounds : int
        Of approximate randomisation; at least 100 for each of the comparisons.
    random_state : int
        Seed of the randomisation.
    comparisons : int
        How many there are in the whole experiment, for which p will be corrected.

    Returns
    -------
    list of Difference
        In the order of the models, not yet `corrected`.

    Raises
    ------
    DifferentRowsError
        The models were not tested on the same rows in the same order.
    """
    _check_alignment(outcomes)
    rounds = max(rounds, ROUNDS_PER_COMPARISON * comparisons)
    p = randomisation(outcomes, bootstrap, labels, rounds, random_state)
    right = {name: right_rows(own) for name, own in outcomes.items()}
    found = []
    for first, second in combinations(outcomes, 2):
        estimate = estimates[first]["macro_f1"].minus(estimates[second]["macro_f1"])
        low, high = estimate.interval
        rows = mcnemar(right[first], right[second])
        found.append(
            Difference(
                first,
                second,
                value=estimate.value,
                low=low,
                high=high,
                p=p[first, second],
                p_corrected=float("nan"),
                p_mcnemar=rows.p,
                only_first=rows.only_first,
                only_second=rows.only_second,
                detectable=detectable_difference(estimate.standard_error),
            )
        )
    return found


def corrected(groups: Sequence[Sequence[Difference]]) -> list[list[Difference]]:
    """Correct p for all comparisons of all groups together.

    The smallest p is multiplied by the number of comparisons, the next by one less, and so on; none
    falls below one before it (Holm 1979, A simple sequentially rejective multiple test procedure,
    Scandinavian Journal of Statistics 6).

    Parameters
    ----------
    groups : sequence of sequence of Difference
        All of an experiment, such as those of each test set.

    Returns
    -------
    list of list of Difference
        The groups in their order.
    """
    p = np.array([one.p for group in groups for one in group])
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    holm = np.empty_like(p)
    holm[order] = np.minimum(stepped, 1)
    each = iter(holm.tolist())
    return [[replace(one, p_corrected=next(each)) for one in group] for group in groups]


def indistinct(best: str, differences: Iterable[Difference]) -> set[str]:
    """Name the models that cannot be told from the best: itself, and those not surely different.

    Examples
    --------
    >>> alike = Difference("a", "b", 0.01, -0.01, 0.03, 0.3, 0.6, 0.4, 9, 7, 0.028)
    >>> apart = Difference("a", "c", 0.10, 0.07, 0.13, 1e-4, 2e-4, 1e-4, 40, 9, 0.042)
    >>> sorted(indistinct("a", [alike, apart]))
    ['a', 'b']
    """
    own = [one for one in differences if best in (one.first, one.second)]
    return {best}.union(*({one.first, one.second} for one in own if not one.is_significant))


def _check_alignment(outcomes: Mapping[str, Sequence[Outcome]]) -> None:
    """Raise where a model's rows are not those of the first."""
    names = list(outcomes)
    for name in names[1:]:
        first, other = outcomes[names[0]], outcomes[name]
        if len(first) != len(other):
            found = [f"{len(first)} and {len(other)} seeds"]
        else:
            found = [
                f"the rows of seed number {at}, or their order or labels"
                for at, (one, its) in enumerate(zip(first, other, strict=True), start=1)
                if list(one.ids) != list(its.ids)
                or list(one.documents) != list(its.documents)
                or not np.array_equal(one.labels, its.labels)
            ]
        if found:
            raise DifferentRowsError(names[0], name, found)
