"""The bundle format: what is in the folder, writing it whole, and checking it on every load.

``manifest.json`` says what it is, ``settings.json`` and ``weights.safetensors`` hold the
predictor, ``probes.json`` some statements with their expected probabilities, ``README.md`` the
model card, and ``SHA256SUMS`` the digest of every file (as ``sha256sum --check`` reads it).
Nothing in it can run code when it is loaded.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

import stancelab
from stancelab.encoders import BUNDLED
from stancelab.errors import BundleError, BundleVersionError, DamagedBundleError, StancelabError
from stancelab.export.probes import probe_table
from stancelab.predictors.abstaining import answers_of
from stancelab.predictors.base import WRAPPERS, Predictor, State, predictor_class
from stancelab.schema import LABELS

FORMAT = 2
READABLE = (1, FORMAT)
"""Formats that are read; 1 lists no files of its predictor, as no kind had any."""

MANIFEST, SETTINGS, WEIGHTS = "manifest.json", "settings.json", "weights.safetensors"
PROBES, CARD, SUMS = "probes.json", "README.md", "SHA256SUMS"
REQUIRED = (MANIFEST, SETTINGS, WEIGHTS, PROBES)

INPUT_COLUMNS = {
    "text": "the statement",
    "actor": "the actor asked for; looked for in the text where no span is given",
    "mention_start": "optional: first character of the actor's mention, -1 where it is not named",
    "mention_end": "optional: the character after the mention, -1 where it is not named",
}

_TOLERANCES = {"embedding_linear": 1e-3, "transformer": 1e-3}
_EXACT = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """A bundle as it was read: what it says of itself, and the predictor."""

    manifest: dict[str, Any]
    predictor: Predictor


def write_bundle(
    folder: Path,
    predictor: Predictor,
    about: dict[str, Any],
    extend: Callable[[Path], None] | None = None,
) -> None:
    """Write a bundle next to its place and rename it, so that it is whole or not there.

    Parameters
    ----------
    folder : Path
        The place; must not exist, or be a bundle, which is replaced.
    predictor : Predictor
        The trained classifier.
    about : dict
        What the manifest says besides the format: model, metrics, training data.
    extend : callable, optional
        Adds files to the unfinished folder, before the digests are taken.

    Raises
    ------
    BundleError
        Something else is at the place.
    """
    check_place(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _write_predictor(building, predictor, about)
        if extend:
            extend(building)
        write_sums(building)
        building.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def check_place(folder: Path) -> None:
    """Refuse a place that holds something other than a bundle."""
    if folder.is_dir() and ((folder / MANIFEST).is_file() or not any(folder.iterdir())):
        return
    if folder.exists():
        raise BundleError(f"{folder}: exists and is no bundle; choose another folder or remove it")


def read_bundle(folder: Path) -> Contents:
    """Read a bundle after checking its version, digests and kind.

    Raises
    ------
    BundleError
        The folder is missing or no bundle.
    BundleVersionError
        It has another format version.
    DamagedBundleError
        A file is missing, changed or not what it should be.
    """
    manifest = read_manifest(folder)
    _check_sums(folder)
    if manifest.get("labels") != list(LABELS):
        raise DamagedBundleError(
            folder, f"labels {manifest.get('labels')}, expected {list(LABELS)}"
        )
    try:
        arrays = load_file(folder / WEIGHTS)
        kind = predictor_class(manifest["predictor"])
        files = {name: folder / name for name in manifest.get("files", [])}
        predictor = kind.from_state(State(_read_json(folder, SETTINGS), arrays, files))
    except StancelabError:
        raise
    except (SafetensorError, KeyError, TypeError, ValueError, OSError) as error:
        raise DamagedBundleError(folder, f"{type(error).__name__}: {error}") from None
    return Contents(manifest, predictor)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read what a bundle says of itself, without its weights.

    Raises
    ------
    BundleError
        The folder is missing or no bundle.
    BundleVersionError
        It has another format version.
    """
    if not (folder / MANIFEST).is_file():
        what = "no bundle (it has no manifest.json)" if folder.is_dir() else "no such folder"
        raise BundleError(f"{folder}: {what}; expected one written by 'stancelab export'")
    manifest = _read_json(folder, MANIFEST)
    if not isinstance(manifest, dict):
        raise DamagedBundleError(folder, f"{MANIFEST} holds no object")
    version = manifest.get("format")
    if isinstance(version, int) and version not in READABLE:
        raise BundleVersionError(folder, version, FORMAT)
    return manifest


