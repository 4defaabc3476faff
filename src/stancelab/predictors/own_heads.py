"""The heads for corpora's own labels, as settings hold them and as they were held before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stancelab.finetuning.pooling import own_head
from stancelab.predictors.checked import StateError, known_labels, setting, texts
from stancelab.schema import ALL_LABELS, LABELS

if TYPE_CHECKING:
    from stancelab.finetuning.pooling import OwnLabels
    from stancelab.predictors.base import State

UNKNOWN = -1
"""Code of an own label that was written before codes were."""

_BEFORE = "native"
"""Name of the only head for own labels that there could be before."""


def own_labels(settings: Mapping[str, Any]) -> OwnLabels:
    """Give the own labels of each corpus and their codes among ours.

    Raises
    ------
    StateError
        The setting is not of that form.

    Examples
    --------
    >>> own_labels({"own": [{"corpus": "plv", "labels": {"1": 2, "4": 0}}]})
    {'plv': {'1': 2, '4': 0}}
    """
    found: dict[str, Mapping[str, int]] = {}
    for one in setting(settings, "own", list):
        corpus, labels = setting(one, "corpus", str), setting(one, "labels", dict)
        if corpus in found:
            raise StateError(f"setting 'own' has {corpus!r} twice")
        if not _are_codes(labels.values(), UNKNOWN):
            raise StateError(f"setting 'own' has a label of {corpus!r} that is none of ours")
        found[corpus] = labels
    return found


def answering(settings: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """Give the labels that each corpus' head knows; there are no heads in files of before.

    Raises
    ------
    StateError
        The setting is not of that form.

    Examples
    --------
    >>> answering({"own": [{"corpus": "plv", "known": [0, 2]}]})
    {'plv': (0, 2)}
    """
    found: dict[str, tuple[int, ...]] = {}
    for one in setting(settings, "own", list) if "own" in settings else []:
        corpus, known = setting(one, "corpus", str), known_labels(one)
        if corpus in found or not corpus:
            raise StateError(f"setting 'own' has {corpus!r} where a new corpus was expected")
        found[corpus] = known
    return found


def answer_codes(settings: Mapping[str, Any]) -> tuple[int, ...]:
    """Give what each class of the head that answers is; in files of before they are the labels.

    Raises
    ------
    StateError
        The setting is not of that form.

    Examples
    --------
    >>> answer_codes({"codes": [2, 2, 0]})
    (2, 2, 0)
    """
    if "codes" not in settings:
        return ALL_LABELS
    codes = setting(settings, "codes", list)
    if not codes or not _are_codes(codes, min(ALL_LABELS)):
        raise StateError("setting 'codes' holds something other than labels")
    return tuple(codes)


def _are_codes(found: Iterable[object], lowest: int) -> bool:
    return all(type(code) is int and lowest <= code < len(LABELS) for code in found)


def with_own_heads(state: State) -> State:
    """Give a state of before, which had one head for own labels, the form of today."""
    if "native_labels" not in state.settings:
        return state
    native = texts(state.settings, "native_labels")
    own = [{"corpus": "", "labels": dict.fromkeys(native, UNKNOWN)}] if native else []
    arrays = {
        name.replace(f"heads.{_BEFORE}.", f"heads.{own_head(0)}."): one
        for name, one in state.arrays.items()
    }
    return replace(state, settings={**state.settings, "own": own}, arrays=arrays)
