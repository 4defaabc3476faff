"""How a leaderboard looks in a terminal, and the differences between its models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from stancelab.cli.display import console

if TYPE_CHECKING:
    from stancelab.evaluation.boards import ScoredBoard
    from stancelab.evaluation.paired import Difference
    from stancelab.evaluation.report import Row

_WIDE, _WIDEST = 150, 165
"""Columns that the leaderboard needs for all its scores, and has where there is no terminal."""
_LEAKED_WIDTH, _BEST_WIDTH = 10, 18
_TINY = 0.001
"""p below which only that it is below is said."""
_SCORES = {
    "macro_f1": "macro-F1",
    "polar_f1": "F1 host./coop.",
    "accuracy": "accuracy",
    "actor_swap": "actor swap",
}


def print_leaderboard(rows: Sequence[Row], title: str) -> None:
    """Print one row a model: scores with 95 % intervals, and what they cost.

    With several training or test sets there is a table for each pair of them; where each was
    tested on all, a matrix for each model instead. A terminal of fewer than 150 columns gets the
    scores that decide and not the others.
    """
    compared = any(row.best_difference is not None for row in rows)
    screen = console(_WIDEST + _BEST_WIDTH * compared)
    if matrix_models(rows):
        print_matrices(rows, title)
        return
    pairs = list(dict.fromkeys((row.train, row.test) for row in rows))
    for train, test in pairs:
        own = [row for row in rows if (row.train, row.test) == (train, test)]
        name = title if len(pairs) == 1 else f"{title}: {_where(train, test)}"
        needed = _WIDE + _LEAKED_WIDTH * any(row.leaked for row in own) + _BEST_WIDTH * compared
        screen.print(_scores(own, name, screen.width >= needed))
        if shown := max((row.best_detectable or 0.0 for row in own if _may_win(row)), default=0.0):
            screen.print(_DETECTABLE.format(shown), style="dim")
    screen.print(_CAPTION, style="dim")
    if compared:
        screen.print(_BEST, style="dim")
    if any(row.leaked for row in rows):
        screen.print(_LEAKED, style="dim")


def _where(train: str, test: str) -> str:
    return train if train == test else f"trained on {train}, tested on {test}"


def _scores(rows: Sequence[Row], title: str, wide: bool) -> Table:
    scores = _SCORES if wide else {key: _SCORES[key] for key in ("macro_f1", "actor_swap")}
    leaked = any(row.leaked for row in rows)
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    compared = any(row.best_difference is not None for row in rows)
    costs = ("leaked", "train s", "µs/stmt") if leaked else ("train s", "µs/stmt")
    best = ("from the best",) if compared else ()
    for name in ("model", *scores.values(), *best, "above its control", *costs):
        justify: Any = "right" if name in costs else "left"
        table.add_column(name, justify=justify, no_wrap=True)
    for row in rows:
        found = row.as_dict()
        seconds = "–" if row.train_seconds is None else f"{row.train_seconds:.2f}"
        spent = (seconds, f"{row.predict_microseconds:,.0f}")
        cells = [_interval(found, key) for key in scores] + ([_best(row)] if compared else [])
        style = "" if row.role == "model" else "dim"
        share = (f"{row.leaked:.1%}",) if leaked else ()
        table.add_row(escape(row.model), *cells, _control(row, wide), *share, *spent, style=style)
    return table


def matrix_models(rows: Sequence[Row]) -> list[str]:
    """Name the models, but controls, where each of several was trained on and all tested on."""
    trained, tested = {row.train for row in rows}, {row.test for row in rows}
    pairs = {(row.train, row.test) for row in rows}
    if len(trained) < 2 or len(tested) < 2 or len(pairs) < len(trained) * len(tested):
        return []
    return list(dict.fromkeys(row.model for row in rows if row.role != "control"))


def print_matrices(rows: Sequence[Row], title: str) -> None:
    """Print for each model its macro-F1 by what it was trained on (down) and tested on (across)."""
    screen = console(_WIDEST)
    for model in matrix_models(rows):
        own = [row for row in rows if row.model == model]
        screen.print(_matrix(own, f"{title}: macro-F1 of {model}"))
    screen.print(_MATRIX, style="dim")


def _matrix(rows: Sequence[Row], title: str) -> Table:
    tests = list(dict.fromkeys(row.test for row in rows))
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("", no_wrap=True)
    for test in tests:
        table.add_column(test.replace("/", "/\n"), justify="right")
    lines: dict[str, list[str]] = {}
    for train in dict.fromkeys(row.train for row in rows):
        found = {row.test: row for row in rows if row.train == train}
        lines[train] = [_share(found[test]) for test in tests]
    if len({row.macro_f1 for row in rows}) == len({row.test for row in rows}):
        lines = {"(any)": next(iter(lines.values()))}  # it learns nothing from what it is given
    for train, line in lines.items():
        table.add_row(train, *line)
    return table


def _share(row: Row) -> str:
    return f"{row.macro_f1:.3f}{'*' if row.leaked else ''}"


_DETECTABLE = (
    "These rows would show a difference from the best of {:.3f} or more with a power of 80 %."
)
_BEST = (
    "From the best: ≈ cannot be told from it (approximate randomisation over documents, p after "
    "Holm's correction\nover all pairs of the experiment, 0.05). --differences shows every pair."
)
_CAPTION = (
    "Means over seeds; 95 % intervals from a bootstrap over documents. Above its control: the "
    "interval of the\npaired difference excludes 0. Training time of embedding models leaves out "
    "the embeddings, which are made\nonce and cached; the time a statement includes them."
)
_MATRIX = (
    "Trained on (down), tested on (across); means over seeds. * some tested rows stand, by their "
    "sentence or\ndocument, in training too. Intervals, controls and all other figures: --json."
)
_LEAKED = (
    "Leaked: the share of the tested rows whose sentence or document stands in training too; such "
    "scores are\ntoo kind."
)


def _interval(found: dict[str, Any], key: str) -> str:
    if found[key] is None:
        return "–"
    low, high = found[f"{key}_low"], found[f"{key}_high"]
    return f"{found[key]:.3f} {_short(low)}–{_short(high)}"


def _control(row: Row, wide: bool) -> str:
    if row.control_difference is None:
        return "–"
    answer = f"{'yes' if row.above_control else 'no '} {row.control_difference:+.3f}"
    low, high = row.control_difference_low or 0.0, row.control_difference_high or 0.0
    return f"{answer} ({low:+.3f} to {high:+.3f})" if wide else answer


def _short(share: float) -> str:
    """Write a share without the zero before its point."""
    return f"{share:.3f}".removeprefix("0")


def _may_win(row: Row) -> bool:
    return row.role == "model"


def _best(row: Row) -> str:
    """Say how far a model is from the best of its board, and whether that can be told."""
    if row.best_difference is None or row.best_p is None:
        return "best" if row.is_indistinct else "–"
    alike = "≈ " if row.is_indistinct else "  "
    return f"{alike}{row.best_difference:+.3f} ({_p(row.best_p)})"


def _p(value: float) -> str:
    return f"p < {_TINY}" if value < _TINY else f"p {value:.3f}"


def print_differences(boards: Sequence[ScoredBoard]) -> None:
    """Print every pair of models with the interval of their difference and its tests."""
    screen = console(_WIDEST)
    for board in boards:
        title = _where(board.rows[0].train, board.test_set.name)
        table = Table(title=escape(title), title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
        for name in ("first", "second", "macro-F1 difference"):
            table.add_column(name, no_wrap=True)
        for name in ("p", "p (Holm)", "McNemar", "only first", "only second", "would show"):
            table.add_column(name, justify="right", no_wrap=True)
        for one in board.differences:
            table.add_row(*_difference(one), style="" if one.is_significant else "dim")
        screen.print(table)
    screen.print(_DIFFERENCES, style="dim")


def _difference(one: Difference) -> tuple[str, ...]:
    return (
        escape(one.first),
        escape(one.second),
        f"{one.value:+.3f} ({one.low:+.3f} to {one.high:+.3f})",
        _p(one.p).removeprefix("p "),
        _p(one.p_corrected).removeprefix("p "),
        _p(one.p_mcnemar).removeprefix("p "),
        str(one.only_first),
        str(one.only_second),
        f"{one.detectable:.3f}",
    )


_DIFFERENCES = (
    "First minus second, means over seeds, 95 % interval of the paired bootstrap over documents. "
    "p: approximate\nrandomisation over documents; Holm over all pairs. McNemar: exact, over rows, "
    "of which only one model is right\non so many. Would show: the smallest difference that these "
    "rows show with a power of 80 %. Dim: not significant."
)
