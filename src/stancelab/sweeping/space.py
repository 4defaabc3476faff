"""What a sweep searches: ``[sweep]`` of an experiment file."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from stancelab.errors import ConfigError, UnknownNameError
from stancelab.models.base import ModelConfig
from stancelab.models.registry import CONTROLS

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

Value = bool | int | float | str

_BETWEEN = 0.381966
"""A place inside a range of floats that is no whole number but by chance."""


def _number(value: object) -> object:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if value is not None and not (is_number and isfinite(value)):  # type: ignore[arg-type]
        raise ValueError("expected a number")
    return value


def _choice(value: object) -> object:
    if not isinstance(value, bool | int | float | str):
        raise ValueError("expected text, a number or true or false")
    return value


Number = Annotated[int | float | None, BeforeValidator(_number)]
Choice = Annotated[Value, BeforeValidator(_choice)]


class Domain(BaseModel):
    """The values of one parameter: a range, or a list of choices.

    Attributes
    ----------
    low, high : int or float
        Both ends belong to the range; whole numbers where both are.
    log : bool
        Whether to search it on a logarithmic scale.
    step : int or float, optional
        Between one value and the next.
    choices : tuple, optional
        In the file simply a list.

    Examples
    --------
    >>> Domain.model_validate({"low": 4, "high": 12, "step": 4}).holds(8)
    True
    >>> Domain.model_validate(["balanced", "none"]).holds("heavy")
    False
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    low: Number = None
    high: Number = None
    log: bool = False
    step: Number = None
    choices: Annotated[tuple[Choice, ...], Field(min_length=2)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, content: Any) -> Any:
        return {"choices": content} if isinstance(content, list | tuple) else content

    @model_validator(mode="after")
    def _fits_together(self) -> Domain:
        if self.choices is not None:
            if self.log or any(one is not None for one in (self.low, self.high, self.step)):
                raise ValueError("give low and high, or a list of choices")
            if len(set(map(repr, self.choices))) < len(self.choices):
                raise ValueError("the list names a choice twice")
            return self
        if self.low is None or self.high is None:
            raise ValueError("give low and high, or a list of choices")
        if self.low >= self.high:
            raise ValueError(f"low {self.low} is not below high {self.high}")
        if self.log and (self.low <= 0 or self.step is not None):
            raise ValueError("log = true needs low above 0, and no step")
        self._check_step(self.low, self.high)
        return self

    def _check_step(self, low: float, high: float) -> None:
        if self.step is None:
            return
        if self.step <= 0 or _remainder(high, low, self.step):
            raise ValueError(f"steps of {self.step} do not lead from {low} to {high}")
        if self.is_whole and not isinstance(self.step, int):
            raise ValueError(f"step {self.step} is no whole number, and low and high are")

    @property
    def is_whole(self) -> bool:
        """Whether it is a range of whole numbers."""
        return isinstance(self.low, int) and isinstance(self.high, int)

    @property
    def _ends(self) -> tuple[int | float, int | float]:
        return self.low or 0, self.high or 0

    def holds(self, value: object) -> bool:
        """Say whether a value is one of these."""
        if self.choices is not None:
            return any(
                one == value and isinstance(one, bool) is isinstance(value, bool)
                for one in self.choices
            )
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        low, high = self._ends
        step = self.step or (1 if self.is_whole else None)
        return low <= value <= high and (step is None or not _remainder(value, low, step))

    def examples(self) -> tuple[Value, ...]:
        """Give values that a model must take if it takes all: choices, ends and one between."""
        if self.choices is not None:
            return self.choices
        low, high = self._ends
        if self.is_whole:
            return low, high
        if self.step is None:
            return low, low + _BETWEEN * (high - low), high
        return low, float(Decimal(str(low)) + Decimal(str(self.step))), high

    def distribution(self) -> BaseDistribution:
        """Give it as Optuna takes it."""
        from optuna.distributions import (
            CategoricalDistribution,
            FloatDistribution,
            IntDistribution,
        )

        if self.choices is not None:
            return CategoricalDistribution(self.choices)
        low, high = self._ends
        if self.is_whole:
            return IntDistribution(int(low), int(high), self.log, int(self.step or 1))
        return FloatDistribution(low, high, self.log, self.step)


def _remainder(value: float, low: float, step: float) -> Decimal:
    """Give what is left of a way in steps; decimal, as 0.3 is three times 0.1 for people."""
    return (Decimal(str(value)) - Decimal(str(low))) % Decimal(str(step))


class SweepConfig(BaseModel):
    """A search for the parameters of a model: ``[sweep]`` of an experiment file.

    Attributes
    ----------
    model : str
        Which model of the file; the one trained model where there is only one.
    trials : int
        How many combinations are tried, that of the file the first.
    seed : int
        Of the sampler.
    timeout : float, optional
        Seconds of trials after which no other is begun.
    pruning : bool
        Whether a trial ends that does worse after some seeds than the median of the others.
    space : mapping of str to Domain
        The values of each parameter.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = ""
    trials: Annotated[int, Field(ge=1)] = 30
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    timeout: Annotated[float, Field(gt=0)] | None = None
    pruning: bool = True
    space: Annotated[dict[str, Domain], Field(min_length=1)]

    def of_model(self, models: Mapping[str, ModelConfig], where: object) -> SweepConfig:
        """Name the model where the file does not.

        Parameters
        ----------
        models : mapping of str to ModelConfig
            The models of the file.
        where : object
            Names the file.

        Raises
        ------
        ConfigError, UnknownNameError
            There is no such model, or several that may be meant.
        """
        trained = [name for name, one in models.items() if one.kind not in CONTROLS]
        if not self.model and len(trained) != 1:
            problem = f"give one of the file's models: {', '.join(trained) or 'it has none'}"
            raise ConfigError(where, problem, "sweep.model")
        name = self.model or trained[0]
        if name not in trained:
            raise UnknownNameError("model to sweep", name, trained, f"{where}: sweep.model")
        return self.model_copy(update={"model": name})

    def check_values(self, base: ModelConfig, where: object) -> None:
        """Refuse values that the model does not take beside those of the file.

        Raises
        ------
        ConfigError
            Names the parameter and the value.
        """
        if "calibration" in self.space:
            problem = "is fitted on the validation rows, by which the search would then judge it"
            raise ConfigError(where, problem, "sweep.space.calibration")
        for key, domain in self.space.items():
            for value in domain.examples():
                _check_value(base, key, value, where)


def with_parameters(base: ModelConfig, parameters: Mapping[str, object]) -> ModelConfig:
    """Make a model's config with some of its keys changed.

    Raises
    ------
    pydantic.ValidationError
        The model refuses the combination.
    """
    return type(base).model_validate({**base.model_dump(), **parameters})


def _check_value(base: ModelConfig, key: str, value: Value, where: object) -> None:
    try:
        with_parameters(base, {key: value})
    except ValidationError as error:
        message = error.errors()[0]["msg"].removeprefix("Value error, ")
        problem = f"the model does not take {value!r}: {message}"
        raise ConfigError(where, problem, f"sweep.space.{key}") from None
