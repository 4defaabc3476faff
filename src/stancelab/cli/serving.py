"""``stancelab serve``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stancelab.cli import display
from stancelab.cli.actors import CatalogueOption
from stancelab.cli.scoring import HeadOption, RuntimeOption

if TYPE_CHECKING:
    from stancelab.serving.server import Started


def serve(
    bundle: Annotated[Path, typer.Argument(help="The bundle's folder.")],
    host: Annotated[
        str,
        typer.Option(
            help="Address to listen on; one that others can reach needs a token in the "
            "environment variable STANCELAB_TOKEN."
        ),
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 for any that is free.")] = 8000,
    max_rows: Annotated[int, typer.Option(min=1, metavar="N", help="Rows of a request.")] = 1_000,
    max_bytes: Annotated[
        int, typer.Option(min=1, metavar="N", help="Bytes of a request's body.")
    ] = 8 * 1024 * 1024,
    timeout: Annotated[
        float,
        typer.Option(
            min=0.1,
            metavar="SECONDS",
            help="For a request to arrive, and again for it to be answered.",
        ),
    ] = 60.0,
    catalogue: CatalogueOption = None,
    runtime: RuntimeOption = "auto",
    head: HeadOption = "",
) -> None:
    """Answer requests over HTTP as MLflow's scoring server does, and show a page to try it on."""
    from stancelab.serving.server import TOKEN
    from stancelab.serving.server import serve as start
    from stancelab.serving.settings import Limits, Place

    start(
        bundle,
        Place(host, port),
        Limits(max_rows=max_rows, max_bytes=max_bytes, timeout=timeout),
        os.environ.get(TOKEN, "").strip() or None,
        runtime=runtime,
        head=head,
        catalogue=catalogue,
        started=_tell,
    )


def _tell(started: Started) -> None:
    """Say where the service listens; programs read it, too."""
    one = started.bundle
    computed = f", computed with {one.runtime}" if one.runtime else ""
    display.notes().print(
        f"serving {one.kind}{computed} at {started.address} (Ctrl-C ends it)", markup=False
    )
