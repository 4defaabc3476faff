"""Intervals by a bootstrap over documents, paired between the models of one experiment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from stancelab.evaluation.metrics import scores, swapped_statements
from stancelab.evaluation.seed_interval import seed_interval
from stancelab.schema import ALL_LABELS, LABELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

RESAMPLES = 2000
LEVEL = 0.95
_KEPT = 5_000_000
"""Draws up to which they are kept: 40 MB."""
METRICS = (
    "macro_f1",
    "polar_f1",
    "accuracy",
    "mae",
    "weighted_kappa",
    "polar_errors",
    "actor_swap",
)
_SHARES = frozenset({"macro_f1", "polar_f1", "accuracy", "actor_swap"})
"""Scores between 0 and 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What one model answered for one seed: a row for each tested pair.

    Attributes
    ----------
    ids : sequence of str
        By which a row is known that several seeds were tested on; empty where it is not.
    """

    statements: Sequence[str]
    documents: Sequence[str]
    labels: NDArray[np.int64]
    predicted: NDArray[np.int64]
    ids: Sequence[str] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """A score of a model over its seeds, and the same over every resample.

    Attributes
    ----------
    value : float
        Mean over the seeds; nan where it is not defined.
    resampled : numpy.ndarray, shape (n_resamples,)
        Mean over the seeds in each resample.
    by_seed : tuple of Estimate
        The same of each seed, where the estimate is a mean over seeds.
    scale : tuple of float
        The lowest and the highest value that the score can have.
    """

    value: float
    resampled: NDArray[np.float64]
    by_seed: tuple[Estimate, ...] = ()
    scale: tuple[float, float] = (-np.inf, np.inf)

    @property
    def interval(self) -> tuple[float, float]:
        """Give the 95 % percentile interval (Efron & Tibshirani 1993, chapter 13)."""
        defined = self.resampled[~np.isnan(self.resampled)]
        if not len(defined):
            return float("nan"), float("nan")
        tail = (1 - LEVEL) / 2
        low, high = np.quantile(defined, [tail, 1 - tail])
        return float(low), float(high)

    @property
    def standard_error(self) -> float:
        """Give the standard deviation of the resamples (Efron & Tibshirani 1993, chapter 6)."""
        defined = self.resampled[~np.isnan(self.resampled)]
        return float(defined.std(ddof=1)) if len(defined) > 1 else float("nan")

    @property
    def interval_over_seeds(self) -> tuple[float, float] | None:
        """Give the 95 % interval over seeds and documents together; None with one seed.

        It is for the mean over all possible seeds and documents, while `interval` is for these
        seeds. See `seed_interval`; it ends where the scale of the score does.
        """
        if len(self.by_seed) < 2:
            return None
        if np.isnan(self.value):
            return float("nan"), float("nan")
        values = np.array([one.value for one in self.by_seed])
        resampled = np.stack([one.resampled for one in self.by_seed])
        low, high = seed_interval(values, resampled, LEVEL)
        return max(low, self.scale[0]), min(high, self.scale[1])

    def minus(self, other: Estimate) -> Estimate:
        """Give the difference to another model's estimate on the same resamples.

        Seeds are paired in their order, where both have as many.
        """
        pairs = zip(self.by_seed, other.by_seed, strict=False)
        paired = len(self.by_seed) == len(other.by_seed)
        return Estimate(
            self.value - other.value,
            self.resampled - other.resampled,
            tuple(one.minus(its) for one, its in pairs) if paired else (),
        )


class DocumentBootstrap:
    """Resamples the documents of a whole corpus, the same for every model and seed.

    One resample draws as many documents as the corpus has, with replacement. Each seed's score
    is computed with those multiplicities on its own test rows, and the seeds are averaged.

    Parameters
    ----------
    documents : iterable of str
        The documents that are tested.
    total : int
        How many documents the corpus has, tested or not.
    resamples : int
        How many resamples are drawn.
    random_state : int
        Seed of the draws.

    Attributes
    ----------
    weights : numpy.ndarray, shape (n_resamples, n_documents)
        How often each tested document, in the order of its name, is in each resample.
    """

    def __init__(
        self,
        documents: Iterable[str],
        total: int,
        resamples: int = RESAMPLES,
        random_state: int = 0,
    ) -> None:
        self._index = {name: at for at, name in enumerate(sorted(set(documents)))}
        total = max(total, len(self._index))
        draw = _draw_and_keep if total * resamples <= _KEPT else _draw
        draws = draw(total, resamples, random_state)
        self.weights = draws[:, : len(self._index)].astype(np.float64)

    def __len__(self) -> int:
        """Count the tested documents."""
        return len(self._index)

    def numbers(self, documents: Sequence[str]) -> NDArray[np.int64]:
        """Give the number of each tested document, from 0 in the order of their names."""
        return np.array([self._index[name] for name in documents], dtype=np.int64)

    def estimate(
        self, outcomes: Sequence[Outcome], labels: Sequence[int] = ALL_LABELS
    ) -> dict[str, Estimate]:
        """Estimate every metric of one model from its outcomes, one for each seed.

        Parameters
        ----------
        outcomes : sequence of Outcome
            One for each seed.
        labels : sequence of int
            The labels of the corpus, over which macro-F1 is averaged.

        Returns
        -------
        dict
            Every score of `metrics.scores`, and ``actor_swap``.
        """
        each = [self._one(outcome, labels) for outcome in outcomes]
        names = each[0] if each else METRICS
        return {name: _mean(name, [one[name] for one in each]) for name in names}

    def confusions(
        self,
        documents: Sequence[str],
        labels: NDArray[np.int64],
        predicted: NDArray[np.int64],
        size: int,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Count true (rows) against predicted (columns) classes.

        Parameters
        ----------
        documents : sequence of str, length n_rows
            The document of each tested row.
        labels, predicted : numpy.ndarray of int, shape (n_rows,)
            Classes from 0 to ``size - 1``.
        size : int
            How many classes there are.

        Returns
        -------
        plain : numpy.ndarray, shape (size, size)
        drawn : numpy.ndarray, shape (n_resamples, size, size)
        """
        n = len(self._index)
        document = self.numbers(documents)
        cell = document * size**2 + labels * size + predicted
        counts = np.bincount(cell, minlength=n * size**2).reshape(n, size**2).astype(np.float64)
        drawn = (self.weights @ counts).reshape(-1, size, size)
        return counts.sum(axis=0).reshape(size, size), drawn

    def _one(self, outcome: Outcome, labels: Sequence[int]) -> Mapping[str, Estimate]:
        matrix, matrices = self.confusions(
            outcome.documents, outcome.labels, outcome.predicted, len(LABELS)
        )
        plain, drawn = scores(matrix, labels), scores(matrices, labels)
        document = self.numbers(outcome.documents)
        found = {name: Estimate(float(plain[name]), drawn[name]) for name in plain}
        return {**found, "actor_swap": self._swap(outcome, document)}

    def _swap(self, outcome: Outcome, document: NDArray[np.int64]) -> Estimate:
        n = len(self._index)
        rows, right = swapped_statements(outcome.statements, outcome.labels, outcome.predicted)
        if not len(rows):
            return Estimate(float("nan"), np.full(len(self.weights), np.nan))
        asked = np.bincount(document[rows], minlength=n).astype(np.float64)
        hit = np.bincount(document[rows], right, minlength=n)
        drawn_asked, drawn_hit = self.weights @ asked, self.weights @ hit
        drawn = np.full(len(drawn_asked), np.nan)
        np.divide(drawn_hit, drawn_asked, out=drawn, where=drawn_asked > 0)
        return Estimate(float(right.mean()), drawn)


def _draw(total: int, resamples: int, random_state: int) -> NDArray[np.int64]:
    """Draw how often each document is in each resample, shape (n_resamples, total)."""
    generator = np.random.default_rng(random_state)
    return generator.multinomial(total, np.full(total, 1 / total), size=resamples)


_draw_and_keep = lru_cache(maxsize=2)(_draw)
"""Every seed of an experiment has a test part of its own, and the same draws."""


def _mean(name: str, estimates: Sequence[Estimate]) -> Estimate:
    value = float(np.mean([one.value for one in estimates]))
    resampled = np.mean([one.resampled for one in estimates], axis=0)
    scale = (0.0, 1.0) if name in _SHARES else (-np.inf, np.inf)
    return Estimate(value, resampled, tuple(estimates), scale)
