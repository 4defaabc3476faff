"""The control that cannot see the actor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
import pyarrow as pa

from stancelab.arrow import column
from stancelab.predictors.base import Predictor, State
from stancelab.predictors.checked import inner_of
from stancelab.schema import NO_SPAN, SCHEMA

if TYPE_CHECKING:
    from numpy.typing import NDArray


def hide_actor(table: pa.Table) -> pa.Table:
    """Leave of each row the text alone: no actor, span, source or anything else.

    Examples
    --------
    >>> from stancelab.schema import as_table
    >>> hidden = hide_actor(as_table([{"text": "Kyiv thanked Warsaw.", "actor": "Warsaw"}]))
    >>> hidden.select(["text", "actor", "mention_start"]).to_pylist()
    [{'text': 'Kyiv thanked Warsaw.', 'actor': '', 'mention_start': -1}]
    """
    hidden = [
        column([NO_SPAN if pa.types.is_integer(field.type) else ""] * len(table), field.type)
        for field in SCHEMA
    ]
    bare = pa.Table.from_arrays(hidden, schema=SCHEMA)
    at = SCHEMA.get_field_index("text")
    return bare.set_column(at, SCHEMA.field(at), table.column("text"))


@dataclass(frozen=True, eq=False)
class ActorBlindPredictor:
    """Any predictor, shown the unmarked text and nothing else."""

    kind: ClassVar[str] = "actor_blind"
    inner: Predictor

    def predict_proba(self, table: pa.Table) -> NDArray[np.float64]:
        """Answer from the text alone."""
        return self.inner.predict_proba(hide_actor(table))

    def state(self) -> State:
        """Give the inner predictor's kind and state."""
        inner = self.inner.state()
        own = {"kind": self.inner.kind, "settings": inner.settings}
        return State(own, inner.arrays, inner.files)

    @classmethod
    def from_state(cls, state: State) -> Self:
        """Make the inner predictor and hide the actor from it."""
        return cls(inner_of(state, state.arrays))
