"""How results look in a terminal: the leaderboard, tags, and progress."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

if TYPE_CHECKING:
    from stancelab.evaluation.report import Row

_WIDTH = 150
"""Columns where the output is no terminal, so that tables in files and pipes are not cut."""
_WIDE, _WIDEST = 150, 165
"""Columns that the leaderboard needs for all its scores, and has where there is no terminal."""
_LEAKED_WIDTH = 10
_SCORES = {
    "macro_f1": "macro-F1",
    "polar_f1": "F1 host./coop.",
    "accuracy": "accuracy",
    "actor_swap": "actor swap",
}


def console(width: int = 0) -> Console:
    """Give the console for results; the width is for where there is no terminal that has one."""
    return Console(width=None if sys.stdout.isatty() else width or _WIDTH, highlight=False)


def notes() -> Console:
    """Give the console for what is said beside the results."""
    return Console(stderr=True, soft_wrap=True, highlight=False)


def print_json(content: Any) -> None:
    """Print JSON for programs."""
    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def print_leaderboard(rows: Sequence[Row], title: str) -> None:
    """Print one row a model: scores with 95 % intervals, and what they cost.

    With several training or test sets there is a table for each pair of them; where each was
    tested on all, a matrix for each model instead. A terminal of fewer than 150 columns gets the
    scores that decide and not the others.
    """
    screen = console(_WIDEST)
    if matrix_models(rows):
        print_matrices(rows, title)
        return
    pairs = list(dict.fromkeys((row.train, row.test) for row in rows))
    for train, test in pairs:
        own = [row for row in rows if (row.train, row.test) == (train, test)]
        name = title if len(pairs) == 1 else f"{title}: {_where(train, test)}"
        needed = _WIDE + (_LEAKED_WIDTH if any(row.leaked for row in own) else 0)
        screen.print(_scores(own, name, screen.width >= needed))
    screen.print(_CAPTION, style="dim")
    if any(row.leaked for row in rows):
        screen.print(_LEAKED, style="dim")


def _where(train: str, test: str) -> str:
    return train if train == test else f"trained on {train}, tested on {test}"


def _scores(rows: Sequence[Row], title: str, wide: bool) -> Table:
    scores = _SCORES if wide else {key: _SCORES[key] for key in ("macro_f1", "actor_swap")}
    leaked = any(row.leaked for row in rows)
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    costs = ("leaked", "train s", "µs/stmt") if leaked else ("train s", "µs/stmt")
    for name in ("model", *scores.values(), "above its control", *costs):
        justify: Any = "right" if name in costs else "left"
        table.add_column(name, justify=justify, no_wrap=True)
    for row in rows:
        found = row.as_dict()
        spent = (f"{row.train_seconds:.2f}", f"{row.predict_microseconds:,.0f}")
        cells = [_interval(found, key) for key in scores]
        style = "" if row.role == "model" else "dim"
        share = (f"{row.leaked:.1%}",) if leaked else ()
        table.add_row(row.model, *cells, _control(row, wide), *share, *spent, style=style)
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


def print_rows(
    columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[str] = ()
) -> None:
    """Print a plain table, the columns named in `right` aligned to that side."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        table.add_column(name, justify="right" if name in right else "left")
    for row in rows:
        table.add_row(*map(escape, row))
    console().print(table)


def print_tags(rows: Sequence[dict[str, Any]]) -> None:
    """Print tagged statements: actor, label and the three probabilities."""
    table = Table()
    for name in ("actor", "predicted", "hostile", "neutral", "cooperative"):
        table.add_column(name, justify="left" if name in ("actor", "predicted") else "right")
    for row in rows:
        shares = [f"{row[f'p_{name}']:.2f}" for name in ("hostile", "neutral", "cooperative")]
        table.add_row(row["actor"], row["predicted"], *shares)
    console().print(table)


class Bar:
    """A progress bar whose task is renamed as the work goes on."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None
        self._total = 0

    def step(self, what: str, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` is done; another total is another bar."""
        if self._task is None or total != self._total:
            if self._task is not None:
                self._progress.remove_task(self._task)
            self._task, self._total = self._progress.add_task(what, total=total), total
        self._progress.update(self._task, description=what, completed=done)


@contextmanager
def progress_bar() -> Iterator[Bar]:
    """Show progress on standard error while there is a terminal."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeRemainingColumn(),
    )
    screen = Console(stderr=True)
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bar:
        yield Bar(bar)


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
