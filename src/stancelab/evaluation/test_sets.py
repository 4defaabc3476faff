"""What a score is of: the rows that are tested together, and the labels that they have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stancelab.schema import COOPERATIVE, HOSTILE, NEUTRAL, UNLABELLED


@dataclass(frozen=True, slots=True)
class TestSet:
    """Rows that are tested together.

    Attributes
    ----------
    name : str
        The corpus, and its split where it has several to test on.
    labels : tuple of int
        The labels that macro-F1 averages over: those of the corpus.
    documents : int
        How many documents the bootstrap draws: all from which test rows could come.
    hostile_or_not : bool
        Whether the corpus says only hostile or not; anything else is then neutral here.
    """

    __test__ = False  # no class of tests, whatever pytest thinks of the name

    name: str
    labels: tuple[int, ...]
    documents: int
    hostile_or_not: bool = False

    @classmethod
    def of(
        cls, name: str, labels: Sequence[int], documents: int, *, trainable: bool = True
    ) -> TestSet:
        """Make a test set of rows that have these codes.

        A corpus that cannot be trained on says hostile or not, `UNLABELLED` for not.

        Examples
        --------
        >>> TestSet.of("unscon", [-1, 0], 40, trainable=False)
        TestSet(name='unscon', labels=(0, 1), documents=40, hostile_or_not=True)
        """
        if not trainable:
            return cls(name, (HOSTILE, NEUTRAL), documents, True)
        return cls(name, tuple(sorted(set(labels) - {UNLABELLED})), documents)

    @property
    def decided(self) -> tuple[int, ...]:
        """Labels among which the most probable is chosen."""
        return (HOSTILE, NEUTRAL, COOPERATIVE) if self.hostile_or_not else self.labels
