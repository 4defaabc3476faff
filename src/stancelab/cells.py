"""The trainings of an experiment: which model, on what, with which seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import stancelab
from stancelab.config import BLIND, ExperimentConfig, with_controls
from stancelab.encoders import encoder_revision
from stancelab.errors import MissingExtraError
from stancelab.evaluation import predictions
from stancelab.fingerprints import digest_code, digest_rows, sha256
from stancelab.models.base import ModelConfig, StanceClassifier
from stancelab.models.blind import ActorBlind
from stancelab.models.registry import CONTROLS
from stancelab.splits.checked import Key
from stancelab.splits.parts import Split

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Role = Literal["model", "control", "blind"]
"""``control`` and ``blind`` are there to be compared with and are never chosen as best."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One training: a model, a setting, a seed and a fold.

    Attributes
    ----------
    encoder : str
        Revision of the encoder that the model is made of; "" where it has none.
    fingerprint : str
        Equal for two cells only if they give the same result: it digests the model's config,
        the encoder, the split, the data and the code that learns.
    share : float
        Of the training documents that it is trained on; below 1 in a learning curve alone.
    """

    model: str
    role: Role
    config: ModelConfig
    setting: str
    seed: int
    fold: int
    encoder: str
    fingerprint: str
    share: float = 1.0

    @property
    def key(self) -> Key:
        """Give the split that it is trained on."""
        return self.setting, self.seed, self.fold

    @property
    def title(self) -> str:
        """Name the cell for people."""
        setting = f" on {self.setting}" if self.setting else ""
        share = f" on {self.share:.0%} of the documents" if self.share < 1 else ""
        return f"{self.model}{setting}{share}, seed {self.seed}"

    def build(self) -> StanceClassifier:
        """Make the unfitted model."""
        model = self.config.make(self.seed)
        return ActorBlind(model) if self.role == "blind" else model


def list_cells(
    config: ExperimentConfig,
    splits: Mapping[Key, Split],
    test_set_of: NDArray[np.str_],
    digests: Mapping[str, str],
) -> Iterator[Cell]:
    """List the cells, setting by setting, and in each model by model; learning curves last.

    Parameters
    ----------
    config : ExperimentConfig
        The experiment.
    splits : mapping of (str, int, int) to Split
        By setting, seed and fold.
    test_set_of : numpy.ndarray of str
        For each row of the table, the test set that it would be tested in.
    digests : mapping of str to str
        ``"data"`` is that of the table, ``"unlabelled"`` that of the texts without labels.
    """
    shared = [digests["data"], stancelab.__version__, digest_code(), predictions.VERSION]
    rows = {key: digest_rows(split, test_set_of) for key, split in splits.items()}
    models = with_controls(config.model)
    encoders = {name: _encoder(model) for name, model in models.items()}
    for name, role, share, key in _trainings(config, splits):
        model = models[name]
        title = name + BLIND if role == "blind" else name
        asked = [title, model.model_dump(mode="json"), role, *key]
        more: list[float | str] = [share] if share < 1 else []
        more += [digests["unlabelled"]] if model.learns_unlabelled else []
        found = sha256([*asked, rows[key], encoders[name], *shared, *more, *model.own_code()])
        yield Cell(title, role, model, *key, encoders[name], found, share)


def _trainings(
    config: ExperimentConfig, splits: Mapping[Key, Split]
) -> Iterator[tuple[str, Role, float, Key]]:
    """Give the model, role, share and split of every cell."""
    settings = dict.fromkeys(key[0] for key in splits)
    for setting in settings:
        for name, model in with_controls(config.model).items():
            for role in _roles(model, config.blind is None or name in config.blind):
                yield from ((name, role, 1.0, key) for key in splits if key[0] == setting)
    curve = config.learning_curve
    for setting in settings if curve else ():
        for name, model in config.model.items():
            if curve and (name in curve.models if curve.models else _is_trained(model)):
                for share in sorted(curve.shares):
                    yield from ((name, "model", share, key) for key in splits if key[0] == setting)


def _roles(model: ModelConfig, blind: bool) -> tuple[Role, ...]:
    if model.kind in CONTROLS:
        return ("control",)
    return ("model", "blind") if blind and _is_trained(model) else ("model",)


def _is_trained(model: ModelConfig) -> bool:
    return model.kind not in CONTROLS and model.build(0).trained


def _encoder(model: ModelConfig) -> str:
    """Find the encoders of a model before any work; a package that is missing fails its cells."""
    try:
        return " and ".join(encoder_revision(name) for name in dict.fromkeys(model.encoders()))
    except MissingExtraError:
        return ""
