"""The lexicon at work: evidence of stance words turned into probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from stancelab.features.lexicon import Lexicon
from stancelab.features.words import WordWeights
from stancelab.predictors.base import State, softmax
from stancelab.predictors.checked import StateError, array
from stancelab.predictors.evidence import contrasts
from stancelab.schema import LABELS, NEUTRAL

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

OWN_EVIDENCE, OTHER_EVIDENCE, NEUTRAL_SCORE = 3.0, 0.75, 1.0
"""A polar label scores 3 × its own evidence and 0.75 × the other's, neutral always 1; fitted once
on half of the embedded corpus' documents in Ukrainian, English and Russian."""

_SCORES = np.array([[OWN_EVIDENCE, OTHER_EVIDENCE], [0.0, 0.0], [OTHER_EVIDENCE, OWN_EVIDENCE]])
"""What hostile and cooperative evidence, the columns, add to the score of each label."""


@dataclass(frozen=True, eq=False)
class LexiconPredictor:
    """Softmax over the hostile and cooperative evidence of a lexicon, with a fixed neutral score.

    Parameters
    ----------
    lexicon : Lexicon
        The stance words.
    weights : numpy.ndarray, shape (3,)
        Weight of each label, by which its probability is multiplied.
    """

    kind: ClassVar[str] = "lexicon"
    lexicon: Lexicon
    weights: NDArray[np.float64]

    def predict_proba(self, table: pa.Table) -> NDArray[np.float64]:
        """Weigh the stance words around each row's mention."""
        columns = (
            table.column(name).to_pylist() for name in ("text", "mention_start", "mention_end")
        )
        found = [self.lexicon.score(*row) for row in zip(*columns, strict=True)]
        scores = np.reshape(np.asarray(found, dtype=np.float64), (-1, 2)) @ _SCORES.T
        scores[:, NEUTRAL] += NEUTRAL_SCORE
        return softmax(scores + np.log(self.weights))

    def weigh_words(
        self, table: pa.Table, answers: NDArray[np.int64], truths: NDArray[np.int64]
    ) -> list[WordWeights]:
        """Say how much each stance word adds to the answer's score over that of the true label."""
        columns = ("text", "mention_start", "mention_end")
        rows = zip(*(table.column(name).to_pylist() for name in columns), strict=True)
        signs = contrasts(answers, truths, range(len(LABELS))) @ _SCORES
        return [
            WordWeights(
                tuple(
                    (one.word, float(one.weight * (hostile if one.hostile else cooperative)))
                    for one in self.lexicon.stance_words(*row)
                ),
                0.0,
            )
            for row, (hostile, cooperative) in zip(rows, signs, strict=True)
        ]

    def state(self) -> State:
        """Give the lexicon as tables: an exported classifier carries its own."""
        return State(self.lexicon.to_dict(), {"weights": self.weights})

    @classmethod
    def from_state(cls, state: State) -> Self:
        """Make the predictor from its tables."""
        weights = array(state, "weights", (len(LABELS),))
        if (weights <= 0).any():
            raise StateError(f"array 'weights' is {weights.tolist()}, expected numbers above 0")
        return cls(Lexicon.from_dict(dict(state.settings)), weights)
