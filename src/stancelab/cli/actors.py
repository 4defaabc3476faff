"""``stancelab actors``: whom the catalogue knows, and under what names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stancelab.cli import display
from stancelab.errors import StancelabError

if TYPE_CHECKING:
    from stancelab.actors.catalogue import Catalogue

app = typer.Typer(help="Look up actors and their names.", no_args_is_help=True)

CatalogueOption = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Your own actors and names, as TOML.")
]


@app.command("find")
def find(
    name: Annotated[str, typer.Argument(help="A name in any language and form, or an ISO code.")],
    catalogue: CatalogueOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print objects for programs.")] = False,
) -> None:
    """Show whom a name can stand for."""
    known = _read(catalogue)
    found = known.find(name)
    if not found:
        raise StancelabError(
            f"{name!r}: no actor has this name; see 'stancelab actors list', or name it in a file "
            "of your own (--catalogue FILE)"
        )
    if json:
        display.print_json([{**one._asdict(), **_about(known, one.actor)} for one in found])
        return
    rows = []
    for one in found:
        actor = known.actors[one.actor]
        marks = "ambiguous" if one.ambiguous else ""
        about = (actor.name, actor.kind, ", ".join(actor.codes) or actor.of)
        rows.append((*about, one.how, one.language, one.form, marks))
    display.print_rows(("actor", "kind", "codes, or of", "found as", "language", "name", ""), rows)


@app.command("list")
def list_actors(
    kind: Annotated[
        str | None, typer.Option(help="Only of this kind: state, organisation, bloc, …")
    ] = None,
    language: Annotated[
        str, typer.Option(help="Language whose names are shown beside the English ones.")
    ] = "uk",
    catalogue: CatalogueOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print objects for programs.")] = False,
) -> None:
    """List the actors with their names in a language."""
    from stancelab.actors.records import KINDS
    from stancelab.errors import UnknownNameError

    if kind is not None and kind not in KINDS:
        raise UnknownNameError("kind", kind, KINDS, "--kind")
    known = _read(catalogue)
    actors = [one for one in known.actors.values() if kind in (None, one.kind)]
    names = {one.name: known.names(one.name, language).get("names", ()) for one in actors}
    if json:
        display.print_json(
            [
                {"actor": one.name, **_about(known, one.name), "names": list(names[one.name])}
                for one in actors
            ]
        )
        return
    rows = [
        (one.name, one.kind, ", ".join(one.codes) or one.of, "; ".join(names[one.name]))
        for one in actors
    ]
    display.print_rows(("actor", "kind", "codes, or of", f"names ({language})"), rows)


def _read(own: Path | None) -> Catalogue:
    from stancelab.actors.catalogue import read_catalogue

    return read_catalogue(own)


def _about(known: Catalogue, actor: str) -> dict[str, object]:
    one = known.actors[actor]
    return {"kind": one.kind, "codes": list(one.codes), "of": one.of}
