"""The encoders that a classifier is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancelab.predictors.holding import workers

if TYPE_CHECKING:
    from stancelab.predictors.base import Predictor


def encoders_of(predictor: Predictor) -> list[dict[str, str]]:
    """Say which encoders a trained predictor is made of, and which of their revisions.

    Each is there once. Of a directory the last part of its path is kept: the rest says more of a
    machine than of the encoder.

    Examples
    --------
    >>> import numpy as np
    >>> from stancelab.predictors.priors import ConstantPredictor
    >>> encoders_of(ConstantPredictor(np.array([0.2, 0.3, 0.5])))
    []
    """
    found = []
    for one in map(_encoder, workers(predictor)):
        if one and one not in found:
            found.append(one)
    return found


def _encoder(worker: Any) -> dict[str, str]:
    if worker.kind == "transformer":
        return {"name": shown_name(worker.encoder), "revision": worker.revision}
    if worker.kind == "embedding_linear":
        return {"name": shown_name(worker.encoder.name), "revision": worker.encoder.revision}
    return {}


def told_of(encoders: Sequence[dict[str, str]]) -> dict[str, Any]:
    """Give what a manifest says of them: ``encoder`` where there is one, ``encoders`` of several.

    Examples
    --------
    >>> told_of([{"name": "bundled", "revision": "1"}])
    {'encoder': {'name': 'bundled', 'revision': '1'}}
    """
    if len(encoders) > 1:
        return {"encoders": list(encoders)}
    return {"encoder": encoders[0]} if encoders else {}


def encoders_in(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give the encoders that a manifest tells of.

    Examples
    --------
    >>> encoders_in({"encoder": {"name": "bundled", "revision": "1"}})
    [{'name': 'bundled', 'revision': '1'}]
    """
    one = manifest.get("encoder")
    return [one] if one else list(manifest.get("encoders", []))


def without_folders(config: Any) -> Any:
    """Give the keys of a model, and of those it is made of, with encoders as they are shown.

    Examples
    --------
    >>> without_folders({"members": {"one": {"encoder": "/home/me/encoders/mine"}}})
    {'members': {'one': {'encoder': 'mine'}}}
    """
    if not isinstance(config, Mapping):
        return config
    found = {key: without_folders(value) for key, value in config.items()}
    if isinstance(config.get("encoder"), str):
        found["encoder"] = shown_name(config["encoder"])
    return found


def shown_name(name: str) -> str:
    """Give the name of an encoder, or of a file, without the folders of this machine.

    Examples
    --------
    >>> shown_name("bundled"), shown_name("owner/name"), shown_name("/home/me/encoders/mine")
    ('bundled', 'owner/name', 'mine')
    """
    return Path(name).name if Path(name).is_absolute() else name
