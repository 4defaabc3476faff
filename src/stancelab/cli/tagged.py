"""How the tags of articles look in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from stancelab.cli import display
from stancelab.schema import LABELS
from stancelab.tagging.aggregates import Stance, matrix, stances
from stancelab.tagging.tags import Tag

_MOST = 60
"""Tags that are listed; `--json` and `--csv` give all."""
_MOST_ACTORS = 30
_MOST_SOURCES = 12
_SHOWN = 110
_COLOURS = {"hostile": "dark_orange3", "cooperative": "blue", "neutral": "", "uncertain": "dim"}


def print_tagged(tags: Sequence[Tag], articles: int) -> None:
    """Print tags: each statement, what they come to by actor, and who says it."""
    console = display.console()
    counted = f"{articles} article" if articles == 1 else f"{articles} articles"
    if not tags:
        console.print(f"{counted}: no statement toward an actor that is known and asked about")
        return
    console.print(_statements(tags[:_MOST], articles > 1))
    if len(tags) > _MOST:
        display.notes().print(f"{len(tags) - _MOST} more tags: --json or --csv FILE gives all")
    found = stances(tags)
    console.print(_summary(found[:_MOST_ACTORS]))
    if len(found) > _MOST_ACTORS:
        display.notes().print(f"{len(found) - _MOST_ACTORS} more actors: --html FILE shows all")
    console.print(_sources(tags))


def _statements(tags: Sequence[Tag], named: bool) -> Table:
    table = Table(title="Statements", title_justify="left")
    for name in (*(("article",) if named else ()), "toward", "label"):
        table.add_column(name, no_wrap=name == "label")
    table.add_column("p", justify="right")
    table.add_column("source")
    table.add_column("statement")
    for tag in tags:
        table.add_row(
            *((escape(tag.article),) if named else ()),
            escape(tag.actor),
            _coloured(tag.answer),
            f"{max(tag.probabilities):.2f}",
            escape(tag.source),
            _around(tag),
        )
    return table


def _coloured(answer: str) -> str:
    colour = _COLOURS[answer]
    return f"[{colour}]{answer}[/{colour}]" if colour else answer


def _around(tag: Tag) -> str:
    """Give the statement with its mention in bold, cut to what fits around it."""
    start, end = tag.text_start, tag.text_end
    room = max(0, _SHOWN - (end - start))
    first = max(0, min(start - room // 2, len(tag.text) - _SHOWN))
    last = min(len(tag.text), max(end, first + _SHOWN))
    left, right = tag.text[first:start], tag.text[end:last]
    cut = ("…" if first else "", "…" if last < len(tag.text) else "")
    shown = f"{escape(left)}[bold]{escape(tag.text[start:end])}[/bold]{escape(right)}"
    return " ".join(f"{cut[0]}{shown}{cut[1]}".split())


def _summary(found: Sequence[Stance]) -> Table:
    table = Table(title="Toward each actor", title_justify="left")
    table.add_column("actor")
    for name in ("statements", *LABELS, "uncertain", "mean stance", "95 %"):
        table.add_column(name, justify="right")
    for one in found:
        mean = one.mean
        has_interval = mean is not None and mean.low is not None
        table.add_row(
            escape(one.actor),
            str(one.statements),
            *(str(count) for count in one.counts.values()),
            f"{mean.value:+.2f}" if mean else "–",
            f"{mean.low:+.2f} to {mean.high:+.2f}" if mean and has_interval else "–",
        )
    return table


def _sources(tags: Sequence[Tag]) -> Table:
    cells = matrix(tags)
    actors = [one.actor for one in stances(tags)][:6]
    by_source: dict[str, int] = {}
    for (source, _), cell in cells.items():
        by_source[source] = by_source.get(source, 0) + cell.statements
    sources = sorted(by_source, key=lambda name: (name == "", -by_source[name], name))
    table = Table(title="Who says it: mean stance (statements)", title_justify="left")
    table.add_column("source")
    for actor in actors:
        table.add_column(escape(actor), justify="right")
    for source in sources[:_MOST_SOURCES]:
        found = [cells.get((source, actor)) for actor in actors]
        shown = [
            f"{'–' if cell.mean is None else f'{cell.mean:+.2f}'} ({cell.statements})"
            if cell
            else ""
            for cell in found
        ]
        table.add_row(escape(source or "not named"), *shown)
    return table
