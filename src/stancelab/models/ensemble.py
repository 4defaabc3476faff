"""Several models as one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import Field
from sklearn.utils.metaestimators import available_if

from stancelab.models.base import StanceClassifier
from stancelab.models.fits import fit_member
from stancelab.models.members import MembersConfig, around_member
from stancelab.predictors.ensemble import EnsemblePredictor

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from stancelab.features.embeddings import Progress
    from stancelab.monitor import Surroundings


class Ensemble(StanceClassifier):
    """Models that learn from the same rows, and answer with the mean of their probabilities.

    Parameters
    ----------
    estimators : sequence of StanceClassifier
        The models, each with a seed of its own.

    Examples
    --------
    >>> from stancelab.models.baselines import Majority
    >>> from stancelab.models.lexicon import LexiconClassifier
    >>> rows = [{"text": f"Riga {verb} Oslo.", "actor": "Oslo"} for verb in ("thanked", "accused")]
    >>> Ensemble([LexiconClassifier(), Majority()]).fit(rows, [2, 0]).predict(rows).tolist()
    [2, 0]
    """

    def __init__(self, estimators: Sequence[StanceClassifier]) -> None:
        self.estimators = estimators

    @property
    def trained(self) -> bool:  # type: ignore[override]
        """Whether one of the models learns from the text."""
        return any(one.trained for one in self.estimators)

    @property
    def learns_unlabelled(self) -> bool:  # type: ignore[override]
        """Whether one of the models learns from texts without labels too."""
        return any(one.learns_unlabelled for one in self.estimators)

    @property
    def asks_by_name(self) -> bool:  # type: ignore[override]
        """Whether one of the models is meant to be asked for an actor by a name alone."""
        return any(one.asks_by_name for one in self.estimators)

    @available_if(lambda self: bool(list(_preparing(self.estimators))))  # type: ignore[untyped-decorator]
    def prepare(self, table: pa.Table, progress: Progress | None = None) -> None:
        """Let the models make once what all their fits share."""
        for prepare in _preparing(self.estimators):
            prepare(table, progress)

    def _learn(
        self, table: pa.Table, labels: NDArray[np.int64], around: Surroundings
    ) -> EnsemblePredictor:
        found = [
            fit_member(one, table, labels, around_member(around, at))
            for at, one in enumerate(self.estimators)
        ]
        return EnsemblePredictor(found)


def _preparing(estimators: Sequence[StanceClassifier]) -> Iterator[Callable[..., None]]:
    for one in estimators:
        prepare = getattr(one, "prepare", None)
        if prepare is not None:
            yield prepare


class EnsembleConfig(MembersConfig):
    """Several models as one.

    Attributes
    ----------
    members : dict of str to ModelConfig
        In an experiment file a list of names of other models in it, or tables of their own.
    seeds : int
        How many times each is trained, each time with another seed.
    """

    kind: Literal["ensemble"] = "ensemble"
    seeds: Annotated[int, Field(ge=1, le=50)] = 1

    def build(self, random_state: int) -> Ensemble:
        """Make the estimator; the first of each member has the seed itself."""
        return Ensemble(self.make_members(random_state, self.seeds))
