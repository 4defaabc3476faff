"""Copies and near copies as people read them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from stancelab.checks.sections import Example, Section, examples_in_turn, number

if TYPE_CHECKING:
    from stancelab.checks.report import CheckReport


def repeats_section(report: CheckReport, examples: int) -> Section:
    """Tell what stands more than once in a part."""
    found = [part for part in report.repeats if part.records]
    rows = []
    for part in found:
        counts = (part.of, part.records, part.identical, part.unfolded, part.unfolded_identical)
        rows.append((part.part, *map(number, counts)))
    columns = ("part", "of", "repeats", "identical", "to the letter", "and identical")
    note = (
        "Records whose text stands before, case, spaces, punctuation and diacritics folded; "
        "identical: with the same labels for the same actors. A text asked about for several "
        "actors is no fault; an identical record is."
    )
    taken = examples_in_turn([(part.part, part.examples) for part in found], examples)
    return Section("Copies inside a part", note, columns, rows, 1, taken)


def leaks_section(report: CheckReport, examples: int) -> Section:
    """Tell what stands in two parts."""
    rows = []
    for leak in report.leaks:
        letter = (leak.unfolded, leak.unfolded_texts, leak.unfolded_identical)
        counts = (
            f"{number(leak.records)} of {number(leak.of)}",
            number(leak.texts),
            number(leak.identical),
        )
        rows.append((leak.target, leak.source, *counts, " / ".join(map(number, letter))))
    columns = ("records of", "also in", "records", "texts", "identical", "to the letter")
    note = "to the letter: records / texts / identical, without folding"
    taken = examples_in_turn(
        [(f"{leak.target}, also in {leak.source}", leak.examples) for leak in report.leaks],
        examples,
    )
    return Section("Copies across parts", note, columns, rows, 2, taken)


def near_section(report: CheckReport, examples: int) -> Section:
    """Tell what nearly stands in the same part or in another."""
    rows = []
    for near in report.near:
        counts = (
            f"{number(near.records)} of {number(near.of)}",
            number(near.texts),
            number(near.pairs),
        )
        source = "itself" if near.source == near.target else near.source
        rows.append((near.target, source, *counts))
    columns = ("records of", "nearly in", "records", "texts", "pairs")
    note = (
        f"Texts that share {report.threshold:.0%} of their shingles or more (Jaccard) and are no "
        "copies; across parts, records with a copy there are not counted again."
    )
    pairs = {
        (pair.one.text, pair.other.text): pair for near in report.near for pair in near.examples
    }
    taken = [
        Example(
            f"similarity {pair.similarity:.2f}",
            (pair.one.text, pair.other.text),
            pair.one.rows[:2] + pair.other.rows[:2],
        )
        for pair in islice(pairs.values(), examples)
    ]
    return Section("Near copies", note, columns, rows, 2, taken)
