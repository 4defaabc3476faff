"""A fine-tuned encoder as a scikit-learn classifier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self, cast

import numpy as np
from pydantic import Field, model_validator
from sklearn.utils.validation import check_is_fitted

from stancelab.encoders import BUNDLED
from stancelab.features.actor_tokens import Format, InputSettings
from stancelab.finetuning.pooling import Pooling
from stancelab.finetuning.recipe import Precision, Recipe
from stancelab.finetuning.shares import Shares
from stancelab.models.base import ClassWeight, ModelConfig, StanceClassifier, weights_of_labels
from stancelab.monitor import Surroundings
from stancelab.schema import LABELS, as_table

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import ArrayLike, NDArray

    from stancelab.predictors.transformer import TransformerPredictor

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]


class Transformer(StanceClassifier):
    """An encoder fine-tuned to look at the actor.

    Parameters
    ----------
    encoder : str
        ``"bundled"``, a directory, or ``OWNER/NAME[@REVISION]`` of the Hugging Face hub.
    format : {"mark", "pair", "mark_pair"}
        Marker tokens around the actor's mention, text and actor as a pair, or both. A statement
        that does not name the actor is always a pair.
    pooling : {"mean", "span", "mean_span", "cls"}
        What the head is put on: the mean of all tokens, that of the actor's, both side by side, or
        the first token.
    source : bool
        Whether to show who speaks.
    max_tokens : int
        Length of an input; a longer text keeps the window around the mention.
    other_names : float
        How often a training row is shown as if the text did not name its actor, which is then
        asked for by its canonical or its local name.
    other_actors : float
        How often a training row is shown with another actor of the same kind in the place of its
        own, which must not change the label (in uk, ru and en, where one word names the actor).
    class_weight : "balanced", "none" or dict
        Weight of each label.
    label_smoothing : float
        Share of a label's probability that is spread over all labels.
    r_drop : float
        Weight of the disagreement between two dropouts; above 0 a step takes twice as long.
    learning_rate, head_learning_rate : float
        Of the encoder's uppermost layer, and of the head.
    layer_decay : float
        Factor on the learning rate from a layer to the one below.
    warmup : float
        Share of the steps over which the learning rate rises; it then falls to 0.
    weight_decay : float
        Of AdamW, on all but biases, norms and word embeddings.
    dropout : float
        Before the head; inside the encoder as the encoder has it.
    epochs : int
        Passes over the rows at most.
    patience : int
        Epochs without a better validation macro-F1 (with ``native``, the mean of both heads')
        after which training stops; the best epoch is kept. Without validation rows all epochs are
        trained, and the last is kept.
    batch_tokens : int
        Tokens of a batch, padding included.
    precision : {"auto", "fp32", "bf16", "fp16"}
        ``"auto"`` is the fastest that the device computes in hardware.
    max_seconds : float, optional
        Training stops after so many seconds.
    max_steps : int, optional
        Training stops after so many steps, over which the learning rate falls to 0.
    native : bool
        Whether to learn each corpus' own labels too, with a head of its own, for `predict_native`.
    sampling_temperature : float
        Above 1, small corpora are shown more often than their size would have it and large ones
        less; see `epoch_sizes`.
    head : str
        The corpus whose head answers in place of the shared one; needs ``native``.
    random_state : int or None
        Seed of everything; None is 0.
    """

    asks_by_name: ClassVar[bool] = True

    def __init__(
        self,
        encoder: str = BUNDLED,
        format: Format = "mark_pair",
        pooling: Pooling = "mean_span",
        source: bool = False,
        max_tokens: int = 192,
        other_names: float = 0.15,
        other_actors: float = 0.0,
        class_weight: ClassWeight = "none",
        label_smoothing: float = 0.1,
        r_drop: float = 0.0,
        learning_rate: float = 1e-4,
        head_learning_rate: float = 1e-3,
        layer_decay: float = 0.9,
        warmup: float = 0.1,
        weight_decay: float = 0.01,
        dropout: float = 0.1,
        epochs: int = 5,
        patience: int = 3,
        batch_tokens: int = 1024,
        precision: Precision = "auto",
        max_seconds: float | None = None,
        max_steps: int | None = None,
        native: bool = False,
        sampling_temperature: float = 1.0,
        head: str = "",
        random_state: int | None = None,
    ) -> None:
        self.encoder = encoder
        self.format = format
        self.pooling = pooling
        self.source = source
        self.max_tokens = max_tokens
        self.other_names = other_names
        self.other_actors = other_actors
        self.class_weight = class_weight
        self.label_smoothing = label_smoothing
        self.r_drop = r_drop
        self.learning_rate = learning_rate
        self.head_learning_rate = head_learning_rate
        self.layer_decay = layer_decay
        self.warmup = warmup
        self.weight_decay = weight_decay
        self.dropout = dropout
        self.epochs = epochs
        self.patience = patience
        self.batch_tokens = batch_tokens
        self.precision = precision
        self.max_seconds = max_seconds
        self.max_steps = max_steps
        self.native = native
        self.sampling_temperature = sampling_temperature
        self.head = head
        self.random_state = random_state

    def fit_shares(
        self,
        table: object,
        shares: ArrayLike | Shares,
        around: Surroundings | None = None,
        labels: ArrayLike | None = None,
    ) -> Self:
        """Learn probabilities in place of labels, as those that other models answer with.

        Parameters
        ----------
        table : pyarrow.Table
            The training rows.
        shares : array-like, shape (n_rows, 3), or Shares
            Probabilities of hostile, neutral and cooperative, or of the corpora's own labels too.
        around : Surroundings, optional
            As `fit` takes it.
        labels : array-like of int, shape (n_rows,), optional
            What each row is, and so what each own label of a corpus means; the most probable by
            default.
        """
        from stancelab.finetuning.fit import finetune

        taught = shares if isinstance(shares, Shares) else Shares(np.asarray(shares, np.float64))
        rows, targets = as_table(table), taught.stance
        if targets.shape != (len(rows), len(LABELS)):
            raise ValueError(f"got {len(rows)} rows and shares of shape {targets.shape}")
        codes = targets.argmax(axis=1) if labels is None else np.asarray(labels, np.int64)
        known = {int(code): 1.0 for code in np.flatnonzero(targets.sum(axis=0) > 0)}
        self.classes_ = np.arange(len(LABELS))
        found = finetune(self.recipe(), rows, codes, known, around or Surroundings(), taught)
        self.predictor_ = found.answering_by(self.head) if self.head else found
        return self

    def predict_native(self, table: object, head: str | None = None) -> NDArray[np.float64]:
        """Give the probabilities of a corpus' own labels, in the order of `native_classes`.

        Parameters
        ----------
        table : pyarrow.Table
            A statement table.
        head : str, optional
            The corpus; needed where there are several.

        Returns
        -------
        numpy.ndarray, shape (n_rows, n_native_labels)
        """
        return self._trained().predict_native(as_table(table), head)

    def native_classes(self, head: str | None = None) -> NDArray[np.str_]:
        """Give the own labels of a corpus, sorted."""
        trained = self._trained()
        return np.array(list(trained.own[trained.head_for(head)]))

    def _trained(self) -> TransformerPredictor:
        check_is_fitted(self, "predictor_")
        return cast("TransformerPredictor", self.predictor_)

    def recipe(self) -> Recipe:
        """Give the settings as a training takes them."""
        given = self.get_params()
        inputs = InputSettings(*(given.pop(name) for name in ("format", "source", "max_tokens")))
        for name in ("class_weight", "head"):
            given.pop(name)
        return Recipe(inputs=inputs, seed=given.pop("random_state") or 0, **given)

    def _learn(
        self, table: pa.Table, labels: NDArray[np.int64], around: Surroundings
    ) -> TransformerPredictor:
        from stancelab.finetuning.fit import finetune

        weights = weights_of_labels(self.class_weight, labels)
        found = finetune(self.recipe(), table, labels, weights, around)
        return found.answering_by(self.head) if self.head else found


class TransformerConfig(ModelConfig):
    """An encoder fine-tuned to look at the actor."""

    kind: Literal["transformer"] = "transformer"
    encoder: str = BUNDLED
    format: Format = "mark_pair"
    pooling: Pooling = "mean_span"
    source: bool = False
    max_tokens: Annotated[int, Field(ge=16)] = 192
    other_names: Share = 0.15
    other_actors: Share = 0.0
    class_weight: ClassWeight = "none"
    label_smoothing: Annotated[float, Field(ge=0, lt=1)] = 0.1
    r_drop: NotNegative = 0.0
    learning_rate: Positive = 1e-4
    head_learning_rate: Positive = 1e-3
    layer_decay: Annotated[float, Field(gt=0, le=1)] = 0.9
    warmup: Annotated[float, Field(ge=0, lt=1)] = 0.1
    weight_decay: NotNegative = 0.01
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.1
    epochs: Count = 5
    patience: Count = 3
    batch_tokens: Annotated[int, Field(ge=64)] = 1024
    precision: Precision = "auto"
    max_seconds: Positive | None = None
    max_steps: Count | None = None
    native: bool = False
    sampling_temperature: Annotated[float, Field(ge=1)] = 1.0
    head: str = ""

    @model_validator(mode="after")
    def _a_head_is_trained(self) -> TransformerConfig:
        if self.head and not self.native:
            raise ValueError(f'head = "{self.head}" needs native = true')
        return self

    def build(self, random_state: int) -> Transformer:
        """Make the estimator."""
        return Transformer(**self.parameters(), random_state=random_state)
