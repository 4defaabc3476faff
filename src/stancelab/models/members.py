"""What models have in common that are made of other models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, SerializeAsAny, field_validator

from stancelab.errors import ConfigError, UnknownNameError
from stancelab.models.base import ModelConfig, StanceClassifier
from stancelab.models.registry import config_class
from stancelab.monitor import Monitor, Surroundings

if TYPE_CHECKING:
    from pathlib import Path

_APART = 1_000_003
"""Distance of the seeds with which one member is trained again: no experiment comes so far."""
_SEEDS = 2**32


class MembersConfig(ModelConfig):
    """Base of the configs of models that are made of others."""

    members: Annotated[dict[str, SerializeAsAny[ModelConfig]], Field(min_length=1)]

    @field_validator("members", mode="before")
    @classmethod
    def _made(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        return {name: made_member(name, keys) for name, keys in given.items()}

    def make_members(self, random_state: int, seeds: int) -> list[StanceClassifier]:
        """Make each member so many times, the first time with the seed itself."""
        every = [(random_state + _APART * turn) % _SEEDS for turn in range(seeds)]
        return [one.make(seed) for one in self.members.values() for seed in every]

    def parts(self) -> Sequence[ModelConfig]:
        """Give the models that it is made of."""
        return list(self.members.values())

    @property
    def learns_unlabelled(self) -> bool:
        """Whether a part learns from texts without labels too."""
        return any(one.learns_unlabelled for one in self.parts())

    @property
    def asks_service(self) -> bool:
        """Whether a part that is left after training asks a service."""
        return any(one.asks_service for one in self.parts())

    def check(self, where: str) -> None:
        """Check each part."""
        for one in self.parts():
            one.check(where)

    def own_code(self) -> list[str]:
        """Give the digests of the parts."""
        return [digest for one in self.parts() for digest in one.own_code()]

    def encoders(self) -> list[str]:
        """Name the encoders of the parts."""
        return [name for one in self.parts() for name in one.encoders()]


def resolve_members(path: object, models: Mapping[str, dict[str, Any]]) -> None:
    """Put the keys of models in the place of their names, in models that are made of others.

    Parameters
    ----------
    path : object
        The experiment file, for the message.
    models : mapping of str to dict
        The keys of each model in it; changed in place.

    Raises
    ------
    UnknownNameError
        There is no model of a name; names the closest.
    ConfigError
        A model is made of itself.
    """
    for name in models:
        _resolve(path, name, models, ())


def _resolve(
    path: object, name: str, models: Mapping[str, dict[str, Any]], through: tuple[str, ...]
) -> None:
    if name in through:
        way = " -> ".join((*through, name))
        raise ConfigError(path, f"{way} is made of itself", f"model.{name}")
    own = models[name]
    listed, student = own.get("members"), own.get("student")
    named = [*(listed if isinstance(listed, list) else []), student]
    for one in (one for one in named if isinstance(one, str)):
        if one not in models:
            others = [other for other in models if other != name]
            raise UnknownNameError("model", one, others, f"{path}: model.{name}")
        _resolve(path, one, models, (*through, name))
    if isinstance(listed, list) and all(isinstance(one, str) for one in listed):
        own["members"] = {one: models[one] for one in listed}
    if isinstance(student, str):
        own["student"] = models[student]


def members_of(models: Mapping[str, ModelConfig]) -> list[ModelConfig]:
    """List the members of models that are made of others."""
    made = [one for one in models.values() if isinstance(one, MembersConfig)]
    return [member for one in made for member in one.members.values()]


def made_member(name: str, keys: Any) -> Any:
    """Make the config of a member out of its keys; its kind is its name where none is given."""
    if not isinstance(keys, Mapping):
        return keys
    kind = str(keys.get("kind", name))
    return config_class(kind).model_validate({**keys, "kind": kind})


@dataclass(frozen=True, slots=True)
class MemberMonitor:
    """Passes on what the training of one member tells, under its number."""

    monitor: Monitor
    number: int

    def measure(self, values: Mapping[str, float], step: int) -> None:
        """Pass figures on."""
        named = {f"member_{self.number}/{name}": value for name, value in values.items()}
        self.monitor.measure(named, step)

    def advance(self, done: int, total: int) -> None:
        """Pass the steps on."""
        self.monitor.advance(done, total)


def around_member(around: Surroundings, number: int) -> Surroundings:
    """Give a member what its model may use, with a folder for checkpoints of its own."""
    folder: Path | None = around.checkpoints
    own = None if folder is None else folder / f"member_{number}"
    return replace(around, checkpoints=own, monitor=MemberMonitor(around.monitor, number))
