"""What an experiment is going to do: the data, every split checked, and the cells to train."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

import stancelab
from stancelab.config import BLIND, DataConfig, ExperimentConfig, with_controls
from stancelab.datasets.base import Loaded, digest
from stancelab.datasets.files import load_file
from stancelab.datasets.registry import load
from stancelab.models.base import ModelConfig, StanceClassifier
from stancelab.models.blind import ActorBlind
from stancelab.models.registry import CONTROLS
from stancelab.schema import check_trainable, labels_of
from stancelab.splits import Split, check_leaks, make_splits, refuse_leaks

Role = Literal["model", "control", "blind"]
"""``control`` and ``blind`` are there to be compared with and are never chosen as best."""

_CODE = ("features", "models", "predictors", "encoders.py", "splits.py", "text.py", "schema.py")


@dataclass(frozen=True, slots=True)
class Cell:
    """One training: a model, a seed and a fold.

    Attributes
    ----------
    fingerprint : str
        Equal for two cells only if they give the same result: it digests the model's config,
        the split, the data and the code that learns.
    """

    model: str
    role: Role
    config: ModelConfig
    seed: int
    fold: int
    fingerprint: str

    def build(self) -> StanceClassifier:
        """Make the unfitted model."""
        model = self.config.build(self.seed)
        return ActorBlind(model) if self.role == "blind" else model


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """All that an experiment is going to do, known before any work.

    Attributes
    ----------
    data_digest : str
        SHA-256 of the table.
    labels : tuple of int
        The labels that the data has.
    leaky : int
        How many texts and documents leak in an official split that may leak.
    """

    config: ExperimentConfig
    loaded: Loaded
    data_digest: str
    labels: tuple[int, ...]
    splits: Mapping[tuple[int, int], Split]
    cells: tuple[Cell, ...]
    leaky: int

    @property
    def fingerprint(self) -> str:
        """Digest of the file's content, the data and the code."""
        cells = [cell.fingerprint for cell in self.cells]
        return _sha256([self.config.model_dump(mode="json"), cells])

    @property
    def documents(self) -> int:
        """Count the documents of the whole corpus."""
        return len(self.loaded.table.column("document").unique())

    @property
    def controls(self) -> dict[str, str]:
        """Name each model's actor-blind control."""
        blind = {cell.model for cell in self.cells if cell.role == "blind"}
        return {name.removesuffix(BLIND): name for name in blind}


def load_data(config: DataConfig) -> Loaded:
    """Load a corpus by name, or the user's own file.

    Raises
    ------
    StancelabError
        It does not exist, or rows of it cannot be used.
    """
    if config.name is not None:
        return load(config.name)
    return load_file(config.path or Path(), config.columns, config.labels, config.on_error)


def make_plan(config: ExperimentConfig) -> Plan:
    """Load the data, make and check every split, and list the cells.

    Raises
    ------
    LeakError
        A split leaks and may not.
    DataError
        The data cannot be trained on or split.
    """
    loaded = load_data(config.data)
    check_trainable(loaded.table, config.data.title)
    data_digest = digest(loaded.table)
    splits, leaky = {}, 0
    for seed in config.seeds:
        for split in make_splits(loaded.table, config.split, seed):
            leaks = check_leaks(loaded.table, split)
            refuse_leaks(leaks, config.split)
            splits[seed, split.fold] = split
            leaky = max(leaky, leaks.total)
    labels = tuple(np.unique(labels_of(loaded.table)).tolist())
    cells = tuple(_cells(config, list(splits), data_digest))
    return Plan(config, loaded, data_digest, labels, splits, cells, leaky)


def _cells(
    config: ExperimentConfig, keys: Sequence[tuple[int, int]], data_digest: str
) -> Iterator[Cell]:
    shared = [config.split.model_dump(mode="json"), data_digest, stancelab.__version__, _code()]
    for name, model in with_controls(config.model).items():
        roles: tuple[Role, ...] = ("control",) if model.kind in CONTROLS else ("model",)
        if type(model.build(0)).trained:
            roles = (*roles, "blind")
        for role in roles:
            for seed, fold in keys:
                parts = [model.model_dump(mode="json"), role, seed, fold, *shared]
                title = name + BLIND if role == "blind" else name
                yield Cell(title, role, model, seed, fold, _sha256(parts))


def _sha256(parts: Sequence[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _code() -> str:
    """Digest the code that decides what a cell learns, so that an edited model is run anew."""
    package = Path(__file__).parent
    files = [file for name in _CODE for file in sorted((package / name).rglob("*.py"))]
    files += [package / name for name in _CODE if name.endswith(".py")]
    found = hashlib.sha256()
    for file in files:
        found.update(file.read_bytes())
    return found.hexdigest()
