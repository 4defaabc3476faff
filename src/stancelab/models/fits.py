"""Members that were trained before, so that two models made of the same one train it once."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import perf_counter, time
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from safetensors.numpy import load_file, save_file
from sklearn.base import clone

from stancelab.fingerprints import digest_code
from stancelab.parallel import processes
from stancelab.places import cache_directory
from stancelab.predictors.base import Predictor, State, predictor_class
from stancelab.predictors.holding import services_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from stancelab.models.base import StanceClassifier
    from stancelab.monitor import Surroundings

_SLOW = 20.0
"""Seconds after which a training is worth keeping."""
_KEPT = 24
"""How many are kept; an encoder's take a hundred megabytes each."""
_SETTINGS, _ARRAYS = "settings.json", "weights.safetensors"


def fit_member(
    estimator: StanceClassifier,
    table: pa.Table,
    labels: NDArray[np.int64],
    around: Surroundings,
) -> Predictor:
    """Train a copy of a model, or take what the same training gave before.

    Parameters
    ----------
    estimator : StanceClassifier
        Left as it is.
    table : pyarrow.Table
        The training rows.
    labels : numpy.ndarray of int, shape (n_rows,)
        Their labels.
    around : Surroundings
        What the training may use besides.
    """
    if not estimator.learns_unlabelled:
        around = replace(around, unlabelled=None)
    place = _place(estimator, table, labels, around)
    known = _read(place)
    if known is not None:
        return known
    started = perf_counter()
    found: Predictor = clone(estimator).fit(table, labels, around).predictor_
    if perf_counter() - started > _SLOW:
        keep_fit(estimator, table, labels, around, found)
    return found


def keep_fit(
    estimator: StanceClassifier,
    table: pa.Table,
    labels: NDArray[np.int64],
    around: Surroundings,
    predictor: Predictor,
) -> None:
    """Keep what a training gave, if it can be kept."""
    state = predictor.state()
    if state.files or services_in(predictor) or processes() > 1:
        return
    with suppress(OSError):
        _write(_place(estimator, table, labels, around), predictor.kind, state)


def _place(
    estimator: StanceClassifier, table: pa.Table, labels: NDArray[np.int64], around: Surroundings
) -> Path:
    found = hashlib.sha256(digest_code().encode())
    found.update(repr(_described(estimator)).encode())
    parts = (
        (table, labels),
        (around.validation, around.validation_labels),
        (around.unlabelled, None),
    )
    for rows, codes in parts:
        found.update(b"|" if rows is None else _content(rows))
        found.update(b"|" if codes is None else np.ascontiguousarray(codes).tobytes())
    return cache_directory() / "fits" / found.hexdigest()[:32]


def _described(value: Any) -> Any:
    """Give all that a model was made with; scikit-learn's own description of one is cut short."""
    if hasattr(value, "get_params"):
        own = value.get_params(deep=False)
        return type(value), [(name, _described(own[name])) for name in sorted(own)]
    if isinstance(value, list | tuple):
        return [_described(one) for one in value]
    return value


def _content(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return hashlib.sha256(sink.getvalue()).digest()


def _read(place: Path) -> Predictor | None:
    """Read what is kept; None where there is nothing, or nothing that can be read."""
    try:
        settings = json.loads((place / _SETTINGS).read_text("utf-8"))
        arrays: dict[str, NDArray[Any]] = load_file(place / _ARRAYS)
        os.utime(place)
        return predictor_class(settings["kind"]).from_state(State(settings["settings"], arrays))
    except (OSError, ValueError, KeyError):
        return None


def _write(place: Path, kind: str, state: State) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent) as scratch:
        made = Path(scratch) / "fit"
        made.mkdir()
        save_file(
            {name: np.ascontiguousarray(a) for name, a in state.arrays.items()}, made / _ARRAYS
        )
        content = {"kind": kind, "settings": state.settings}
        (made / _SETTINGS).write_text(json.dumps(content), "utf-8")
        if not place.exists():
            made.rename(place)
    _forget(sorted(place.parent.iterdir(), key=_age))


def _age(folder: Path) -> float:
    with suppress(OSError):
        return time() - folder.stat().st_mtime
    return 0.0


def _forget(folders: Sequence[Path]) -> None:
    """Remove all but those that were used last."""
    for one in folders[_KEPT:]:
        shutil.rmtree(one, ignore_errors=True)
