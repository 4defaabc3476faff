"""What a long training tells while it goes on, and where it keeps what it can go on from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


class Monitor(Protocol):
    """Is told how a training goes."""

    def measure(self, values: Mapping[str, float], step: int) -> None:
        """Take figures of one moment, such as the loss after ``step`` steps."""

    def advance(self, done: int, total: int) -> None:
        """Take how many of the planned steps are done."""


class SilentMonitor:
    """Takes no notice."""

    def measure(self, values: Mapping[str, float], step: int) -> None:
        """Do nothing."""

    def advance(self, done: int, total: int) -> None:
        """Do nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What a training may use besides its rows.

    Attributes
    ----------
    validation : pyarrow.Table, optional
        Rows to stop early by and to choose the best epoch by; never learnt from.
    validation_labels : numpy.ndarray of int, optional
        Their labels.
    checkpoints : Path, optional
        A folder of this training alone, from which it goes on where it was cut off.
    monitor : Monitor
        Is told how it goes.
    unlabelled : pyarrow.Table, optional
        Rows without labels, for models that can use them.
    """

    validation: pa.Table | None = None
    validation_labels: NDArray[np.int64] | None = None
    checkpoints: Path | None = None
    monitor: Monitor = field(default_factory=SilentMonitor)
    unlabelled: pa.Table | None = None
