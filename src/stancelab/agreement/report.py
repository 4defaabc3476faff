"""Agreement of annotators: alpha over all of them, kappa of each pair, and what they dispute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from stancelab.agreement.alpha import METRICS, Alpha, alpha_with_interval
from stancelab.checks.examples import label_name
from stancelab.errors import MissingExtraError
from stancelab.evaluation.metrics import confusion
from stancelab.schema import ALL_LABELS, LABELS, UNLABELLED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stancelab.agreement.answers import Answers


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Agreement of two annotators over the items that both answered.

    Attributes
    ----------
    one, other : str
        The annotators.
    items, agreed : int
        Items that both answered, and those with the same answer.
    agreement : float or None
        Share of them; None where there are no items.
    kappa, kappa_quadratic : float or None
        Cohen's kappa, unweighted (1960) and with squared distances between the ordered labels
        (1968); None where both always give the same one label.
    confusion : tuple of tuple of int
        Items by the answer of the one (rows) and the other (columns).
    """

    one: str
    other: str
    items: int
    agreed: int
    agreement: float | None
    kappa: float | None
    kappa_quadratic: float | None
    confusion: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Dispute:
    """An item with different answers; ``""`` where an annotator gave none."""

    item: dict[str, str]
    answers: dict[str, str]


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """How far annotators agree.

    Attributes
    ----------
    items, pairable : int
        All items, and those with two answers or more, over which everything is computed.
    skipped : int
        Rows left out because they hold something else than labels.
    answers : dict of str to dict
        Each annotator's answers by label.
    agreed : int
        Pairable items whose answers are all the same.
    alpha : sequence of Alpha
        Krippendorff's alpha, for each metric.
    pairs : sequence of PairAgreement
        Each pair of annotators.
    disputes : sequence of Dispute
        The items in dispute, those with the most distant answers first.
    """

    items: int
    pairable: int
    skipped: int
    answers: dict[str, dict[str, int]]
    agreed: int
    alpha: Sequence[Alpha]
    pairs: Sequence[PairAgreement]
    disputes: Sequence[Dispute]

    def as_dict(self) -> dict[str, Any]:
        """Give everything as plain dicts and lists."""
        return {**asdict(self), "labels": list(LABELS)}


def agree(answers: Answers, random_state: int = 0) -> AgreementReport:
    """Measure the agreement of annotators.

    Parameters
    ----------
    answers : Answers
        What they answered.
    random_state : int
        Seed of the bootstrap.

    Raises
    ------
    MissingExtraError
        scikit-learn, whose kappa is used, is not installed.

    Examples
    --------
    >>> from stancelab.agreement.answers import Answers
    >>> found = agree(Answers(("a", "b"), ("id",), (("1",), ("2",)), np.array([[0, 0], [2, 2]])))
    >>> found.pairs[0].kappa, found.alpha[0].value
    (1.0, 1.0)
    """
    labels = answers.labels
    counts = np.stack([(labels == code).sum(axis=1) for code in ALL_LABELS], axis=1)
    pairable = counts.sum(axis=1) > 1
    disputed = (counts > 0).sum(axis=1) > 1
    return AgreementReport(
        len(labels),
        int(pairable.sum()),
        answers.skipped,
        {name: _counts(labels[:, one]) for one, name in enumerate(answers.annotators)},
        int((pairable & ~disputed).sum()),
        [alpha_with_interval(counts, metric, random_state=random_state) for metric in METRICS],
        [_pair(answers, *pair) for pair in combinations(range(len(answers.annotators)), 2)],
        _disputes(answers, counts, disputed),
    )


def _counts(labels: NDArray[np.int64]) -> dict[str, int]:
    return {name: int((labels == code).sum()) for code, name in enumerate(LABELS)}


def _pair(answers: Answers, one: int, other: int) -> PairAgreement:
    both = (answers.labels[:, [one, other]] != UNLABELLED).all(axis=1)
    first, second = answers.labels[both, one], answers.labels[both, other]
    agreed = int((first == second).sum())
    matrix = confusion(first, second).astype(int)
    return PairAgreement(
        answers.annotators[one],
        answers.annotators[other],
        int(both.sum()),
        agreed,
        agreed / int(both.sum()) if both.any() else None,
        _kappa(first, second),
        _kappa(first, second, "quadratic"),
        tuple(tuple(row) for row in matrix.tolist()),
    )


def _kappa(
    one: NDArray[np.int64], other: NDArray[np.int64], weights: str | None = None
) -> float | None:
    try:
        from sklearn.metrics import cohen_kappa_score
    except ImportError:
        raise MissingExtraError("scikit-learn", "train") from None
    if len(np.union1d(one, other)) < 2:  # no disagreement is possible, and 0 / 0 is no score
        return None
    return float(cohen_kappa_score(one, other, labels=list(ALL_LABELS), weights=weights))


def _disputes(
    answers: Answers, counts: NDArray[np.int64], disputed: NDArray[np.bool_]
) -> list[Dispute]:
    items = np.flatnonzero(disputed)
    given = counts[items] > 0
    distance = len(LABELS) - 1 - given[:, ::-1].argmax(axis=1) - given.argmax(axis=1)
    return [
        Dispute(
            dict(zip(answers.keys, answers.items[item], strict=True)),
            {
                name: label_name(code)
                for name, code in zip(
                    answers.annotators, answers.labels[item].tolist(), strict=True
                )
            },
        )
        for item in items[np.argsort(-distance, kind="stable")].tolist()
    ]
