"""Zero-shot answers of a model of natural-language inference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from stancelab.predictors.base import State, softmax
from stancelab.predictors.checked import MOST, StateError, array, choice, number, setting
from stancelab.schema import LABELS
from stancelab.zero_shot.source import nli_files
from stancelab.zero_shot.wordings import ACTOR, Hypotheses

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from stancelab.zero_shot.inference import InferenceModel, Pair

_LEAST, _GREATEST = 1e-6, 1e6


@dataclass(frozen=True, eq=False)
class EntailmentPredictor:
    """Softmax over how far a statement entails what each label says of it.

    Parameters
    ----------
    encoder, revision : str
        The model; it is opened when it first answers.
    hypotheses : mapping of str to Hypotheses
        By language.
    fallback : str
        The language of hypotheses about a statement in a language that has none.
    temperature : float
        Of the softmax over the logits of entailment.
    weights : numpy.ndarray, shape (3,)
        Weight of each label, by which its probability is multiplied.
    batch : int
        Pairs that are read at once.
    """

    kind: ClassVar[str] = "entailment"
    encoder: str
    revision: str
    hypotheses: Mapping[str, Hypotheses]
    fallback: str
    temperature: float
    weights: NDArray[np.float64]
    batch: int = 32

    def predict_proba(self, table: pa.Table) -> NDArray[np.float64]:
        """Ask for each row whether it entails the three hypotheses; equal questions are one."""
        asked = self._pairs(table)
        distinct = {pair: at for at, pair in enumerate(dict.fromkeys(asked))}
        if not distinct:
            return np.empty((0, len(LABELS)))
        logits = self._opened.entailment(list(distinct))[[distinct[pair] for pair in asked]]
        scores = logits.reshape(-1, len(LABELS)) / self.temperature
        return softmax(scores + np.log(self.weights))

    def state(self) -> State:
        """Give the model's name and revision, and the hypotheses; the model is not included."""
        settings = {
            "encoder": self.encoder,
            "revision": self.revision,
            "hypotheses": {name: one.to_dict() for name, one in self.hypotheses.items()},
            "fallback": self.fallback,
            "temperature": self.temperature,
            "batch": self.batch,
        }
        return State(settings, {"weights": self.weights})

    @classmethod
    def from_state(cls, state: State) -> Self:
        """Make the predictor again; the model is opened when it first answers."""
        found = state.settings
        weights = array(state, "weights", (len(LABELS),))
        if (weights <= 0).any():
            raise StateError(f"array 'weights' is {weights.tolist()}, expected numbers above 0")
        hypotheses = _hypotheses(setting(found, "hypotheses", dict))
        return cls(
            setting(found, "encoder", str),
            setting(found, "revision", str),
            hypotheses,
            choice(found, "fallback", list(hypotheses)),
            number(found, "temperature", _LEAST, _GREATEST),
            weights,
            number(found, "batch", 1, MOST, int),
        )

    def _pairs(self, table: pa.Table) -> list[Pair]:
        """Give premise and hypothesis, three of each row; a mention names an unnamed actor."""
        names = ("text", "actor", "mention_start", "mention_end", "language")
        pairs: list[Pair] = []
        for text, actor, start, end, language in zip(
            *(table.column(name).to_pylist() for name in names), strict=True
        ):
            worded = (
                self.hypotheses.get(language.partition("-")[0]) or self.hypotheses[self.fallback]
            )
            named = actor or (text[start:end] if start >= 0 else "")
            pairs += [(text, hypothesis) for hypothesis in worded.about(named)]
        return pairs

    @cached_property
    def _opened(self) -> InferenceModel:
        from stancelab.zero_shot.inference import InferenceModel

        return InferenceModel(nli_files(self.encoder, self.revision), self.batch)


def _hypotheses(found: Mapping[str, Any]) -> dict[str, Hypotheses]:
    made = {}
    for language in found:
        own = setting(found, language, dict)
        sentences = {name: setting(own, name, str) for name in (*LABELS, "someone")}
        lacking = [name for name in LABELS if ACTOR not in sentences[name]]
        if lacking:
            raise StateError(f"hypothesis {language}.{lacking[0]} has no {ACTOR}")
        made[language] = Hypotheses.from_dict(sentences)
    return made
