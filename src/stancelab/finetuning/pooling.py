"""Names that settings and the network share, importable without torch."""

from __future__ import annotations

from typing import Literal

Pooling = Literal["mean", "span", "mean_span", "cls"]
"""Mean of all tokens, mean of the actor's, both side by side, or the first token."""

STANCE, NATIVE = "stance", "native"
"""The heads: the three labels, and a corpus' own."""
