"""End to end: how often an annotated mention is found and the label toward its actor is right.

Run with: python experiments/benchmarks/article_labels.py BUNDLE [--half test]
[--documents FILE] [--trained-on FILE] [--json]

A pair is right where a mention of its actor is found in its place and the bundle, asked about that
mention, gives the annotated label; beside it is the share where the annotated mention is given. The
label is the most probable one, also where the bundle would say "uncertain", and the classifier
reads the whole statement. Classifiers must not know the documents: --trained-on names a file of
those to leave out, --documents one of those to ask about, a document a line. Intervals are of 95 %,
over documents. The third column is what the names of CLDR alone would find.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Container, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from articles import Half, Row, interval, overlaps, rows_of

from stancelab.actors import cldr
from stancelab.actors.catalogue import read_catalogue
from stancelab.actors.mentions import MentionFinder
from stancelab.actors.records import LANGUAGES, Actor
from stancelab.datasets.registry import load
from stancelab.schema import LABELS
from stancelab.scoring.bundle import Bundle, load_bundle

COLUMNS = ("text", "actor", "mention_start", "mention_end", "source", "language")
_JOINING = frozenset(("zh", "ar"))
"""Languages in which a name stands beside other letters."""


def _list(what: str) -> Any:
    return typer.Option(help=what, exists=True, dir_okay=False)


def main(
    bundle: Annotated[Path, typer.Argument(help="A classifier.")],
    half: Annotated[Half, typer.Option(help="Which documents.")] = "test",
    documents: Annotated[Path | None, _list("Ask about these documents only.")] = None,
    trained_on: Annotated[Path | None, _list("Leave these documents out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one object.")] = False,
) -> None:
    """Measure and print a table."""
    if not (documents or trained_on):
        print("neither --documents nor --trained-on: it may know the documents", file=sys.stderr)
    known = set(load("statements").table.column("document").to_pylist())
    only, without = names_in(documents, known) or known, names_in(trained_on, known)
    rows = [
        row for row in rows_of(half) if row["document"] in only and row["document"] not in without
    ]
    found = {"half": half, "bundle": bundle.name, "languages": measured(rows, load_bundle(bundle))}
    if as_json:
        print(json.dumps(found))
    else:
        show(found)


def names_in(path: Path | None, known: Container[str]) -> frozenset[str]:
    """Read the names of documents; one that the corpus lacks is refused."""
    names = frozenset(path.read_text("utf-8").split() if path else ())
    if strange := sorted(name for name in names if name not in known):
        raise typer.BadParameter(f"{path}: the corpus has no document {strange[0]!r}")
    if path and not names:
        raise typer.BadParameter(f"{path}: names no document")
    return names


def measured(rows: Sequence[Row], bundle: Bundle) -> dict[str, Any]:
    """Measure each language, and all together."""
    finder = MentionFinder(read_catalogue())
    by_language = {name: [row for row in rows if row["language"] == name] for name in LANGUAGES}
    return {
        name: {
            "found_and_right": share(
                some, labelled(some, [as_found(r, finder) for r in some], bundle)
            ),
            "right_where_given": share(some, labelled(some, some, bundle)),
            "cldr": share(some, [is_named_by_cldr(row) for row in some]),
        }
        for name, some in {**by_language, "all": list(rows)}.items()
        if some
    }


def as_found(row: Row, finder: MentionFinder) -> Row | None:
    """Give a row as `stancelab tag` asks: where the mention is found, by the actor's name."""
    actor = annotated(row["actor"])
    for one in finder.find(row["text"], row["language"]):
        if actor is not None and one.actor == actor.name and overlaps(one, row):
            place = {"mention_start": one.start, "mention_end": one.end}
            return {**row, "actor": one.actor, **place}
    return None


def labelled(rows: Sequence[Row], asked: Sequence[Row | None], bundle: Bundle) -> list[bool]:
    """Say which labels are right; that of a row which cannot be asked about is wrong."""
    at = [number for number, row in enumerate(asked) if row is not None]
    right = np.zeros(len(rows), dtype=bool)
    if at:
        tagged = bundle.tag([{name: row[name] for name in COLUMNS} for row in asked if row])
        shares = np.stack([tagged.column(f"p_{label}").to_numpy() for label in LABELS], axis=1)
        right[at] = shares.argmax(axis=1) == np.array([rows[number]["label"] for number in at])
    return [bool(one) for one in right]


def share(rows: Sequence[Row], right: Sequence[bool]) -> dict[str, Any]:
    """Give the share of rows that are right, with an interval over their documents."""
    counts: dict[str, tuple[int, int]] = {}
    for row, one in zip(rows, right, strict=True):
        hit, of = counts.get(row["document"], (0, 0))
        counts[row["document"]] = (hit + one, of + 1)
    value = sum(right) / len(right)
    return {"share": value, "interval": interval(list(counts.values())), "pairs": len(right)}


@cache
def annotated(name: str) -> Actor | None:
    """Give the actor that the annotation means."""
    return read_catalogue().resolve(name, "en")


def is_named_by_cldr(row: Row) -> bool:
    """Say whether a name of CLDR stands where the mention is."""
    edge = "" if row["language"] in _JOINING else r"\b"
    return any(
        found.start() < row["mention_end"] and row["mention_start"] < found.end()
        for name in cldr_names(row["actor"], row["language"])
        for found in re.finditer(f"{edge}{re.escape(name)}{edge}", row["text"])
    )


@cache
def cldr_names(name: str, language: str) -> tuple[str, ...]:
    """Give what CLDR calls an actor; nothing for one that is no state and no union."""
    actor = annotated(name)
    if actor is None:
        return ()
    codes = [*actor.codes[:1], *(code for code, one in cldr.UNIONS.items() if one == actor.name)]
    return tuple(each for code in codes for each in cldr.names_of(code, language))


def show(found: dict[str, Any]) -> None:
    """Print a table."""
    print(f"Documents of the {found['half']} half, labels by {found['bundle']}\n")
    print(
        "| language | pairs | found and label right | label right, mention given "
        "| named as by CLDR |\n|---|---:|---:|---:|---:|"
    )
    for name, one in found["languages"].items():
        parts = [
            "{:.3f} ({:.3f}–{:.3f})".format(each["share"], *each["interval"])
            for each in one.values()
        ]
        print(f"| {name} | {one['cldr']['pairs']} | {' | '.join(parts)} |")


if __name__ == "__main__":
    typer.run(main)
