"""``stancelab data``: the corpora at hand, getting them, checking them."""

from __future__ import annotations

import typer

app = typer.Typer(
    help="List, fetch, look at, check and convert labelled data.", no_args_is_help=True
)
