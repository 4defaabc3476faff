"""Reading a predictor's state: what is there, of the type and shape and in the range that it needs.

A state that was damaged is refused here, and not when a row is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from stancelab.errors import BundleError
from stancelab.features.actor_tokens import Format, InputSettings
from stancelab.predictors.base import Predictor, State, predictor_class
from stancelab.schema import LABELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST = 2**31 - 1
"""The largest whole number that a setting may be."""
_EXACT = 1e-6


class StateError(ValueError):
    """A state that makes no predictor: what was found, and what was expected."""


class UnfitWeightsError(BundleError):
    """Weights that do not belong to the encoder which they are put on."""

    def __init__(self, encoder: str, problem: object) -> None:
        line = " ".join(str(problem).split())[:200]
        super().__init__(
            f"the weights do not fit the encoder {encoder!r} ({line}); export the classifier again"
        )


def setting(settings: Mapping[Any, Any], name: object, *kinds: type) -> Any:
    """Give a setting that has one of some types; a truth value is no number.

    Examples
    --------
    >>> setting({"window": True}, "window", int)
    Traceback (most recent call last):
    stancelab.predictors.checked.StateError: setting 'window' is True, expected int
    """
    if not isinstance(settings, Mapping) or name not in settings:
        raise StateError(f"setting {name!r} is missing")
    found = settings[name]
    if type(found) not in kinds:
        expected = " or ".join(kind.__name__ for kind in kinds)
        raise StateError(f"setting {name!r} is {_short(found)}, expected {expected}")
    return found


def number(
    settings: Mapping[str, Any], name: str, low: float, high: float, kind: type | None = None
) -> Any:
    """Give a setting that is a number from ``low`` to ``high``; a whole one with ``kind=int``."""
    found = setting(settings, name, *((kind,) if kind else (int, float)))
    if not low <= found <= high:
        raise StateError(f"setting {name!r} is {found}, expected {low:g} to {high:g}")
    return found


def choice(settings: Mapping[str, Any], name: str, known: Sequence[str]) -> Any:
    """Give a setting that is one of some words."""
    found = setting(settings, name, str)
    if found not in known:
        raise StateError(f"setting {name!r} is {_short(found)}, expected {' or '.join(known)}")
    return found


def texts(settings: Mapping[Any, Any], name: object) -> list[str]:
    """Give a setting that is a list of different texts."""
    found: list[str] = setting(settings, name, list)
    if not set(map(type, found)) <= {str} or len(set(found)) < len(found):
        raise StateError(f"setting {name!r} holds something other than different texts")
    return found


def shown_inputs(settings: Mapping[str, Any]) -> InputSettings:
    """Give how a statement is shown to an encoder, as `InputSettings.to_dict` wrote it."""
    found = setting(settings, "inputs", dict)
    longest = number(found, "max_tokens", 1, MOST, int)
    return InputSettings(
        choice(found, "format", get_args(Format)), setting(found, "source", bool), longest
    )


def known_labels(settings: Mapping[str, Any]) -> tuple[int, ...]:
    """Give the labels that training had: at least one, in their order."""
    known = setting(settings, "known", list)
    whole = all(type(code) is int for code in known)
    if not (known and whole and known == [code for code in range(len(LABELS)) if code in known]):
        raise StateError(f"setting 'known' is {_short(known)}, expected numbers of labels")
    return tuple(known)


def array(state: State, name: str, shape: Sequence[int | None], kinds: str = "f") -> NDArray[Any]:
    """Give an array of a shape (None for any length), of finite numbers.

    Parameters
    ----------
    state : State
        What holds it.
    name : str
        Its name.
    shape : sequence of int or None
        Its lengths.
    kinds : str
        Kinds of `numpy.dtype` that it may have: ``"f"`` for fractions, ``"i"`` for whole numbers.
    """
    found = _shaped(state, name, shape, kinds)
    # the least and the greatest tell of all, without a mask as large as the weights
    if found.size and not (np.isfinite(found.min()) and np.isfinite(found.max())):
        raise StateError(f"array {name!r} has values that are no finite numbers")
    return found


def intercepts(state: State, name: str = "bias") -> NDArray[np.float64]:
    """Give the intercepts of the labels; ``-inf`` for one that training did not have."""
    found = _shaped(state, name, (len(LABELS),), "f")
    if np.isnan(found).any() or found.max() == np.inf or found.max() == -np.inf:
        raise StateError(f"array {name!r} is {found.tolist()}, expected numbers")
    return found


def shares(state: State, name: str, shape: Sequence[int | None]) -> NDArray[np.float64]:
    """Give probabilities, whose last axis sums to one."""
    found = array(state, name, shape)
    if (found < 0).any() or (np.abs(found.sum(axis=-1) - 1) > _EXACT).any():
        raise StateError(f"array {name!r} holds something other than shares of one")
    return found


def file_of(state: State, name: str) -> Path:
    """Give the place of a file that the predictor needs."""
    if name not in state.files:
        raise StateError(f"{name} is missing among the files of the predictor")
    return state.files[name]


def inner_of(state: State, arrays: Mapping[str, NDArray[Any]]) -> Predictor:
    """Make the predictor that another one holds.

    Parameters
    ----------
    state : State
        Of the one that holds it; its settings have the other's ``kind`` and ``settings``.
    arrays : mapping of str to numpy.ndarray
        Those of the inner one.
    """
    kind = predictor_class(setting(state.settings, "kind", str))
    return kind.from_state(State(setting(state.settings, "settings", dict), arrays, state.files))


def _shaped(state: State, name: str, shape: Sequence[int | None], kinds: str) -> NDArray[Any]:
    if name not in state.arrays:
        raise StateError(f"array {name!r} is missing")
    found = state.arrays[name]
    fits = len(found.shape) == len(shape) and all(
        wanted in (None, length) for wanted, length in zip(shape, found.shape, strict=True)
    )
    if not fits or found.dtype.kind not in kinds:
        lengths = ", ".join("any" if one is None else str(one) for one in shape)
        raise StateError(
            f"array {name!r} is {found.dtype} of shape {found.shape}, expected ({lengths})"
        )
    return found


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
