"""An experiment file (TOML) as frozen models; a misspelt key or name fails before any work."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, ValidationError

from stancelab.datasets.choice import DataConfig
from stancelab.datasets.own.columns import Columns
from stancelab.encoders import BUNDLED
from stancelab.errors import ConfigError, StancelabError, UnknownNameError
from stancelab.models.base import ModelConfig
from stancelab.models.members import resolve_members
from stancelab.models.registry import CONTROLS, config_class
from stancelab.overrides import check_keys, not_a_key, override_key
from stancelab.splits.config import SEVERAL_CORPORA, SplitConfig
from stancelab.splits.shares import LearningCurveConfig
from stancelab.sweeping.space import SweepConfig

_Model = TypeVar("_Model", bound=BaseModel)
Seed = Annotated[int, Field(ge=0, lt=2**32)]

BLIND = "/blind"
"""Ending of the name of a model's actor-blind control."""


class ExperimentConfig(BaseModel):
    """One experiment file: one question, its data, its split, its models and its seeds.

    Attributes
    ----------
    blind : tuple of str, optional
        The models that get an actor-blind control; every one by default. Variants of one model
        can do with the control of one of them.
    sweep : SweepConfig, optional
        What is searched for before the models are trained; they then have the best of it.
    learning_curve : LearningCurveConfig, optional
        The shares of the training documents that models are trained on besides all of them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    question: str = ""
    seeds: Annotated[tuple[Seed, ...], Field(min_length=1)] = (0, 1, 2, 3, 4)
    data: DataConfig
    split: SplitConfig = SplitConfig()
    model: Annotated[dict[str, SerializeAsAny[ModelConfig]], Field(min_length=1)]
    blind: tuple[str, ...] | None = None
    sweep: SweepConfig | None = None
    learning_curve: LearningCurveConfig | None = None
    overrides: tuple[str, ...] = ()


def read_experiment(path: Path, overrides: Sequence[str] = ()) -> ExperimentConfig:
    """Read an experiment file.

    Parameters
    ----------
    path : Path
        The TOML file; its stem is the experiment's name.
    overrides : sequence of str
        ``key=value`` each, the value in TOML: ``seeds=[0]``, ``split.test=0.2``,
        ``model.NAME.C=0.5``, or ``model.C=0.5`` for every model that has the key.

    Raises
    ------
    ConfigError
        The file is missing, is no TOML, or has a key or value that does not belong.
    UnknownNameError
        A model kind or data set does not exist; names the closest.
    """
    content = _read_toml(path)
    content = {"data": {}, "model": {}, **content}
    for part in ("data", "split", "model", "sweep", "learning_curve"):
        if not isinstance(content.get(part, {}), dict):
            raise ConfigError(path, f"expected a table, [{part}]", part)
    models = _models(path, content["model"])
    if not models:
        raise ConfigError(path, "no model to train; give at least one, as [model.tfidf_logreg]")
    check_keys(path, content, _KEYS)
    for override in overrides:
        override_key(content, models, override, _KEYS)
    _resolve_data_path(path, content["data"])
    _resolve_files(path, models)
    resolve_members(path, models)
    built = {name: _model(path, name, keys) for name, keys in models.items()}
    config = _validate(
        path,
        ExperimentConfig,
        {**content, "model": built, "name": path.stem, "overrides": tuple(overrides)},
    )
    config.data.check_names(str(path))
    curve = config.learning_curve
    for place, named in (
        ("blind", config.blind),
        ("learning_curve.models", curve and curve.models),
    ):
        for name in named or ():
            if name not in config.model:
                raise UnknownNameError("model", name, config.model, f"{path}: {place}")
    if config.sweep:
        config = config.model_copy(update={"sweep": _sweep(path, config.sweep, config.model)})
    _check_together(path, config)
    return config


def _check_together(path: Path, config: ExperimentConfig) -> None:
    """Refuse parts of an experiment that do not go together."""
    if config.data.unlabelled and not any(one.learns_unlabelled for one in config.model.values()):
        problem = (
            "no model here learns from texts without labels; leave them out, or add a distil or a "
            "zero_shot"
        )
        raise ConfigError(path, problem, "data.unlabelled")
    several = config.split.kind in SEVERAL_CORPORA and config.split.kind != "each_corpus"
    if several and len(config.data.corpora) < 2:
        problem = f'kind = "{config.split.kind}" needs names = […] of several corpora under [data]'
        raise ConfigError(path, problem, "split.kind")


_KEYS = frozenset(ExperimentConfig.model_fields) - {"name", "overrides"}


def restore_experiment(content: Mapping[str, Any]) -> ExperimentConfig:
    """Make a config again from what its ``model_dump(mode="json")`` gave."""
    models = {
        name: config_class(keys["kind"]).model_validate(keys)
        for name, keys in content["model"].items()
    }
    data = dict(content["data"])
    usual = Columns().model_dump()  # columns that the file names must be there, and these need not
    data["columns"] = {name: one for name, one in data["columns"].items() if one != usual[name]}
    return ExperimentConfig.model_validate({**content, "model": models, "data": data})


def with_controls(models: Mapping[str, ModelConfig]) -> dict[str, ModelConfig]:
    """Add the controls that the file does not name: they come with every experiment."""
    kinds = {config.kind for config in models.values()}
    missing = {kind: config_class(kind)(kind=kind) for kind in CONTROLS if kind not in kinds}
    return {**missing, **models}


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        near = get_close_matches(path.name, [p.name for p in path.parent.glob("*.toml")], n=1)
        hint = f"; did you mean {path.with_name(near[0])}?" if near else ""
        raise ConfigError(path, f"no such experiment file{hint}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(path, f"not a readable text file ({error})") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(path, f"not TOML: {error}") from None


def _resolve_data_path(path: Path, data: dict[str, Any]) -> None:
    """Take a relative data path from the experiment file's folder, else from the current one."""
    named = data.get("path")
    if isinstance(named, str) and (path.parent / named).exists():
        data["path"] = str((path.parent / named).resolve())


