"""A world whose true scores are known: documents with errors in common, seeds of varying luck."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from stancelab.evaluation.metrics import scores
from stancelab.evaluation.uncertainty import DocumentBootstrap, Outcome

SHARES = np.array([0.25, 0.45, 0.30])
SKILLS = np.array([0.5, 0.9, 0.6])
DRAWS = 500
RESAMPLES = 500


@dataclass(frozen=True)
class World:
    """Rows are right where skill, seed, document, row and chance together are above 0.

    A document's and a row's part are the same for every model and seed; the rest is not. Each
    seed is tested on a share of the documents, the same for all models.
    """

    seed_sd: float = 0.15
    document_sd: float = 0.6
    row_sd: float = 0.8
    documents: int = 250
    share: float = 1.0

    def macro_f1(self, effects: np.ndarray, better: float = 0.0) -> float:
        """Give the mean macro-F1, over seeds of these effects, on endless documents."""
        spread = np.sqrt(1 + self.document_sd**2 + self.row_sd**2)
        right = norm.cdf((SKILLS + better + np.asarray(effects)[:, None]) / spread)
        wrong = (1 - right) / 2
        matrices = SHARES[:, None] * (
            np.eye(3) * right[:, :, None] + (1 - np.eye(3)) * wrong[:, :, None]
        )
        return float(scores(matrices)["macro_f1"].mean())

    def expected(self, better: float = 0.0) -> float:
        """Give the mean macro-F1 over all possible seeds."""
        points, weights = np.polynomial.hermite_e.hermegauss(40)
        each = [self.macro_f1(np.array([point * self.seed_sd]), better) for point in points]
        return float(np.average(each, weights=weights))

    def draw(
        self, generator: np.random.Generator, seeds: int, better: Sequence[float] = (0.0,)
    ) -> tuple[dict[str, list[Outcome]], dict[str, np.ndarray]]:
        """Draw documents of 1 to 6 rows and answers to them.

        Returns
        -------
        outcomes : dict
            By model, one a seed.
        effects : dict
            By model, of its seeds.
        """
        document = np.repeat(np.arange(self.documents), generator.integers(1, 7, self.documents))
        size = len(document)
        labels = generator.choice(3, size, p=SHARES)
        common = self.document_sd * generator.normal(size=self.documents)[document]
        common += self.row_sd * generator.normal(size=size) + SKILLS[labels]
        keep = [self._tested(generator)[document].nonzero()[0] for _ in range(seeds)]
        outcomes: dict[str, list[Outcome]] = {}
        effects: dict[str, np.ndarray] = {}
        for at, more in enumerate(better):
            effects[f"m{at}"] = self.seed_sd * generator.normal(size=seeds)
            outcomes[f"m{at}"] = []
            for effect, rows in zip(effects[f"m{at}"], keep, strict=True):
                right = common + more + effect + generator.normal(size=size) > 0
                wrong = (labels + generator.integers(1, 3, size)) % 3
                answers = np.where(right, labels, wrong)
                ids = [f"r{row:05d}" for row in rows]
                names = [f"d{number:04d}" for number in document[rows]]
                one = Outcome(ids, names, labels[rows], answers[rows], ids)
                outcomes[f"m{at}"].append(one)
        return outcomes, effects

    def _tested(self, generator: np.random.Generator) -> np.ndarray:
        if self.share == 1:
            return np.ones(self.documents, dtype=bool)
        chosen = generator.permutation(self.documents)[: round(self.documents * self.share)]
        return np.isin(np.arange(self.documents), chosen)


def bootstrap_of(outcomes: dict[str, list[Outcome]], world: World, state: int) -> DocumentBootstrap:
    """Make the bootstrap over the documents of a drawn world."""
    documents = {name for one in outcomes["m0"] for name in one.documents}
    return DocumentBootstrap(documents, world.documents, RESAMPLES, state)


def coverages(world: World, seeds: int, random_state: int) -> dict[str, float]:
    """Say how often each interval of 500 draws holds the true value it is for."""
    generator = np.random.default_rng(random_state)
    better = (0.0, 0.1)
    expected = [world.expected(more) for more in better]
    hits: dict[str, list[bool]] = defaultdict(list)
    for draw in range(DRAWS):
        outcomes, effects = world.draw(generator, seeds, better)
        bootstrap = bootstrap_of(outcomes, world, draw)
        one, other = (bootstrap.estimate(own)["macro_f1"] for own in outcomes.values())
        own = [world.macro_f1(effects[f"m{at}"], more) for at, more in enumerate(better)]
        for name, interval, true in (
            ("documents", one.interval, own[0]),
            ("seeds and documents", one.interval_over_seeds, expected[0]),
            ("difference", one.minus(other).interval, own[0] - own[1]),
            (
                "difference over seeds",
                one.minus(other).interval_over_seeds,
                expected[0] - expected[1],
            ),
        ):
            assert interval is not None
            hits[name].append(interval[0] <= true <= interval[1])
    return {name: float(np.mean(each)) for name, each in hits.items()}
