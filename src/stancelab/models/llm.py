"""A language model behind an OpenAI-compatible endpoint as a scikit-learn classifier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, field_validator

from stancelab.errors import ConfigError
from stancelab.llm.errors import ServiceError
from stancelab.llm.instruction import digest_instruction
from stancelab.llm.prompt import Example, shown
from stancelab.llm.settings import RESERVED, LlmSettings, Temperature
from stancelab.models.base import ClassWeight, ModelConfig, StanceClassifier, weights_of_labels
from stancelab.predictors.llm import LlmPredictor
from stancelab.schema import LABELS

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from stancelab.monitor import Surroundings

Count = Annotated[int, Field(ge=1)]
Price = Annotated[float, Field(ge=0)]


class Llm(StanceClassifier):
    """Asks a language model, with the codebook as the instruction; learns nothing.

    Every answer is kept in the cache folder, under what was asked, and never asked for again. The
    statements leave this machine for the one that ``base_url`` names.

    Parameters
    ----------
    base_url : str
        Where ``/chat/completions`` is found, such as ``"http://127.0.0.1:8000/v1"``.
    model : str
        The model by the endpoint's name for it.
    api_key_env : str
        Name of the environment variable that holds the key; "" for a server that needs none.
    max_requests : int
        The most requests that a fitted model ever sends, retries included.
    concurrency : int
        How many requests are under way at once.
    timeout : float
        Seconds after which a request has failed.
    retries : int
        How often a statement is asked again after a failure or nonsense, with growing pauses.
    shots : int
        Training rows of each label that the prompt shows with their labels.
    temperature : float or "default"
        Of the sampling; ``"default"`` sends none, for models that refuse it.
    probabilities : bool
        Whether the model is asked how probable each label is; a label without that has 0.9.
    max_failed : float
        The share of the rows of one call that may get no valid answer; their probabilities are
        equal and they are counted. With more of them the call fails.
    prices : mapping of str to float, optional
        What a million ``input`` and ``output`` tokens cost.
    options : mapping of str to value, optional
        Further keys of each request, such as ``seed`` or ``max_tokens``.
    class_weight : "balanced", "none" or dict
        Weight of each label, by which its probability is multiplied.
    random_state : int or None
        Which training rows are shown.

    Examples
    --------
    >>> model = Llm("http://127.0.0.1:8000/v1", "some-model", max_requests=200)
    >>> model.trained
    False
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        api_key_env: str = "",
        max_requests: int = 1000,
        concurrency: int = 4,
        timeout: float = 60.0,
        retries: int = 4,
        shots: int = 0,
        temperature: Temperature = 0.0,
        probabilities: bool = True,
        max_failed: float = 0.05,
        prices: Mapping[str, float] | None = None,
        options: Mapping[str, Any] | None = None,
        class_weight: ClassWeight = "none",
        random_state: int | None = None,
    ) -> None:
        self.base_url = base_url
        self.model = model
        self.api_key_env = api_key_env
        self.max_requests = max_requests
        self.concurrency = concurrency
        self.timeout = timeout
        self.retries = retries
        self.shots = shots
        self.temperature = temperature
        self.probabilities = probabilities
        self.max_failed = max_failed
        self.prices = prices
        self.options = options
        self.class_weight = class_weight
        self.random_state = random_state

    @property
    def trained(self) -> bool:  # type: ignore[override]
        """Whether the prompt shows training rows."""
        return self.shots > 0

    def settings(self) -> LlmSettings:
        """Give what is asked, as the predictor takes it."""
        own = self.get_params()
        for name in ("shots", "class_weight", "random_state"):
            del own[name]
        return LlmSettings(**own | {"prices": self.prices or {}, "options": self.options or {}})

    def _learn(
        self, table: pa.Table, labels: NDArray[np.int64], around: Surroundings
    ) -> LlmPredictor:
        found = weights_of_labels(self.class_weight, labels)
        weights = np.array([found.get(code, 1.0) for code in range(len(LABELS))])
        examples = choose_examples(table, labels, self.shots, self.random_state)
        return LlmPredictor(self.settings(), sorted(found), weights, examples, around.monitor)


def choose_examples(
    table: pa.Table, labels: NDArray[np.int64], shots: int, random_state: int | None
) -> list[Example]:
    """Choose rows to be shown, of each label as many, in an order that tells nothing.

    Parameters
    ----------
    table : pyarrow.Table
        The training rows.
    labels : numpy.ndarray of int, shape (n_rows,)
        Their labels.
    shots : int
        How many of each label, or all where there are fewer.
    random_state : int or None
        Which.
    """
    random = np.random.default_rng(random_state)
    order = random.permutation(len(labels))
    chosen = [order[labels[order] == code][:shots] for code in np.unique(labels)]
    rows = random.permutation(np.concatenate(chosen)).astype(np.int64)
    named = [LABELS[code] for code in labels[rows]]
    return list(zip(shown(table.take(rows)), named, strict=True))


class Prices(BaseModel):
    """What a million tokens cost, in a currency of your choice."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: Price
    output: Price


class LlmConfig(ModelConfig):
    """A language model behind an OpenAI-compatible endpoint; the key is in the environment."""

    kind: Literal["llm"] = "llm"
    base_url: str
    model: Annotated[str, Field(min_length=1)]
    api_key_env: str = ""
    max_requests: Count = 1000
    concurrency: Annotated[int, Field(ge=1, le=64)] = 4
    timeout: Annotated[float, Field(gt=0)] = 60.0
    retries: Annotated[int, Field(ge=0, le=10)] = 4
    shots: Annotated[int, Field(ge=0, le=64)] = 0
    temperature: Annotated[float, Field(ge=0, le=2)] | Literal["default"] = 0.0
    probabilities: bool = True
    max_failed: Annotated[float, Field(ge=0, le=1)] = 0.05
    prices: Prices | None = None
    options: dict[str, Any] = Field(default_factory=dict)
    class_weight: ClassWeight = "none"

    @field_validator("options")
    @classmethod
    def _free(cls, found: dict[str, Any]) -> dict[str, Any]:
        taken = sorted(set(found) & set(RESERVED))
        if taken:
            raise ValueError(f"{taken[0]!r} is set by stancelab; leave it out")
        return found

    @property
    def asks_service(self) -> bool:
        """Always."""
        return True

    def build(self, random_state: int) -> Llm:
        """Make the estimator; the seed chooses the examples."""
        return Llm(**self.parameters(), random_state=random_state)

    def check(self, where: str) -> None:
        """Refuse an address or a variable that cannot be one, without showing it."""
        try:
            self.build(0).settings()
        except ServiceError as error:
            raise ConfigError(where, str(error)) from None

    def own_code(self) -> list[str]:
        """Digest what a prompt is made of, so that another one is asked anew."""
        return [digest_instruction()]
