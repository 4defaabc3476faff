"""How the checks of data and the agreement of annotators look in a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from stancelab.cli import display
from stancelab.schema import LABELS

if TYPE_CHECKING:
    from rich.console import Console

    from stancelab.agreement.report import AgreementReport, PairAgreement
    from stancelab.checks.sections import Example, Section

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a text could command a terminal with, or turn the rest of the line around."""

_INDENT = (0, 0, 0, 2)
_DASH = "–"


def print_sections(sections: Sequence[Section]) -> None:
    """Print each section: its table, how to read it, and examples."""
    screen = display.console()
    for section in sections:
        screen.print(Text(section.title, style="bold"))
        if section.note:
            screen.print(Text(section.note, style="dim"))
        if section.rows:
            screen.print(_table(section.columns, section.rows, section.numbers_from))
        else:
            screen.print("  none")
        for example in section.examples:
            _print_example(screen, example)
        screen.print()


def print_agreement(report: AgreementReport, examples: int) -> None:
    """Print alpha, the agreement of each pair, and the items in dispute."""
    screen = display.console()
    screen.print(Text(_counts(report)))
    screen.print(Text("Krippendorff's alpha", style="bold"))
    alphas = [(one.metric, _score(one.value), _interval(one.low, one.high)) for one in report.alpha]
    screen.print(_table(("metric", "alpha", "95 % interval"), alphas, 1))
    screen.print(Text("Pairs of annotators", style="bold"))
    columns = ("pair", "items", "agreed", "agreement", "kappa", "quadratic")
    screen.print(_table(columns, [_pair(pair) for pair in report.pairs], 1))
    for pair in report.pairs:
        _print_confusion(screen, pair)
    if report.disputes and examples:
        screen.print(Text(f"In dispute: {len(report.disputes):,}", style="bold"))
        annotators = tuple(report.answers)
        shown = report.disputes[:examples]
        rows = [
            (" / ".join(one.item.values()), *(one.answers[name] or _DASH for name in annotators))
            for one in shown
        ]
        screen.print(_table(("item", *annotators), rows, 1 + len(annotators)))
        if len(report.disputes) > len(shown):
            screen.print(Text(f"and {len(report.disputes) - len(shown):,} more", style="dim"))


def _print_example(screen: Console, example: Example) -> None:
    screen.print(Padding(_plain(example.heading, "dim"), _INDENT))
    for text in example.texts:
        screen.print(Padding(_plain(text), (0, 0, 0, 4)))
    for row in example.rows:
        cells = (row.id or row.part, row.actor, row.label)
        screen.print(Padding(_plain("  ".join(filter(None, cells)), "dim"), (0, 0, 0, 6)))


def _print_confusion(screen: Console, pair: PairAgreement) -> None:
    title = f"{pair.one} (down) by {pair.other} (across)"
    rows = [
        (name, *(f"{count:,}" for count in counts))
        for name, counts in zip(LABELS, pair.confusion, strict=True)
    ]
    screen.print(_plain(title))
    screen.print(_table(("", *LABELS), rows, 1))


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], numbers_from: int) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for place, name in enumerate(columns):
        right = place >= numbers_from
        table.add_column(
            _plain(name), justify="right" if right else "left", overflow="fold", no_wrap=False
        )
    for row in rows:
        table.add_row(*map(_plain, row))
    return table


def _plain(text: str, style: str = "") -> Text:
    """Show anybody's text as text: no markup, no control characters, one line."""
    return Text(" ".join(_CONTROLS.sub("�", text).split()), style=style)


def _counts(report: AgreementReport) -> str:
    share = f" ({report.agreed / report.pairable:.1%})" if report.pairable else ""
    parts: Iterator[str] = filter(
        None,
        (
            f"{report.items:,} items, {report.pairable:,} with two answers or more",
            f"all agree on {report.agreed:,} of these{share}",
            f"{report.skipped:,} rows left out" if report.skipped else "",
        ),
    )
    return "; ".join(parts)


def _pair(pair: PairAgreement) -> tuple[str, ...]:
    share = _DASH if pair.agreement is None else f"{pair.agreement:.1%}"
    scores = (_score(pair.kappa), _score(pair.kappa_quadratic))
    return (f"{pair.one}, {pair.other}", f"{pair.items:,}", f"{pair.agreed:,}", share, *scores)


def _score(value: float | None) -> str:
    return _DASH if value is None else f"{value:.3f}"


def _interval(low: float | None, high: float | None) -> str:
    return _DASH if low is None or high is None else f"{low:.3f} to {high:.3f}"
