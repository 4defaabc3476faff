"""The lexicon at work: evidence of stance words turned into probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from stancelab.features.lexicon import Lexicon
from stancelab.predictors.base import State, softmax

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

OWN_EVIDENCE, OTHER_EVIDENCE, NEUTRAL_SCORE = 3.0, 0.75, 1.0
"""A polar label scores 3 × its own evidence and 0.75 × the other's, neutral always 1; fitted once
on half of the embedded corpus' documents in Ukrainian, English and Russian."""


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
        evidence = [self.lexicon.score(*row) for row in zip(*columns, strict=True)]
        hostile, cooperative = np.reshape(np.asarray(evidence, dtype=np.float64), (-1, 2)).T
        neutral = np.full(len(hostile), NEUTRAL_SCORE)
        scores = np.column_stack(
            [
                OWN_EVIDENCE * hostile + OTHER_EVIDENCE * cooperative,
                neutral,
                OWN_EVIDENCE * cooperative + OTHER_EVIDENCE * hostile,
            ]
        )
        return softmax(scores + np.log(self.weights))

    def state(self) -> State:
        """Give the lexicon as tables: an exported classifier carries its own."""
        return State(self.lexicon.to_dict(), {"weights": self.weights})

    @classmethod
    def from_state(cls, state: State) -> Self:
        """Make the predictor from its tables."""
        return cls(Lexicon.from_dict(dict(state.settings)), state.arrays["weights"])
