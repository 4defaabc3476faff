"""The lexicon baseline: hand-written stance words of Ukrainian, English and Russian."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from stancelab.features.lexicon import Lexicon
from stancelab.models.base import ClassWeight, ModelConfig, StanceClassifier, weights_of_labels
from stancelab.predictors.lexicon import LexiconPredictor
from stancelab.schema import LABELS

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from stancelab.monitor import Surroundings


class LexiconClassifier(StanceClassifier):
    """Counts stance words around the actor; learns nothing but, if asked, the label weights.

    Parameters
    ----------
    class_weight : "balanced", "none" or dict
        Weight of each label, by which its probability is multiplied.

    Examples
    --------
    >>> rows = [{"text": "Riga thanked Oslo.", "actor": "Oslo"},
    ...         {"text": "Riga condemned Oslo.", "actor": "Oslo"}]
    >>> LexiconClassifier().fit(rows, [2, 0]).predict(rows).tolist()
    [2, 0]
    """

    trained: ClassVar[bool] = False

    def __init__(self, class_weight: ClassWeight = "none") -> None:
        self.class_weight = class_weight

    def _learn(
        self, table: pa.Table, labels: NDArray[np.int64], around: Surroundings
    ) -> LexiconPredictor:
        found = weights_of_labels(self.class_weight, labels)
        weights = np.array([found.get(code, 1.0) for code in range(len(LABELS))])
        return LexiconPredictor(Lexicon.packaged(), weights)


class LexiconConfig(ModelConfig):
    """Hand-written stance words, with negation and direction."""

    kind: Literal["lexicon"] = "lexicon"
    class_weight: ClassWeight = "none"

    def build(self, random_state: int) -> LexiconClassifier:
        """Make the estimator; nothing in it is random."""
        return LexiconClassifier(**self.parameters())
