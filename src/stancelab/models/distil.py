"""One encoder that learns what several models answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import numpy as np
import pyarrow as pa
from pydantic import Field, SerializeAsAny, field_validator

from stancelab.models.base import ModelConfig, StanceClassifier
from stancelab.models.fits import fit_member
from stancelab.models.members import MembersConfig, around_member, made_member
from stancelab.models.transformer import Transformer, TransformerConfig
from stancelab.schema import LABELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stancelab.monitor import Monitor, Surroundings
    from stancelab.predictors.base import Predictor


class Distil(StanceClassifier):
    """An encoder that learns the mean of what several models answer (Hinton et al. 2015).

    The teachers learn from the training rows; the student learns their mean probabilities on the
    same rows, mixed with the labels, and on the unlabelled rows of the experiment, if it has some.

    Parameters
    ----------
    student : Transformer
        What learns; it is all that is left in the end.
    teachers : sequence of StanceClassifier
        What it learns from. The student itself among them makes it self-training.
    gold : float
        Weight of the label of a training row beside its teachers' answer, 0 to 1.
    confidence : float
        How probable the teachers' answer to an unlabelled row must be for it to be learnt.
    rounds : int
        How often: from the second time on the student is its own teacher for unlabelled rows.

    Examples
    --------
    >>> Distil(Transformer(epochs=2), [Transformer(random_state=1)], gold=0.3).student.epochs
    2
    """

    learns_unlabelled: ClassVar[bool] = True

    def __init__(
        self,
        student: Transformer,
        teachers: Sequence[StanceClassifier],
        gold: float = 0.5,
        confidence: float = 0.0,
        rounds: int = 1,
    ) -> None:
        self.student = student
        self.teachers = teachers
        self.gold = gold
        self.confidence = confidence
        self.rounds = rounds

    @property
    def asks_by_name(self) -> bool:  # type: ignore[override]
        """Whether the student is meant to be asked for an actor by a name alone."""
        return self.student.asks_by_name

    def _learn(self, table: pa.Table, labels: NDArray[np.int64], around: Surroundings) -> Predictor:
        teachers = [
            fit_member(one, table, labels, around_member(around, at))
            for at, one in enumerate(self.teachers)
        ]
        known = np.eye(len(LABELS))[labels]
        shares = self.gold * known + (1 - self.gold) * _mean(teachers, table)
        found: Predictor | None = None
        for turn in range(self.rounds):
            rows, targets = table, shares
            if around.unlabelled is not None and len(around.unlabelled):
                asked = teachers if found is None else [found]
                texts, answers = self._sure(around.unlabelled, asked, around.monitor)
                rows, targets = pa.concat_tables([table, texts]), np.concatenate([shares, answers])
            own = around_member(around, len(teachers) + turn)
            found = self.student.fit_shares(rows, targets, replace(own, unlabelled=None)).predictor_
        assert found is not None
        return found

    def _sure(
        self, table: pa.Table, teachers: Sequence[Predictor], monitor: Monitor
    ) -> tuple[pa.Table, NDArray[np.float64]]:
        """Give the unlabelled rows that the teachers are sure enough of, and their answers."""
        answers = _mean(teachers, table)
        sure = answers.max(axis=1) >= self.confidence
        monitor.measure({"inputs/unlabelled_learnt": float(sure.sum())}, 0)
        return table.filter(pa.array(sure)), answers[sure]


def _mean(teachers: Sequence[Predictor], table: pa.Table) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.mean([one.predict_proba(table) for one in teachers], axis=0)
    return found


class DistilConfig(MembersConfig):
    """One encoder that learns what several models answer.

    Attributes
    ----------
    student : TransformerConfig
        In an experiment file the name of a model in it, or a table of its own.
    members : dict of str to ModelConfig
        The teachers, named in the same way.
    seeds : int
        How many times each teacher is trained, each time with another seed.
    """

    kind: Literal["distil"] = "distil"
    student: SerializeAsAny[TransformerConfig]
    seeds: Annotated[int, Field(ge=1, le=50)] = 1
    gold: Annotated[float, Field(ge=0, le=1)] = 0.5
    confidence: Annotated[float, Field(ge=0, le=1)] = 0.0
    rounds: Annotated[int, Field(ge=1, le=10)] = 1

    @field_validator("student", mode="before")
    @classmethod
    def _made_student(cls, given: Any) -> Any:
        return made_member("transformer", given) if isinstance(given, Mapping) else given

    @property
    def learns_unlabelled(self) -> bool:
        """Always, where there are some."""
        return True

    @property
    def asks_service(self) -> bool:
        """Never: the student answers, whatever its teachers ask."""
        return self.student.asks_service

    def parts(self) -> Sequence[ModelConfig]:
        """Give the student and the teachers."""
        return [self.student, *self.members.values()]

    def build(self, random_state: int) -> Distil:
        """Make the estimator."""
        return Distil(
            self.student.build(random_state),
            self.make_members(random_state, self.seeds),
            self.gold,
            self.confidence,
            self.rounds,
        )
