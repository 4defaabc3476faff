"""Labels known from their description alone: nothing is learnt from labelled rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator

from stancelab.encoders import BUNDLED, open_encoder
from stancelab.errors import UnknownNameError
from stancelab.features.embeddings import CachedEncoder, Progress, embed_table, inputs
from stancelab.models.base import Label, ModelConfig, StanceClassifier, Weight
from stancelab.predictors.base import Predictor
from stancelab.predictors.entailment import EntailmentPredictor
from stancelab.predictors.linear import EmbeddingLinearPredictor
from stancelab.schema import LABELS
from stancelab.zero_shot.similarity import centred, label_directions
from stancelab.zero_shot.source import nli_files
from stancelab.zero_shot.wordings import FALLBACK, chosen_languages, packaged_hypotheses

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from stancelab.monitor import Surroundings

Method = Literal["similarity", "nli"]
ZeroShotWeight = Literal["none"] | dict[Label, Weight]
"""``"none"`` or a weight by label; ``"balanced"`` would need labels."""


class ZeroShot(StanceClassifier):
    """Answers from what the labels mean; of the training rows it sees the texts at most.

    Parameters
    ----------
    method : {"similarity", "nli"}
        The mean cosine similarity of the statement, and of the actor in context, to sentences that
        describe each label, centred by its mean over the training texts; or how far the statement
        entails "The statement is hostile toward …" (Yin, Hay & Roth 2019, "Benchmarking zero-shot
        text classification").
    encoder : str
        ``"bundled"``, a directory, or OWNER/NAME or OWNER/NAME@REVISION of the Hugging Face hub;
        for ``"nli"`` a model of natural-language inference.
    languages : sequence of str
        Of the descriptions, all of which are averaged, or of the hypotheses, which are in the
        statement's language if it is among these, else in English or in the first. All ten where
        none is named.
    window : int
        Characters of context on each side of the mention, for ``"similarity"``.
    statement_weight : float
        How much the whole statement counts beside the actor in context, for ``"similarity"``.
    temperature : float
        Of the softmax.
    class_weight : "none" or dict
        Weight of each label, by which its probability is multiplied.
    batch : int
        Pairs that are read at once, for ``"nli"``.

    Examples
    --------
    >>> rows = [{"text": "Riga thanked Oslo.", "actor": "Oslo"},
    ...         {"text": "Riga condemned Oslo.", "actor": "Oslo"}]
    >>> ZeroShot().fit(rows, [1, 1]).predict(rows).tolist()
    [2, 0]
    """

    trained: ClassVar[bool] = False

    def __init__(
        self,
        method: Method = "similarity",
        encoder: str = BUNDLED,
        languages: Sequence[str] = (),
        window: int = 30,
        statement_weight: float = 0.25,
        temperature: float = 1.0,
        class_weight: ZeroShotWeight = "none",
        batch: int = 32,
    ) -> None:
        self.method = method
        self.encoder = encoder
        self.languages = languages
        self.window = window
        self.statement_weight = statement_weight
        self.temperature = temperature
        self.class_weight = class_weight
        self.batch = batch

    def prepare(self, table: pa.Table, progress: Progress | None = None) -> None:
        """Make the embeddings of all rows once; every fit and prediction then reads the cache."""
        if self.method == "similarity":
            statements, contexts = inputs(table, self.window)
            self._encoder().embed_inputs(list(dict.fromkeys(statements + contexts)), progress)

    def _encoder(self) -> CachedEncoder:
        return CachedEncoder(open_encoder(self.encoder))

    def _learn(self, table: pa.Table, labels: NDArray[np.int64], around: Surroundings) -> Predictor:
        if self.method == "similarity":
            return self._similarity(table)
        if self.method == "nli":
            return self._entailment()
        raise ValueError(f"method is 'similarity' or 'nli'; found {self.method!r}")

    def _similarity(self, table: pa.Table) -> EmbeddingLinearPredictor:
        encoder = self._encoder()
        directions = label_directions(encoder, chosen_languages(self.languages))
        vectors = embed_table(table, encoder, self.window)
        weights, bias = centred(
            vectors, np.vstack([self.statement_weight * directions, directions])
        )
        folded = (weights / self.temperature).astype(np.float32)
        prior = bias / self.temperature + np.log(self._weights())
        return EmbeddingLinearPredictor(encoder, self.window, folded, prior)

    def _entailment(self) -> EntailmentPredictor:
        files = nli_files(self.encoder)
        known, languages = packaged_hypotheses(), chosen_languages(self.languages)
        return EntailmentPredictor(
            files.name,
            files.revision,
            {name: known[name] for name in languages},
            FALLBACK if FALLBACK in languages else languages[0],
            self.temperature,
            self._weights(),
            self.batch,
        )

    def _weights(self) -> NDArray[np.float64]:
        if self.class_weight == "none":
            return np.ones(len(LABELS))
        if not isinstance(self.class_weight, dict):
            raise ValueError(
                f"class_weight is 'none' or a weight by label; found {self.class_weight!r}, for "
                "which labels would have to be counted"
            )
        given: dict[str, float] = {str(name): one for name, one in self.class_weight.items()}
        return np.array([float(given.get(label, 1.0)) for label in LABELS])


class ZeroShotConfig(ModelConfig):
    """Labels known from their description alone, or from natural-language inference."""

    kind: Literal["zero_shot"] = "zero_shot"
    method: Method = "similarity"
    encoder: str = BUNDLED
    languages: tuple[str, ...] = ()
    window: Annotated[int, Field(ge=1)] = 30
    statement_weight: Annotated[float, Field(ge=0)] = 0.25
    temperature: Annotated[float, Field(gt=0)] = 1.0
    class_weight: ZeroShotWeight = "none"
    batch: Annotated[int, Field(ge=1)] = 32

    @field_validator("languages")
    @classmethod
    def _known(cls, found: tuple[str, ...]) -> tuple[str, ...]:
        try:
            chosen_languages(found)
        except UnknownNameError as error:
            raise ValueError(str(error)) from None
        return found

    def check(self, where: str) -> None:
        """Refuse a model that does not say what entails what."""
        if self.method == "nli":
            nli_files(self.encoder)

    def build(self, random_state: int) -> ZeroShot:
        """Make the estimator; nothing in it is random."""
        return ZeroShot(**self.parameters())
