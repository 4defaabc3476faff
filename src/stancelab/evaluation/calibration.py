"""Whether probabilities can be used: that of the rows with 0.8, 80 % are right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bin:
    """Rows of about the same confidence.

    Attributes
    ----------
    rows : int
        How many there are.
    confidence : float
        Their mean probability of the label that was chosen.
    accuracy : float
        The share that is right.
    low, high : float
        95 % interval of that share.
    """

    rows: int
    confidence: float
    accuracy: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far the probabilities of a model are to be believed; 0 is best for all but resolution.

    Attributes
    ----------
    ece : float
        Expected calibration error over bins of equal mass, 0 to 1.
    brier : float
        Brier score over the three labels, 0 to 2; ``reliability - resolution + uncertainty``.
    reliability, resolution, uncertainty : float
        Its parts.
    log_loss : float
        Mean negative logarithm of the true label's probability, in nats.
    bins : tuple of Bin
        By rising confidence.
    """

    ece: float
    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    log_loss: float
    bins: tuple[Bin, ...]
