"""``stancelab data``: the corpora at hand, getting them, checking them."""

from __future__ import annotations

import typer

from stancelab.cli.data import checking, converting, fetching, looking

app = typer.Typer(
    help="List, fetch, look at, check and convert labelled data.", no_args_is_help=True
)

app.command("list")(looking.list_corpora)
app.command("show")(looking.show)
app.command("fetch")(fetching.fetch)
app.command("convert")(converting.convert)
app.command("check")(checking.check)
app.command("agreement")(checking.agreement)
