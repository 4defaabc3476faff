"""Choosing the head that answers: an encoder trained on several corpora has one for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, Self, cast, runtime_checkable

from stancelab.errors import StancelabError, UnknownNameError
from stancelab.predictors.base import Predictor
from stancelab.predictors.holding import ENSEMBLE, WRAPPERS, innermost, with_workers

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

_FITTED = {"calibrated": "calibrated", "abstaining": "given its threshold"}
"""Wrappers that were fitted to the answers of the shared head, and what was done."""


@runtime_checkable
class HasHeads(Protocol):
    """A predictor that can answer as one of several corpora is labelled."""

    @property
    def heads(self) -> tuple[str, ...]:
        """The corpora whose heads can answer in place of the shared one."""

    def answering_by(self, head: str) -> Self:
        """Give the same predictor, answering by a corpus' head."""


@runtime_checkable
class HasNative(Protocol):
    """A predictor that may answer in the own labels of corpora too."""

    @property
    def native_labels(self) -> Mapping[str, tuple[str, ...]]:
        """The own labels of each corpus that it has a head for; none, where it has none."""

    def predict_heads(
        self, table: pa.Table
    ) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
        """Give the probabilities of our labels and, by corpus, of its own, at once."""


def native_labels_of(predictor: object) -> Mapping[str, tuple[str, ...]]:
    """Give the own labels of each corpus that a predictor has a head for."""
    return predictor.native_labels if isinstance(predictor, HasNative) else {}


def heads_of(predictor: Predictor) -> tuple[str, ...]:
    """List the corpora whose heads can answer in place of the shared one.

    There are none where a predictor was fitted to the answers of the shared head; an ensemble has
    those that all its members have.
    """
    holder: Any = predictor
    if predictor.kind in WRAPPERS:
        return () if predictor.kind in _FITTED else heads_of(holder.inner)
    if predictor.kind == ENSEMBLE:
        first, *others = (heads_of(one) for one in holder.members)
        return tuple(name for name in first if all(name in one for one in others))
    return predictor.heads if isinstance(predictor, HasHeads) else ()


def choose_head(predictor: Predictor, head: str) -> Predictor:
    """Give the same predictor, answering by a head of choice.

    Parameters
    ----------
    predictor : Predictor
        May hold the one with the heads.
    head : str
        A corpus, or nothing for the shared head.

    Raises
    ------
    UnknownNameError
        There is no head of that name.
    StancelabError
        There are no heads to choose from, or the predictor was calibrated for the shared one.
    """
    if not head:
        return predictor
    known = heads_of(predictor)
    if not known:
        raise StancelabError(f"--head {head}: {_reason(predictor)}; leave it out")
    if head not in known:
        raise UnknownNameError("head", head, known, "--head")
    return with_workers(predictor, lambda one: cast(Any, one).answering_by(head))


def _reason(predictor: Predictor) -> str:
    holder: Any = predictor
    while holder.kind in WRAPPERS and heads_of(innermost(holder)):
        if holder.kind in _FITTED:
            return f"this classifier was {_FITTED[holder.kind]} by the answers of its shared head"
        holder = holder.inner
    return "this classifier has no head but one"