def _resolve_files(path: Path, models: Mapping[str, dict[str, Any]]) -> None:
    """Take the directory of an encoder, and the file of an estimator, as a data path is taken."""
    for keys in models.values():
        named = keys.get("encoder")
        if isinstance(named, str) and named not in ("", BUNDLED) and (path.parent / named).is_dir():
            keys["encoder"] = str((path.parent / named).resolve())
        file, _, name = str(keys.get("estimator", "")).rpartition(":")
        if file.endswith(".py") and (path.parent / file).is_file():
            keys["estimator"] = f"{(path.parent / file).resolve()}:{name}"


def _models(path: Path, content: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    models = {}
    for name, keys in content.items():
        if not isinstance(keys, dict):
            raise ConfigError(path, f"expected a table, [model.{name}]", f"model.{name}")
        if "/" in name or not name.isprintable():
            raise ConfigError(path, "a model's name has no '/'", f"model.{name}")
        models[name] = {"kind": name, **keys}
        if name in CONTROLS and models[name]["kind"] != name:
            raise ConfigError(path, "the name of a control; choose another", f"model.{name}")
    return models


def _model(path: Path, name: str, keys: dict[str, Any]) -> ModelConfig:
    kind = config_class(str(keys["kind"]), f"{path}: model.{name}.kind")
    made = _validate(path, kind, keys, f"model.{name}.")
    made.check(f"{path}: model.{name}")
    return made


def _sweep(path: Path, sweep: SweepConfig, models: Mapping[str, ModelConfig]) -> SweepConfig:
    """Complete what is swept, and check it against the model."""
    sweep = sweep.of_model(models, path)
    base = models[sweep.model]
    known = set(type(base).model_fields) - {"kind"}
    for key in sweep.space:
        if key not in known:
            raise ConfigError(path, not_a_key(key, known), f"sweep.space.{key}")
    sweep.check_values(base, path)
    return sweep


def _validate(
    path: object, model: type[_Model], content: Mapping[str, Any], at: str = ""
) -> _Model:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        # A misspelt key comes first: it is why a required one is missing.
        first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        if isinstance(cause := first.get("ctx", {}).get("error"), StancelabError):
            raise cause from None
        key = at + ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            problem = not_a_key(str(first["loc"][-1]), _siblings(model, first["loc"][:-1]))
        else:
            found = json.dumps(first["input"], ensure_ascii=False, default=str)
            message = first["msg"].removeprefix("Value error, ")
            problem = f"{message} (found {found[:80]})"
        raise ConfigError(path, problem, key) from None


def _siblings(model: type[BaseModel], place: tuple[int | str, ...]) -> set[str]:
    parts = iter(place)
    for part in parts:
        field = model.model_fields.get(str(part))
        inner = _model_in(field.annotation) if field else None
        if field is None or inner is None:
            return set()
        if get_origin(field.annotation) is dict:
            next(parts, None)  # a key of the dict, which is no field of what it holds
        model = inner
    return set(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Find the model that a field holds, perhaps as the values of a dict."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((one for part in get_args(annotation) if (one := _model_in(part))), None)
