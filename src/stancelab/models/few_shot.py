"""A classifier for when there are few labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from stancelab.encoders import BUNDLED
from stancelab.features.actor_tokens import Format, InputSettings
from stancelab.finetuning.pooling import Pooling
from stancelab.finetuning.recipe import Precision
from stancelab.models.base import ClassWeight, ModelConfig, StanceClassifier, weights_of_labels
from stancelab.models.transformer import Count, NotNegative, Positive, Share

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from stancelab.finetuning.contrastive import FewShotRecipe
    from stancelab.monitor import Surroundings
    from stancelab.predictors.transformer import TransformerPredictor


class FewShot(StanceClassifier):
    """An encoder that learnt by comparing a few rows, and a logistic regression over it.

    The idea is that of SetFit (Tunstall et al. 2022, "Efficient few-shot learning without
    prompts"), made to look at the actor: inputs are shown and summed up as a `Transformer` has
    them, so that two rows of one text differ, and the head is part of the network. It draws its
    rows from the training rows, and looks at no others, validation rows included.

    Parameters
    ----------
    encoder : str
        ``"bundled"``, a directory, or ``OWNER/NAME[@REVISION]`` of the Hugging Face hub.
    examples : int
        Rows of each label to learn from; all where there are fewer.
    contrasts : float
        Share of them to take from texts that have different labels for different actors, where
        there are such.
    format : {"mark", "pair", "mark_pair"}
        Marker tokens around the actor's mention, text and actor as a pair, or both. A statement
        that does not name the actor is always a pair.
    pooling : {"mean", "span", "mean_span", "cls"}
        What rows are compared by: the mean of all tokens, that of the actor's, both side by side,
        or the first token.
    source : bool
        Whether to show who speaks.
    max_tokens : int
        Length of an input; a longer text keeps the window around the mention.
    class_weight : "balanced", "none" or dict
        Weight of each label in the regression.
    C : float
        Inverse strength of the regression's L2 penalty on standardised dimensions.
    temperature : float
        Divides the cosines that rows are compared by.
    learning_rate : float
        Of the encoder's uppermost layer.
    layer_decay : float
        Factor on the learning rate from a layer to the one below.
    warmup : float
        Share of the steps over which the learning rate rises; it then falls to 0.
    weight_decay : float
        Of AdamW, on all but biases, norms and word embeddings.
    dropout : float
        Of the summary; inside the encoder as the encoder has it.
    epochs : int
        Passes over the rows; 0 leaves the encoder as it is.
    batch_rows : int
        Rows that are compared in a step, all with all.
    precision : {"auto", "fp32", "bf16", "fp16"}
        ``"auto"`` is the fastest that the device computes in hardware.
    max_seconds : float, optional
        Comparing stops after so many seconds.
    max_steps : int, optional
        Comparing stops after so many steps, over which the learning rate falls to 0.
    random_state : int or None
        Seed of everything, the draw of rows included; None is 0.

    Examples
    --------
    >>> FewShot(examples=8).recipe().examples
    8
    """

    def __init__(
        self,
        encoder: str = BUNDLED,
        examples: int = 16,
        contrasts: float = 0.5,
        format: Format = "mark_pair",
        pooling: Pooling = "mean_span",
        source: bool = False,
        max_tokens: int = 32,
        class_weight: ClassWeight = "balanced",
        C: float = 0.1,
        temperature: float = 0.1,
        learning_rate: float = 1e-4,
        layer_decay: float = 0.9,
        warmup: float = 0.1,
        weight_decay: float = 0.01,
        dropout: float = 0.1,
        epochs: int = 15,
        batch_rows: int = 24,
        precision: Precision = "auto",
        max_seconds: float | None = None,
        max_steps: int | None = None,
        random_state: int | None = None,
    ) -> None:
        self.encoder = encoder
        self.examples = examples
        self.contrasts = contrasts
        self.format = format
        self.pooling = pooling
        self.source = source
        self.max_tokens = max_tokens
        self.class_weight = class_weight
        self.C = C
        self.temperature = temperature
        self.learning_rate = learning_rate
        self.layer_decay = layer_decay
        self.warmup = warmup
        self.weight_decay = weight_decay
        self.dropout = dropout
        self.epochs = epochs
        self.batch_rows = batch_rows
        self.precision = precision
        self.max_seconds = max_seconds
        self.max_steps = max_steps
        self.random_state = random_state

    def recipe(self) -> FewShotRecipe:
        """Give the settings as a training takes them."""
        from stancelab.finetuning.contrastive import FewShotRecipe

        given = self.get_params()
        inputs = InputSettings(*(given.pop(name) for name in ("format", "source", "max_tokens")))
        given.pop("class_weight")
        return FewShotRecipe(inputs=inputs, seed=given.pop("random_state") or 0, **given)

    def _learn(
        self, table: pa.Table, labels: NDArray[np.int64], around: Surroundings
    ) -> TransformerPredictor:
        from stancelab.finetuning.few_shot import learn_few

        weights = weights_of_labels(self.class_weight, labels)
        return learn_few(self.recipe(), table, labels, weights, around.monitor)


class FewShotConfig(ModelConfig):
    """An encoder that learnt by comparing a few rows, and a logistic regression over it."""

    kind: Literal["few_shot"] = "few_shot"
    encoder: str = BUNDLED
    examples: Annotated[int, Field(ge=2)] = 16
    contrasts: Share = 0.5
    format: Format = "mark_pair"
    pooling: Pooling = "mean_span"
    source: bool = False
    max_tokens: Annotated[int, Field(ge=16)] = 32
    class_weight: ClassWeight = "balanced"
    C: Positive = 0.1
    temperature: Positive = 0.1
    learning_rate: Positive = 1e-4
    layer_decay: Annotated[float, Field(gt=0, le=1)] = 0.9
    warmup: Annotated[float, Field(ge=0, lt=1)] = 0.1
    weight_decay: NotNegative = 0.01
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.1
    epochs: Annotated[int, Field(ge=0)] = 15
    batch_rows: Annotated[int, Field(ge=4)] = 24
    precision: Precision = "auto"
    max_seconds: Positive | None = None
    max_steps: Count | None = None

    def build(self, random_state: int) -> FewShot:
        """Make the estimator."""
        return FewShot(**self.parameters(), random_state=random_state)
