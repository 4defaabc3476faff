"""The bundle format: writing a folder whole, and checking it on every load.

``manifest.json`` says what it is, ``settings.json`` and ``weights.safetensors`` hold the
predictor, ``probes.json`` some statements with their expected probabilities, ``README.md`` the
model card, and ``SHA256SUMS`` the digest of every file (as ``sha256sum --check`` reads it). A
predictor may bring files of its own, such as an ONNX graph. Nothing in it can run code when it is
loaded.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

import stancelab
from stancelab.encoders import BUNDLED
from stancelab.errors import BundleError, DamagedBundleError, StancelabError
from stancelab.export.digests import check_sums, write_sums
from stancelab.export.layout import (
    FORMAT,
    INPUT_COLUMNS,
    MANIFEST,
    PROBES,
    SETTINGS,
    SUMS,
    WEIGHTS,
)
from stancelab.export.manifest import check_kinds, check_manifest, read_manifest, read_part
from stancelab.export.onnx_file import check_onnx
from stancelab.export.placing import take_place
from stancelab.export.probes import probe_table
from stancelab.export.safety import safe_files
from stancelab.predictors.abstaining import answers_of
from stancelab.predictors.base import Predictor, State, predictor_class
from stancelab.predictors.checked import StateError
from stancelab.predictors.heads import heads_of
from stancelab.predictors.holding import HOLDERS, held_by, services_in
from stancelab.schema import LABELS

_NETWORKS = ("embedding_linear", "transformer", "onnx_embedding", "onnx_transformer")
_SUMMED, _EXACT = 1e-3, 1e-6
"""What probabilities may differ by: networks add up in another order on another machine."""
_GRAPH = ".onnx"


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
        Something else is at the place, or the classifier asks a service.
    """
    if services := services_in(predictor):
        raise BundleError(
            f"{folder}: the classifier asks a service ({services[0].kind}), and a bundle never "
            "calls out; export another one"
        )
    check_place(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    building = scratch / "bundle"
    try:
        building.mkdir()
        _write_predictor(building, predictor, about)
        if extend:
            extend(building)
        write_sums(building)
        building.chmod(0o755)
        take_place(scratch, building, folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def check_place(folder: Path) -> None:
    """Refuse a place that holds something other than a bundle."""
    ours = all((folder / name).is_file() for name in (MANIFEST, SUMS))
    if ours or (folder.is_dir() and not any(folder.iterdir())):
        return
    if folder.exists():
        raise BundleError(f"{folder}: exists and is no bundle; choose another folder or remove it")


def read_bundle(folder: Path) -> Contents:
    """Read a bundle after checking its version, what lies in it, its digests and its kind.

    Raises
    ------
    BundleError
        The folder is missing or no bundle.
    BundleVersionError
        It has another format version.
    UnsafeBundleError
        It holds what could run code, or reaches out of its folder.
    DamagedBundleError
        A file is missing, changed or not what it should be.
    """
    manifest = read_manifest(folder)
    listed = check_sums(folder, safe_files(folder))
    check_manifest(folder, manifest)
    settings = read_part(folder, SETTINGS)
    check_kinds(folder, manifest["predictor"], settings)
    files = _read_files(folder, manifest.get("files", []), listed)
    try:
        state = State(settings, load_file(folder / WEIGHTS), files)
        predictor = predictor_class(manifest["predictor"]).from_state(state)
    except StancelabError:
        raise
    except StateError as error:
        raise DamagedBundleError(folder, str(error)) from None
    except (
        *(SafetensorError, OSError, MemoryError, RecursionError),
        *(ArithmeticError, AttributeError, LookupError, TypeError, ValueError),
    ) as error:
        raise DamagedBundleError(folder, f"{type(error).__name__}: {error}") from error
    _check_answers(folder, manifest, predictor)
    return Contents(manifest, predictor)


def _read_files(folder: Path, names: list[str], listed: frozenset[str]) -> dict[str, Path]:
    """Give the files of the predictor, after a look into those that are programs of a kind."""
    for name in names:
        if name not in listed:
            raise DamagedBundleError(folder, f"{name} is named in {MANIFEST} and not in {SUMS}")
        if name.endswith(_GRAPH):
            check_onnx(folder / name, listed)
    return {name: folder / name for name in names}


def _check_answers(folder: Path, manifest: Mapping[str, Any], predictor: Predictor) -> None:
    found = list(answers_of(predictor))
    if manifest.get("answers", found) != found:
        raise DamagedBundleError(
            folder, f"answers {manifest['answers']} in {MANIFEST}, but the predictor gives {found}"
        )


def write_json(path: Path, content: object) -> None:
    """Write JSON as people read it: indented, in UTF-8."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write_predictor(folder: Path, predictor: Predictor, about: dict[str, Any]) -> None:
    state = predictor.state()
    for name, path in state.files.items():
        shutil.copyfile(path, folder / name)
    arrays = {name: np.ascontiguousarray(array) for name, array in state.arrays.items()}
    save_file(arrays, folder / WEIGHTS)
    (folder / WEIGHTS).chmod(0o644)  # safetensors writes for its owner alone
    settings = json.dumps(state.settings, ensure_ascii=False)
    (folder / SETTINGS).write_text(settings + "\n", encoding="utf-8")
    held = list(_innermost(predictor.kind, state.settings))
    manifest = {
        "format": FORMAT,
        "stancelab": stancelab.__version__,
        "predictor": predictor.kind,
        "labels": list(LABELS),
        "answers": list(answers_of(predictor)),
        "heads": list(heads_of(predictor)),
        "input_columns": INPUT_COLUMNS,
        "tolerance": _SUMMED if any(kind in _NETWORKS for kind, _ in held) else _EXACT,
        "requires": list(dict.fromkeys(one for own in held for one in required_extras(*own))),
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

    The bundled encoder comes with ``embed``; one of `transformers`, any that was fine-tuned, and an
    estimator that a user added are run by what ``train`` brings.

    Examples
    --------
    >>> required_extras("embedding_linear", {"encoder": "bundled"})
    ['embed']
    >>> required_extras("transformer", {"encoder": "bundled"})
    ['train', 'embed']
    >>> required_extras("estimator", {"marked": True})
    ['train']
    """
    if kind == "estimator":
        return ["train"]
    encoder = settings.get("encoder")
    if encoder is None:
        return []
    embed = ["embed"] if encoder == BUNDLED else []
    return embed if kind == "embedding_linear" and embed else ["train", *embed]


def _innermost(kind: str, settings: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Look through what holds others to the predictors that do the work."""
    if kind not in HOLDERS:
        yield kind, settings
    for inner, own in held_by(kind, settings):
        yield from _innermost(str(inner), own)
