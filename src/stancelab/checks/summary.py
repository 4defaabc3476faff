"""What a report says to people, section by section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING

from stancelab.checks.copies import leaks_section, near_section, repeats_section
from stancelab.checks.examples import RowExample
from stancelab.checks.sections import Example, Section, number
from stancelab.schema import LABELS

if TYPE_CHECKING:
    from stancelab.checks.balance import Balance
    from stancelab.checks.conflicts import Conflict
    from stancelab.checks.label_errors import LabelErrors
    from stancelab.checks.report import CheckReport


def sections(report: CheckReport, examples: int = 5) -> list[Section]:
    """Say what a report found.

    Parameters
    ----------
    report : CheckReport
        What the checks found.
    examples : int
        How many examples of each section.
    """
    found = [
        _labels(report.balance),
        _texts(report.balance),
        repeats_section(report, examples),
        leaks_section(report, examples),
        near_section(report, examples),
        _conflicts(report, examples),
        _spans(report, examples),
    ]
    if report.label_errors is not None:
        found.append(_label_errors(report.label_errors, examples))
    loading = {**report.dropped, **report.notes}
    if loading:
        rows = [(what, number(count)) for what, count in loading.items()]
        found.append(Section("While loading", "", ("what", "rows"), rows))
    return found


def _labels(parts: Sequence[Balance]) -> Section:
    rows = []
    for part in parts:
        share = "–" if part.majority_share is None else f"{part.majority_share:.1%}"
        counts = (number(part.labels[name]) for name in LABELS)
        rows.append((part.part, number(part.rows), *counts, number(part.unlabelled), share))
    columns = ("part", "rows", *LABELS, "no label", "majority")
    return Section("Labels", "majority: the accuracy of always answering it", columns, rows)


def _texts(parts: Sequence[Balance]) -> Section:
    rows = []
    for part in parts:
        languages = ", ".join(name or "not said" for name in part.languages)
        lengths = " ".join(
            number(part.lengths[name]) for name in ("p5", "median", "p95", "longest")
        )
        counts = (part.records, part.texts, part.empty, part.actors)
        rows.append((part.part, languages, *map(number, counts), lengths))
    columns = ("part", "languages", "records", "texts", "empty", "actors", "characters")
    note = (
        "records: rows of the corpus' own file; texts: distinct ones; characters: of 5 % at most, "
        "median, of 95 % at most, longest"
    )
    return Section("Texts", note, columns, rows, 2)


def _conflicts(report: CheckReport, examples: int) -> Section:
    kinds = {"text and actor": report.conflicts.by_actor, "text and span": report.conflicts.by_span}
    rows = [_conflict_row(name, found) for name, found in kinds.items() if found]
    columns = ("same", "conflicts", "rows", "across parts", "same span", "same source")
    note = "The same question with different answers; a text may name an actor twice."
    each = {(one.text, one.rows): one for one in chain(*kinds.values())}
    taken = [
        Example(_counted(one.labels), (one.text,), one.rows[:4])
        for one in islice(each.values(), examples)
    ]
    return Section("Label conflicts", note, columns, rows, 1, taken)


def _conflict_row(name: str, found: Sequence[Conflict]) -> tuple[str, ...]:
    counts = (
        len(found),
        sum(len(one.rows) for one in found),
        sum(len(one.parts) > 1 for one in found),
        sum(one.same_span for one in found),
        sum(one.same_source for one in found),
    )
    return (name, *map(number, counts))


def _spans(report: CheckReport, examples: int) -> Section:
    found = [remark for remark in report.spans if remark.rows]
    rows = []
    for remark in found:
        parts = ", ".join(f"{part} {number(count)}" for part, count in remark.parts.items())
        kind = "fault" if remark.fault else "information"
        rows.append((remark.kind, kind, parts, number(remark.rows)))
    taken = []
    for remark in found:
        for one in remark.examples[:examples]:
            row = RowExample(one.part, one.id, one.actor, "")
            taken.append(Example(remark.kind, (one.text,), (row,)))
    return Section("Spans", "", ("remark", "kind", "parts", "rows"), rows, 3, taken)


def _label_errors(found: LabelErrors, examples: int) -> Section:
    taken = [
        Example(
            f"{one.row.label}, rather {one.suggested} (quality {one.quality:.3f})",
            (one.text,),
            (one.row,),
        )
        for one in found.suspects[:examples]
    ]
    counts: dict[tuple[str, str], int] = {}
    for one in found.suspects:
        change = (one.row.label, one.suggested)
        counts[change] = counts.get(change, 0) + 1
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    rows = [(given, rather, number(count)) for (given, rather), count in ordered]
    note = found.skipped or (
        f"Of {number(found.checked)} labelled rows, those to read again first; a simple "
        "model is also surprised by labels that are right."
    )
    return Section("Likely label errors", note, ("label", "rather", "rows"), rows, 2, taken)


def _counted(labels: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in labels.items())
