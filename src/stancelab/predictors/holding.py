"""Predictors that hold others: looking through them, and putting others in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from stancelab.predictors.base import Predictor

WRAPPERS = ("actor_blind", "calibrated", "abstaining")
"""Kinds that hold another predictor as ``inner``, and its kind and settings in their own."""

ENSEMBLE = "ensemble"
HOLDERS = (*WRAPPERS, ENSEMBLE)
"""Kinds that hold others: one, or several as ``members``."""

SERVICES = ("llm",)
"""Kinds that ask a service on the network; no bundle holds one, as a bundle never calls out."""


def innermost(predictor: Predictor) -> Predictor:
    """Look through wrappers to what they are put around, which may be an ensemble."""
    while predictor.kind in WRAPPERS:
        predictor = cast(Any, predictor).inner
    return predictor


def workers(predictor: Predictor) -> list[Predictor]:
    """List the predictors that do the work: itself, or what wrappers and ensembles hold.

    Examples
    --------
    >>> from stancelab.predictors.abstaining import AbstainingPredictor
    >>> from stancelab.predictors.ensemble import EnsemblePredictor
    >>> from stancelab.predictors.priors import ConstantPredictor
    >>> one, other = ConstantPredictor([0.2, 0.3, 0.5]), ConstantPredictor([0.5, 0.3, 0.2])
    >>> held = AbstainingPredictor(EnsemblePredictor([one, AbstainingPredictor(other, 0.4)]), 0.6)
    >>> workers(held) == [one, other]
    True
    """
    inner: Any = innermost(predictor)
    if inner.kind != ENSEMBLE:
        return [inner]
    return [found for one in inner.members for found in workers(one)]


def with_workers(predictor: Predictor, change: Callable[[Predictor], Predictor]) -> Predictor:
    """Put what a function gives for each predictor that does the work in its place."""
    holder: Any = predictor
    made: Predictor
    if predictor.kind in WRAPPERS:
        made = replace(holder, inner=with_workers(holder.inner, change))
    elif predictor.kind == ENSEMBLE:
        made = replace(holder, members=[with_workers(one, change) for one in holder.members])
    else:
        made = change(predictor)
    return made


def around(predictor: Predictor, inner: Predictor) -> Predictor:
    """Put the wrappers of a predictor around another one."""
    if predictor.kind not in WRAPPERS:
        return inner
    wrapper: Any = predictor
    made: Predictor = replace(wrapper, inner=around(wrapper.inner, inner))
    return made


def services_in(predictor: Predictor) -> list[Any]:
    """List what asks a service on the network: a predictor itself, or what it holds."""
    return [one for one in workers(predictor) if one.kind in SERVICES]


def held_by(kind: str, settings: object) -> list[tuple[object, object]]:
    """Give the kinds and settings of what a predictor holds; nothing where they are not there.

    Examples
    --------
    >>> held_by("calibrated", {"kind": "lexicon", "settings": {}, "temperature": 2.0})
    [('lexicon', {})]
    """
    if kind not in HOLDERS or not isinstance(settings, Mapping):
        return []
    held = settings.get("members") if kind == ENSEMBLE else [settings]
    each = [one for one in held or () if isinstance(one, Mapping)] if isinstance(held, list) else []
    return [(one.get("kind"), one.get("settings")) for one in each]
