"""Whether one model is really better than another on the same rows."""

from __future__ import annotations

from dataclasses import dataclass

ALPHA = 0.05
"""A difference whose corrected p is below is called significant."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Two models on the same rows: how far apart their macro-F1s are, and how sure that is.

    Attributes
    ----------
    first, second : str
        The models.
    value, low, high : float
        Macro-F1 of the first minus that of the second, mean over seeds, with the 95 % interval of
        the paired bootstrap over documents.
    p : float
        Of approximate randomisation, two-sided.
    p_corrected : float
        The same after Holm's correction over all comparisons of the experiment.
    p_mcnemar : float
        Of McNemar's exact test, two-sided.
    only_first, only_second : int
        The rows on which only one of them is right.
    detectable : float
        The smallest difference that these rows would show with a power of 80 %.
    """

    first: str
    second: str
    value: float
    low: float
    high: float
    p: float
    p_corrected: float
    p_mcnemar: float
    only_first: int
    only_second: int
    detectable: float

    @property
    def is_significant(self) -> bool:
        """Say whether the corrected p is below 0.05."""
        return self.p_corrected < ALPHA
