"""What a bundle says of itself, read and checked before anything else of it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stancelab.errors import (
    BundleError,
    BundleVersionError,
    DamagedBundleError,
    UnknownNameError,
    UnsafeBundleError,
)
from stancelab.export.layout import MANIFEST, READABLE, REQUIRED, SUMS, shown
from stancelab.export.safety import is_plain_name
from stancelab.export.strict_json import read_json
from stancelab.predictors.abstaining import UNCERTAIN
from stancelab.predictors.base import KINDS
from stancelab.predictors.holding import HOLDERS, SERVICES, held_by
from stancelab.schema import LABELS

_ANSWERS = ([*LABELS], [*LABELS, UNCERTAIN])
_OWN_FILES = (*REQUIRED, SUMS)
_DEEPEST = 8
"""How many predictors can hold one another; an export of ours has four at most."""


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read what a bundle says of itself, without its weights.

    Raises
    ------
    BundleError
        The folder is missing or no bundle.
    BundleVersionError
        It has another format version.
    DamagedBundleError
        The manifest is not what it should be.
    """
    if not (folder / MANIFEST).is_file():
        what = "no bundle (it has no manifest.json)" if folder.is_dir() else "no such folder"
        raise BundleError(f"{folder}: {what}; expected one written by 'stancelab export'")
    manifest = read_part(folder, MANIFEST)
    if not isinstance(manifest, dict):
        raise DamagedBundleError(folder, f"{MANIFEST} holds no object")
    version = manifest.get("format")
    if type(version) is not int:  # True is an int, and 2.0 is equal to one
        found = json.dumps(version) if "format" in manifest else "none"
        raise DamagedBundleError(
            folder, f"{MANIFEST} has format {found[:40]}, expected a whole number"
        )
    if version not in READABLE:
        raise BundleVersionError(folder, version, READABLE)
    return manifest


def read_part(folder: Path, name: str) -> Any:
    """Read a file of JSON of a bundle.

    Raises
    ------
    DamagedBundleError
        It is missing or no JSON of one meaning.
    """
    try:
        return read_json(folder / name)
    except (OSError, ValueError) as error:
        raise DamagedBundleError(folder, f"{name} is unreadable ({error})") from None


def check_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Refuse a manifest whose parts do not mean what this version means by them.

    Raises
    ------
    DamagedBundleError
        The labels have another order, or a part is missing or of the wrong type.
    UnsafeBundleError
        A file is named that does not lie in the folder.
    """

    def expect(key: str, good: bool, expected: str) -> None:
        if not good:
            found = json.dumps(manifest.get(key))[:80]
            raise DamagedBundleError(folder, f"{key} {found} in {MANIFEST}, expected {expected}")

    expect("labels", manifest.get("labels") == list(LABELS), str(list(LABELS)))
    expect("answers", manifest.get("answers", [*LABELS]) in _ANSWERS, "the labels")
    expect("predictor", isinstance(manifest.get("predictor"), str), "a kind of predictor")
    expect("tolerance", _is_positive(manifest.get("tolerance")), "a number above 0")
    expect("requires", _is_texts(manifest.get("requires")), "a list of extras")
    expect("files", _is_texts(manifest.get("files", [])), "a list of names")
    for name in manifest.get("files", []):
        if not is_plain_name(name):
            raise UnsafeBundleError(
                folder, f"{MANIFEST} names the file {shown(name)}, which lies outside the folder"
            )
        expect("files", name not in _OWN_FILES, "files of the predictor alone")


def check_kinds(folder: Path, kind: object, settings: object) -> None:
    """Refuse a kind of predictor that is not known, also where another one holds it.

    Raises
    ------
    UnsafeBundleError
        A kind is not known, or asks a service: a bundle never calls out.
    DamagedBundleError
        One that should hold another holds none, or too many hold one another.
    """
    _check_kinds(folder, kind, settings, _DEEPEST)


def _check_kinds(folder: Path, kind: object, settings: object, deepest: int) -> None:
    if not isinstance(kind, str) or kind not in KINDS:
        name = kind if isinstance(kind, str) else json.dumps(kind)[:40]
        raise UnsafeBundleError(folder, str(UnknownNameError("kind of predictor", name, KINDS)))
    if kind in SERVICES:
        raise UnsafeBundleError(folder, f"its predictor asks a service ({kind})")
    if kind not in HOLDERS:
        return
    held = held_by(kind, settings)
    if not held or not deepest:
        raise DamagedBundleError(folder, f"the predictor {kind!r} holds none that answers")
    for inner, own in held:
        _check_kinds(folder, inner, own, deepest - 1)


def _is_positive(found: object) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool) and found > 0


def _is_texts(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) for one in found)
