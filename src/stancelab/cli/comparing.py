"""``stancelab compare``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stancelab.cli import display
from stancelab.cli.leaderboard import print_differences, print_leaderboard
from stancelab.errors import StancelabError

if TYPE_CHECKING:
    from stancelab.tracking.gathering import Gathered


_MOST_BOARDS = 12
"""With more, the terminal shows a matrix of scores."""


def compare(
    targets: Annotated[
        list[str], typer.Argument(help="Experiments by name, run IDs, or folders of bundles.")
    ],
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page that shows everything.")
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(metavar="NAME|FILE", help="Test on other rows: a corpus or your own file."),
    ] = None,
    differences: Annotated[
        bool, typer.Option("--differences", help="Show every pair of models with its tests.")
    ] = False,
    champion: Annotated[
        bool, typer.Option("--champion", help="Give the best model the alias 'champion'.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print objects for programs.")] = False,
) -> None:
    """Show models side by side, on the same rows, and which of them can be told apart."""
    from stancelab.pages import check_place, write_page
    from stancelab.tracking.registering import name_champion

    if champion and (len(targets) > 1 or data):
        raise StancelabError("--champion takes one experiment; name the one whose best it is")
    if html:
        check_place(html)
    gathered = _gathered(targets, data)
    with display.progress_bar() as bar:
        bar.step("comparing every pair of models", 0, 1)
        boards = gathered.boards(most=None if html or json or differences else _MOST_BOARDS)
    if json:
        objects: list[Any] = [row.as_dict() for board in boards for row in board.rows]
        if differences:
            objects = [
                {"test": board.test_set.name, "train": board.rows[0].train, **one.as_dict()}
                for board in boards
                for one in board.differences
            ]
        display.print_json(objects)
    elif differences:
        print_differences(boards)
    else:
        print_leaderboard([row for board in boards for row in board.rows], gathered.title)
    if html:
        from stancelab.comparison.page import page

        write_page(html, page(gathered.comparison(boards)))
        display.notes().print(f"{html}: written; open it in a browser")
    if champion:
        registered, version = name_champion(targets[0])
        display.notes().print(f"models:/{registered}@champion is version {version}")


def _gathered(targets: list[str], data: str | None) -> Gathered:
    from stancelab.tracking.gathering import gather
    from stancelab.tracking.on_data import score_on, seen_in_training

    notes = display.notes()
    if data:
        with display.progress_bar() as bar:
            gathered = score_on(targets, data, bar.step)
        for name in seen_in_training(gathered):
            notes.print(f"{name} learnt from {data} too: its score here is too kind", markup=False)
        return gathered
    gathered = gather(targets)
    for name, (done, total) in gathered.unfinished.items():
        notes.print(
            f"{name}: {done} of {total} cells are finished; 'stancelab run' does the rest",
            markup=False,
        )
    return gathered
