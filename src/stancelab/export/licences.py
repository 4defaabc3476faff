"""The licences of what a classifier learnt from, and what they mean for passing it on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow.compute as pc

from stancelab.datasets.own.hub import is_hub
from stancelab.datasets.own.opening import PREFIX
from stancelab.datasets.registry import SPECS
from stancelab.encoders import BUNDLED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from stancelab.cells import Cell
    from stancelab.datasets.base import DatasetSpec
    from stancelab.datasets.choice import DataConfig
    from stancelab.plan import Plan

OWN = "not stated: your own file"
OTHER = "other"
_LEARNT = {"used_for": "learning what its teachers answer to them", "learnt": True}
_OF_HUB = ("mit", "apache-2.0", "cc0-1.0", "cc-by-4.0", "cc-by-sa-4.0")
"""Licences that the hub has a name for and that let anybody use what they are given for."""


class WeightsLicence(NamedTuple):
    """The licence that a card names for the weights.

    Attributes
    ----------
    name : str
        As the hub calls it; ``"other"`` where no single open licence covers what was learnt from.
    reason : str
        Why, in a sentence.
    """

    name: str
    reason: str


def training_data(plan: Plan, rows: NDArray[np.int64]) -> list[dict[str, Any]]:
    """Describe what a model of this plan learnt from, for the manifest.

    Parameters
    ----------
    plan : Plan
        The plan of its experiment.
    rows : numpy.ndarray of int
        The rows of the plan's table that it was trained on.
    """
    table, described = plan.loaded.table.take(rows), []
    for name in table.column("dataset").unique().to_pylist():
        own = table.filter(pc.field("dataset") == name)
        spec = SPECS[name] if name in plan.config.data.corpora else None
        languages = [one for one in own.column("language").unique().to_pylist() if one]
        described.append(
            {
                "name": name if spec else _own_name(plan.config.data),
                **(_terms(spec) if spec else _own_terms(plan.config.data.title)),
                "rows": len(own),
                "languages": sorted(languages),
                "sha256": plan.data_digest,
            }
        )
    return described


def unlabelled_data(plan: Plan, cell: Cell) -> list[dict[str, Any]]:
    """Describe the texts without labels that a model of this plan learnt from."""
    if not cell.config.learns_unlabelled:
        return []
    return [{**one, **_LEARNT} for one in plan.unlabelled.described()]


def learnt_from(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """List all that the weights learnt from, with labels or without."""
    besides = manifest.get("unlabelled_data", ())
    return [*manifest["training_data"], *(one for one in besides if one.get("learnt"))]


def with_terms(data: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Add to the training data of a run of before what is now said of it.

    Examples
    --------
    >>> with_terms([{"name": "plv", "licence": "?"}])[0]["terms"]
    'unstated'
    """
    return [{**one, **_known(one)} for one in data]


def caution(data: Iterable[Mapping[str, Any]], unlabelled: Iterable[Mapping[str, Any]]) -> str:
    """Say in one line which terms stand in the way of passing a classifier on; "" if none do.

    Parameters
    ----------
    data, unlabelled : iterable of mapping
        ``training_data`` and ``unlabelled_data`` of a manifest.

    Examples
    --------
    >>> one = {"name": "plv", "licence": "none stated", "terms": "unstated"}
    >>> caution([one], [])
    'before you pass it on, look at what it learnt from: plv states no licence'
    """
    named = {str(one["name"]): _stands_in_the_way(one) for one in [*data, *unlabelled]}
    said = [f"{name} {why}" for name, why in named.items() if why]
    return f"before you pass it on, look at what it learnt from: {'; '.join(said)}" if said else ""


def weights_licence(
    data: Sequence[Mapping[str, Any]], encoders: Sequence[Mapping[str, Any]] = ()
) -> WeightsLicence:
    """Choose the licence that a card names: that of the data, where all of it has the same one.

    What the law says of weights is not settled, so the strictest reading is taken: they stand
    under the terms of what they learnt from.

    Parameters
    ----------
    data : sequence of mapping
        ``training_data`` of a manifest.
    encoders : sequence of mapping
        The encoders whose weights are in it.

    Examples
    --------
    >>> weights_licence([{"licence": "CC-BY-4.0", "terms": "open"}]).name
    'cc-by-4.0'
    >>> weights_licence([{"licence": "none stated", "terms": "unstated"}]).name
    'other'
    """
    if any(one["name"] != BUNDLED for one in encoders):
        return WeightsLicence(
            OTHER,
            "they hold those of an encoder whose licence stancelab does not know",
        )
    found = {str(one["licence"]).lower() for one in data}
    if not found or found - set(_OF_HUB):
        return WeightsLicence(
            OTHER, "not all that they learnt from has an open licence with a name"
        )
    if len(found) > 1:
        return WeightsLicence(OTHER, "what they learnt from has licences of several names")
    also = " (and the encoder is under MIT)" if encoders else ""
    return WeightsLicence(found.pop(), f"it is the licence of all that they learnt from{also}")


def _known(one: Mapping[str, Any]) -> dict[str, Any]:
    if "terms" in one:
        return {}
    name = str(one["name"])
    if name in SPECS and not str(one["licence"]).startswith("not stated"):
        return _terms(SPECS[name])
    return {"name": name if is_hub(name) else Path(name).name, **_own_terms(name)}


def _terms(spec: DatasetSpec) -> dict[str, str]:
    names = ("licence", "terms", "citation", "homepage")
    return {name: str(getattr(spec, name)) for name in names}


def _own_terms(title: str) -> dict[str, str]:
    """Describe data that does not come with stancelab: a file, or a data set of the hub."""
    place = title.removeprefix(PREFIX)
    if not is_hub(title) or Path(place).expanduser().is_dir():
        return {"licence": OWN, "terms": "unstated", "citation": "", "homepage": ""}
    page = f"https://huggingface.co/datasets/{place}"
    return {"licence": "see its page", "terms": "unstated", "citation": "", "homepage": page}


def _own_name(data: DataConfig) -> str:
    """Name a file without its folders, which say more of a machine than of the data."""
    if data.path is not None:
        return data.path.name
    place = Path(data.title.removeprefix(PREFIX)).expanduser()
    return f"{PREFIX}{place.name}" if place.is_dir() else data.title


def _stands_in_the_way(one: Mapping[str, Any]) -> str:
    if one["licence"] == OWN:
        return "is your own file, whose terms you know"
    if one["terms"] == "non-commercial":
        return f"is for non-commercial use only ({one['licence']})"
    if one["terms"] == "unstated":
        return "states no licence" if one["licence"] == "none stated" else f"({one['licence']})"
    return ""
