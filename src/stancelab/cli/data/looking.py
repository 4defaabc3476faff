"""``stancelab data list`` and ``show``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from stancelab.cli import display

if TYPE_CHECKING:
    from stancelab.datasets.base import DatasetSpec

Json = Annotated[bool, typer.Option("--json", help="Print objects for programs.")]


def list_corpora(json: Json = False) -> None:
    """List the corpora: languages, rows, labels, licence, and whether their files are here."""
    from stancelab.datasets.registry import SPECS

    corpora = [_describe(spec) for spec in SPECS.values()]
    if json:
        display.print_json(corpora)
        return
    rows = [
        (
            one["name"],
            " ".join(one["languages"]),
            f"{sum(one['rows'].values()):,}",
            " ".join(one["labels"]),
            one["licence"],
            "yes" if one["here"] else "no",
            one["description"],
        )
        for one in corpora
    ]
    columns = ("name", "languages", "rows", "labels", "licence", "here", "a row is")
    display.print_rows(columns, rows, right=("rows",))
    if not all(one["here"] for one in corpora):
        display.notes().print("get those that are not here with: stancelab data fetch NAME")


def show(
    name: Annotated[str, typer.Argument(help="A corpus.")],
    samples: Annotated[int, typer.Option(min=0, help="How many rows to show.")] = 3,
    seed: Annotated[int, typer.Option(min=0, help="Draws the rows that are shown.")] = 0,
    option: Annotated[
        list[str] | None, typer.Option("--option", metavar="NAME", help="A corpus' own option.")
    ] = None,
    unverified: Annotated[
        bool, typer.Option("--unverified", help="Go on with files of another hash.")
    ] = False,
    json: Json = False,
) -> None:
    """Show what a corpus holds, by split: labels, languages, actors, lengths, and some rows."""
    from stancelab.datasets.overview import overview
    from stancelab.datasets.registry import find_spec, load

    spec = find_spec(name)
    loaded = load(name, dict.fromkeys(option or (), True), unverified=unverified)
    found = overview(loaded, samples, seed)
    if json:
        about = {"name": name, "licence": spec.licence, "citation": spec.citation}
        display.print_json({**about, **found})
    else:
        _print(spec, found)


def _describe(spec: DatasetSpec) -> dict[str, Any]:
    from stancelab.datasets.folder import is_present

    return {
        "name": spec.name,
        "description": spec.description,
        "task": spec.task,
        "languages": list(spec.languages),
        "rows": dict(spec.rows),
        "labels": list(dict.fromkeys(label for label in spec.labels.values() if label)),
        "licence": spec.licence,
        "terms": spec.terms,
        "here": is_present(spec.name),
        "options": dict(spec.options),
        "citation": spec.citation,
        "homepage": spec.homepage,
    }


def _print(spec: DatasetSpec, found: dict[str, Any]) -> None:
    """Print the counts as tables, and the rows that were drawn."""
    from stancelab.datasets.overview import UNLABELLED_NAME
    from stancelab.schema import LABELS

    screen = display.console()
    screen.print(f"{spec.name}: {spec.task}; a row is {spec.description}")
    screen.print(f"licence: {spec.licence}; cite: {spec.citation}", style="dim")
    labels = [*LABELS, UNLABELLED_NAME]
    rows = [
        (
            split or "(no split)",
            f"{count:,}",
            *(f"{found['labels'][split].get(one, 0):,}" for one in labels),
        )
        for split, count in found["rows"].items()
    ]
    display.print_rows(("split", "rows", *labels), rows, right=("rows", *labels))
    for what in ("languages", "actors"):
        shown = ", ".join(f"{one or '?'} {count:,}" for one, count in found[what].items())
        screen.print(f"{what}: {shown}", markup=False)
    screen.print(
        f"{found['distinct_actors']:,} actors, {found['statements']:,} texts, "
        f"{found['documents']:,} documents; {found['unnamed']:,} rows do not name the actor"
    )
    lengths = ", ".join(f"{key} {length:,}" for key, length in found["characters"].items())
    screen.print(f"characters a text: {lengths}")
    for title in ("dropped", "notes"):
        for reason, count in found[title].items():
            screen.print(f"{'left out' if title == 'dropped' else 'note'}: {count:,} × {reason}")
    for row in found["samples"]:
        screen.print(f"\n[{row['label']}] toward {row['actor']}: {row['text']}", markup=False)
