"""Keys of an experiment that the command line sets, and what is said of one that is not known."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from stancelab.errors import ConfigError
from stancelab.models.registry import config_class


def override_key(
    content: dict[str, Any],
    models: Mapping[str, dict[str, Any]],
    override: str,
    known: Collection[str],
) -> None:
    """Set one key of an experiment's content to another value.

    Parameters
    ----------
    content : dict
        The file's, but for its models.
    models : mapping of str to dict
        The keys of each model.
    override : str
        ``key=value``, as `read_experiment` takes it.
    known : collection of str
        The keys that an experiment can have.

    Raises
    ------
    ConfigError
        It is of another form, or there is no such key.
    """
    key, equals, text = override.partition("=")
    keys = key.strip().split(".")
    if not equals or not all(keys):
        raise ConfigError("--set", f"expected key=value, found {override!r}")
    value = _toml_value(text.strip())
    if keys[0] != "model":
        check_keys("--set", {keys[0]: value}, known)
        place = content
        for name in keys[:-1]:
            place = place.setdefault(name, {})
            if not isinstance(place, dict):
                raise ConfigError("--set", f"{name!r} is a value and has no keys", key)
        is_domain = keys[:2] == ["sweep", "space"] and len(keys) == 3  # a table, or choices
        if isinstance(place.get(keys[-1]), dict) and not isinstance(value, dict) and not is_domain:
            raise ConfigError("--set", f"is a table; name a key in it, as in {key}.KEY=VALUE", key)
        place[keys[-1]] = value
        return
    targets, parameter = _override_targets(models, keys)
    if not targets:
        options = {name for keys in models.values() for name in _options(keys)}
        raise ConfigError("--set", not_a_key(".".join(keys[1:]), options | set(models)), key)
    for target in targets:
        models[target][parameter] = value


def _override_targets(
    models: Mapping[str, dict[str, Any]], keys: list[str]
) -> tuple[list[str], str]:
    """Find which models an override means: the one it names, or all that have the key."""
    if len(keys) == 3:
        return [keys[1]] if keys[1] in models else [], keys[2]
    if len(keys) != 2:
        return [], ""
    return [name for name, model in models.items() if keys[1] in _options(model)], keys[1]


def _options(model: Mapping[str, Any]) -> set[str]:
    return set(config_class(str(model["kind"])).model_fields)


def _toml_value(text: str) -> object:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def check_keys(path: object, content: Iterable[str], known: Collection[str]) -> None:
    """Refuse keys that an experiment cannot have.

    Raises
    ------
    ConfigError
        Names the closest that it can have.
    """
    for key in content:
        if key not in known:
            raise ConfigError(path, not_a_key(key, known), key)


def not_a_key(key: str, known: Collection[str]) -> str:
    """Say that a key is not known, and which is the closest.

    Examples
    --------
    >>> not_a_key("epoch", {"epochs", "seed"})
    "unknown key; did you mean 'epochs'? Known: epochs, seed"
    """
    same = [name for name in known if name.casefold() == key.casefold()]
    close = same or get_close_matches(key, known, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else "."
    return f"unknown key{hint} Known: {', '.join(sorted(known))}"
