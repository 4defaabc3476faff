"""Where the models do well and where not: slices by models, coloured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stancelab.comparison.views.formats import interval, known, score
from stancelab.comparison.views.models import is_control

if TYPE_CHECKING:
    from stancelab.comparison.records import Board
    from stancelab.evaluation.slices import SliceScore

LEVELS = 10


@dataclass(frozen=True, slots=True)
class HeatCell:
    """A model on a slice: its macro-F1 as text, its classes, and the rest in words."""

    text: str
    css: str
    hint: str


@dataclass(frozen=True, slots=True)
class HeatLine:
    """A slice: its value, how many rows and documents it has, and a cell for each model."""

    value: str
    rows: str
    documents: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """The heat map of a board.

    Attributes
    ----------
    models : tuple of str
        Those that have slices, in the order of the leaderboard.
    dimensions : mapping of str to tuple of HeatLine
        The slices by what they divide.
    low, high : str
        The scores at the ends of the colours.
    has_small : bool
        Whether there is a slice too small to conclude from.
    """

    models: tuple[str, ...]
    dimensions: Mapping[str, tuple[HeatLine, ...]]
    low: str
    high: str
    has_small: bool


def heat(board: Board) -> Heat | None:
    """Give the heat map of a board, or None where nothing was sliced."""
    found = {
        one.row.model: {(part.dimension, part.value): part for part in one.slices}
        for one in board.standings
        if one.slices
    }
    keys = dict.fromkeys(key for own in found.values() for key in own)
    each = [part for own in found.values() for part in own.values()]
    controls = {one.row.model for one in board.standings if is_control(one.row)}
    chosen = [part for name, own in found.items() if name not in controls for part in own.values()]
    values = _scores(chosen) or _scores(each)
    if not values:
        return None
    low, high = min(values), max(values)
    dimensions: dict[str, list[HeatLine]] = {}
    for key in keys:
        parts = [own.get(key) for own in found.values()]
        dimensions.setdefault(key[0], []).append(_line(key[1], parts, low, high))
    return Heat(
        tuple(found),
        {name: tuple(lines) for name, lines in dimensions.items()},
        score(low, 2),
        score(high, 2),
        any(part.is_small for part in each),
    )


def _scores(parts: list[SliceScore]) -> list[float]:
    """Give the scores that the colours span; small slices, the wildest, do not stretch them."""
    scored = [part for part in parts if known(part.macro_f1) is not None]
    return [part.macro_f1 for part in [p for p in scored if not p.is_small] or scored]


def _line(value: str, parts: list[SliceScore | None], low: float, high: float) -> HeatLine:
    first = next(part for part in parts if part is not None)
    cells = tuple(_cell(part, low, high) for part in parts)
    return HeatLine(value, f"{first.rows:,}", f"{first.documents:,}", cells)


def _cell(part: SliceScore | None, low: float, high: float) -> HeatCell:
    if part is None or known(part.macro_f1) is None:
        return HeatCell("–", "", "not scored here")
    position = (part.macro_f1 - low) / (high - low) if high > low else 0.5
    level = min(max(int(position * LEVELS), 0), LEVELS - 1)
    between = interval(part.low, part.high)
    hint = (
        f"{part.value}: macro-F1 {score(part.macro_f1)}{f' ({between})' if between else ''}, "
        f"accuracy {score(part.accuracy)}, {part.rows:,} rows in {part.documents:,} documents"
    )
    if part.is_small:
        return HeatCell(f"{score(part.macro_f1, 2)}*", f"q{level} small", f"{hint}; too few")
    return HeatCell(score(part.macro_f1, 2), f"q{level}", hint)
