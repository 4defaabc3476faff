"""How results look in a terminal: tables, tags, and progress."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

_WIDTH = 150
"""Columns where the output is no terminal, so that tables in files and pipes are not cut."""


def console(width: int = 0) -> Console:
    """Give the console for results; the width is for where there is no terminal that has one."""
    return Console(width=None if sys.stdout.isatty() else width or _WIDTH, highlight=False)


def notes() -> Console:
    """Give the console for what is said beside the results."""
    return Console(stderr=True, soft_wrap=True, highlight=False)


def print_json(content: Any) -> None:
    """Print JSON for programs."""
    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=1) + "\n")


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
        self._total: int | None = 0

    def step(self, what: str, done: int, total: int | None) -> None:
        """Show that ``done`` of ``total`` is done; another total is another bar.

        No total is one that nobody knows.
        """
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
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    screen = Console(stderr=True)
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bar:
        yield Bar(bar)
