"""A comparison as one HTML page that needs nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stancelab.comparison.views import (
    bias,
    costs,
    curves,
    growth,
    heat,
    leaderboard,
    matrices,
    mistakes,
    models,
    settings,
    tracks,
)
from stancelab.comparison.views.parts import Figure, Table
from stancelab.pages import environment, policy, template_text

if TYPE_CHECKING:
    from stancelab.comparison.records import Board, Comparison

_FOLDER = "stancelab.comparison"
_SECTIONS = (
    ("leaderboard", "Leaderboard", "leaderboard"),
    ("forest", "Intervals", "forest"),
    ("differences", "Differences", "differences"),
    ("confusions", "Confusions", "confusions"),
    ("confidence", "Confidence", "calibration"),
    ("slices", "Slices", "heat"),
    ("stances", "Mean stance", "stances"),
    ("cost", "Cost", "costs"),
)
"""The sections of a board: the key that links name, the title, and the part that it shows."""


@dataclass(frozen=True, slots=True)
class _BoardView:
    """All that the page shows of one board, in the order in which it does."""

    title: str
    summary: str
    leaderboard: Table
    forest: Figure
    differences: tuple[matrices.MatrixLine, ...]
    pairs: Table
    detectable: str
    confusions: tuple[matrices.Confusion, ...]
    reliability: tuple[Figure, ...]
    bins: Table
    risk_coverage: Figure | None
    calibration: Table
    heat: heat.Heat | None
    stances: tuple[tuple[str, Figure], ...]
    costs: tuple[tuple[str, Figure], ...]


def page(comparison: Comparison) -> str:
    """Give a comparison as HTML.

    The page loads nothing and runs no script but its own: its Content-Security-Policy names the
    SHA-256 of that script and of its style sheet. The best models stand first. What a comparison
    lacks has no section.

    Parameters
    ----------
    comparison : Comparison
        What is to be shown.

    Returns
    -------
    str
        A whole page, in which whatever a text or a name holds is shown as text.

    Raises
    ------
    MissingExtraError
        `jinja2` is not installed.
    """
    templates = environment("train", _FOLDER)
    style, script = (template_text(_FOLDER, f"page.{kind}") for kind in ("css", "js"))
    ranked = [models.ranked(board) for board in comparison.boards if board.standings]
    boards = [_view(board) for board in ranked]
    order = models.order(ranked)
    return templates.get_template("page.html.j2").render(
        comparison=comparison,
        boards=boards,
        sections=[
            (key, name)
            for key, name, part in _SECTIONS
            if any(getattr(board, part) for board in boards)
        ],
        learning=growth.learning_curves(comparison),
        bias=bias.bias(models.in_order(comparison.bias, order)),
        mistakes=mistakes.mistakes(models.in_order(comparison.mistakes, order)),
        settings=settings.settings(models.in_order(comparison.configs, order)),
        style=style,
        script=script,
        policy=policy(style, script),
    )


def _view(board: Board) -> _BoardView:
    return _BoardView(
        title=models.board_title(board),
        summary=models.summary(board),
        leaderboard=leaderboard.leaderboard(board),
        forest=tracks.forest(board),
        differences=matrices.difference_matrix(board) if board.differences else (),
        pairs=matrices.pairs_table(board),
        detectable=matrices.detectable(board),
        confusions=matrices.confusions(board),
        reliability=curves.reliability(board),
        bins=curves.bins_table(board),
        risk_coverage=curves.risk_coverage(board),
        calibration=curves.calibration_table(board),
        heat=heat.heat(board),
        stances=tracks.stances(board),
        costs=costs.costs(board),
    )
