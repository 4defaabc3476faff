"""One encoder that learns what several models answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
import pyarrow as pa
from pydantic import Field, SerializeAsAny, field_validator, model_validator

from stancelab.finetuning.shares import Shares
from stancelab.models.base import ModelConfig, StanceClassifier
from stancelab.models.fits import fit_member
from stancelab.models.members import MembersConfig, around_member, made_member
from stancelab.models.teaching import kept, mean_answer, mixed, shares_by_corpus
from stancelab.models.transformer import Transformer, TransformerConfig

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stancelab.monitor import Monitor, Surroundings
    from stancelab.predictors.base import Predictor


class Distil(StanceClassifier):
    """An encoder that learns the mean of what several models answer (Hinton et al. 2015).

    The teachers learn from the training rows; the student learns their mean probabilities on the
    same rows, mixed with the labels, and on the unlabelled rows of the experiment, if it has some.
    Its heads for the corpora's own labels learn the labels, or with `by_corpus` what the teachers
    of that corpus answer.

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
    by_corpus : bool
        Whether each corpus has teachers of its own, who learn from its rows alone and teach no
        others (Clark et al. 2019, "BAM! Born-again multi-task networks").

    Examples
    --------
    >>> Distil(Transformer(epochs=2), [Transformer(random_state=1)], gold=0.3).student.epochs
    2
    """

    def __init__(
        self,
        student: Transformer,
        teachers: Sequence[StanceClassifier],
        gold: float = 0.5,
        confidence: float = 0.0,
        rounds: int = 1,
        by_corpus: bool = False,
    ) -> None:
        self.student = student
        self.teachers = teachers
        self.gold = gold
        self.confidence = confidence
        self.rounds = rounds
        self.by_corpus = by_corpus

    @property
    def learns_unlabelled(self) -> bool:  # type: ignore[override]
        """Whether it learns from texts without labels: no corpus' teachers are asked for them."""
        return not self.by_corpus

    @property
    def asks_by_name(self) -> bool:  # type: ignore[override]
        """Whether the student is meant to be asked for an actor by a name alone."""
        return self.student.asks_by_name

    def _learn(self, table: pa.Table, labels: NDArray[np.int64], around: Surroundings) -> Predictor:
        if self.by_corpus:
            shares = shares_by_corpus(self.teachers, self.gold, table, labels, around)
            corpora = table.column("dataset").unique()
            own = around_member(around, len(self.teachers) * len(corpora))
            return self._taught(table, shares, labels, own)
        asked: Callable[[], Sequence[Predictor]]
        asked = cache(partial(self._trained, table, labels, around))
        answers = mixed(self.gold, labels, _asked(asked, table, around, "answers"))
        for turn in range(self.rounds):
            rows, targets, codes = table, answers, labels
            if around.unlabelled is not None and len(around.unlabelled):
                given = _asked(asked, around.unlabelled, around, f"unlabelled_{turn}")
                texts, more = self._sure(around.unlabelled, given, around.monitor)
                rows, targets = pa.concat_tables([table, texts]), np.concatenate([answers, more])
                codes = np.concatenate([labels, more.argmax(axis=1)])
            own = around_member(around, len(self.teachers) + turn)
            found = self._taught(rows, Shares(targets), codes, own)
            asked = partial(list, (found,))
        return found

    def _trained(
        self, table: pa.Table, labels: NDArray[np.int64], around: Surroundings
    ) -> list[Predictor]:
        return [
            fit_member(one, table, labels, around_member(around, at))
            for at, one in enumerate(self.teachers)
        ]

    def _taught(
        self, table: pa.Table, shares: Shares, labels: NDArray[np.int64], around: Surroundings
    ) -> Predictor:
        around = replace(around, unlabelled=None)
        return self.student.fit_shares(table, shares, around, labels).predictor_

    def _sure(
        self, table: pa.Table, answers: NDArray[np.float64], monitor: Monitor
    ) -> tuple[pa.Table, NDArray[np.float64]]:
        """Give the unlabelled rows that the teachers are sure enough of, and their answers."""
        sure = answers.max(axis=1) >= self.confidence
        monitor.measure({"inputs/unlabelled_learnt": float(sure.sum())}, 0)
        return table.filter(pa.array(sure)), answers[sure]


def _asked(
    teachers: Callable[[], Sequence[Predictor]], table: pa.Table, around: Surroundings, name: str
) -> NDArray[np.float64]:
    """Give the mean answer to rows; where it was kept, teachers are not even trained."""
    found = kept(around.checkpoints, name, lambda: {"mean": mean_answer(teachers(), table)})
    return found["mean"]


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
    by_corpus : bool
        Whether each corpus has teachers of its own; they teach its rows alone, so that texts
        without labels are not learnt.
    """

    kind: Literal["distil"] = "distil"
    student: SerializeAsAny[TransformerConfig]
    seeds: Annotated[int, Field(ge=1, le=50)] = 1
    gold: Annotated[float, Field(ge=0, le=1)] = 0.5
    confidence: Annotated[float, Field(ge=0, le=1)] = 0.0
    rounds: Annotated[int, Field(ge=1, le=10)] = 1
    by_corpus: bool = False

    @model_validator(mode="after")
    def _by_corpus_takes_no_other_texts(self) -> DistilConfig:
        if self.by_corpus and (self.rounds > 1 or self.confidence):
            raise ValueError(
                "by_corpus learns no texts without labels; leave confidence and rounds out"
            )
        return self

    @field_validator("student", mode="before")
    @classmethod
    def _made_student(cls, given: Any) -> Any:
        return made_member("transformer", given) if isinstance(given, Mapping) else given

    @property
    def learns_unlabelled(self) -> bool:
        """Where there are some, unless teachers teach the rows of their corpus alone."""
        return not self.by_corpus

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
            self.by_corpus,
        )