def read_probes(folder: Path) -> list[dict[str, Any]]:
    """Read the probe statements with the probabilities that were found at export."""
    found: list[dict[str, Any]] = _read_json(folder, PROBES)
    return found


def write_json(path: Path, content: object) -> None:
    """Write JSON as people read it: indented, in UTF-8."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_sums(folder: Path) -> None:
    """Write the digest of every file of a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    lines = [f"{_sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def _write_predictor(folder: Path, predictor: Predictor, about: dict[str, Any]) -> None:
    state = predictor.state()
    for name, path in state.files.items():
        shutil.copyfile(path, folder / name)
    arrays = {name: np.ascontiguousarray(array) for name, array in state.arrays.items()}
    save_file(arrays, folder / WEIGHTS)
    settings = json.dumps(state.settings, ensure_ascii=False)
    (folder / SETTINGS).write_text(settings + "\n", encoding="utf-8")
    kind, inner = _innermost(predictor.kind, state)
    manifest = {
        "format": FORMAT,
        "stancelab": stancelab.__version__,
        "predictor": predictor.kind,
        "labels": list(LABELS),
        "answers": list(answers_of(predictor)),
        "input_columns": INPUT_COLUMNS,
        "tolerance": _TOLERANCES.get(kind, _EXACT),
        "requires": required_extras(kind, inner),
        "files": sorted(state.files),
        **about,
    }
    write_json(folder / MANIFEST, manifest)
    table = probe_table()
    probabilities = predictor.predict_proba(table).tolist()
    columns = table.select(list(INPUT_COLUMNS)).to_pylist()
    probes = [{**row, "probabilities": p} for row, p in zip(columns, probabilities, strict=True)]
    write_json(folder / PROBES, probes)


def required_extras(kind: str, settings: Mapping[str, Any]) -> list[str]:
    """Name the extras that a predictor needs besides the base install.

    The bundled encoder comes with ``embed``; one of `transformers`, and any that was fine-tuned,
    is run by what ``train`` brings.

    Examples
    --------
    >>> required_extras("embedding_linear", {"encoder": "bundled"})
    ['embed']
    >>> required_extras("transformer", {"encoder": "bundled"})
    ['train', 'embed']
    """
    encoder = settings.get("encoder")
    if encoder is None:
        return []
    embed = ["embed"] if encoder == BUNDLED else []
    return embed if kind == "embedding_linear" and embed else ["train", *embed]


def _innermost(kind: str, state: State) -> tuple[str, Mapping[str, Any]]:
    """Look through wrappers to the predictor that does the work; give its kind and settings."""
    settings: Any = state.settings
    while kind in WRAPPERS:
        kind, settings = settings["kind"], settings["settings"]
    return kind, settings


def _check_sums(folder: Path) -> None:
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
        expected = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    except FileNotFoundError:
        raise DamagedBundleError(folder, f"{SUMS} is missing") from None
    except ValueError as error:
        raise DamagedBundleError(folder, f"{SUMS} is unreadable ({error})") from None
    unlisted = [name for name in REQUIRED if name not in expected]
    if unlisted:
        raise DamagedBundleError(folder, f"{SUMS} does not list {unlisted[0]}")
    root = folder.resolve()
    for name, digest in expected.items():
        path = folder / name
        if not path.resolve().is_relative_to(root):
            raise DamagedBundleError(folder, f"{name} lies outside the folder")
        if not path.is_file():
            raise DamagedBundleError(folder, f"{name} is missing")
        if _sha256(path) != digest:
            raise DamagedBundleError(folder, f"{name} has changed since the export")


def _read_json(folder: Path, name: str) -> Any:
    try:
        return json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DamagedBundleError(folder, f"{name} is unreadable ({error})") from None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
