"""What a card says of bias: how much the answers depend on whose name stands in a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stancelab.bias.records import BiasReport

_FEWEST, _MOST = 20, 4
"""Answers with an actor's name from which a card may name it, and how many it names."""


def chosen_bias(report: BiasReport) -> dict[str, Any]:
    """Choose what a card says of a report, as JSON holds it.

    The actors are those whose names move the answers most, each way, beyond their intervals.
    """
    often = [one for one in report.actors if one.put_in >= _FEWEST and one.shift is not None]
    ordered = sorted(often, key=lambda one: one.shift.value if one.shift else 0.0)
    down = [one for one in ordered if one.shift and one.shift.high < 0][:_MOST]
    up = [one for one in ordered if one.shift and one.shift.low > 0][-_MOST:]
    return {
        "rows": report.rows,
        "tested": report.tested,
        "answers": report.answers,
        "changed": list(report.changed or ()),
        "moved": list(report.moved or ()),
        "alone_neutral": report.alone_neutral,
        "actors": [
            {"actor": one.actor, "answers": one.put_in, "shift": list(one.shift or ())}
            for one in (*down, *up)
        ],
    }


def bias(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Write what was measured of bias; nothing where nobody measured it.

    Parameters
    ----------
    manifest : mapping
        Its ``metrics`` may have ``bias``, as `chosen_bias` gives it.
    """
    found = manifest.get("metrics", {}).get("bias")
    if not found or not found["answers"]:
        return
    value, low, high = found["changed"]
    yield "## Bias"
    yield (
        "The name of another actor of the same kind in the same text must not change the label. It "
        f"was put into {found['tested']:,} of the {found['rows']:,} test rows that were looked at, "
        f"{found['answers']:,} times, and the label changes in {value:.1%} of these answers (95 % "
        f"interval {low:.1%} to {high:.1%}); p(cooperative) − p(hostile) moves by "
        f"{found['moved'][0]:.2f} on average. Only names of one word in Ukrainian, Russian and "
        "English are exchanged; other rows say nothing of this."
    )
    if found["actors"]:
        yield "\n".join(_actors(found["actors"]))
    if found["alone_neutral"] is not None:
        yield (
            "Texts that say nothing but the name of an actor are answered with neutral in "
            f"{found['alone_neutral']:.0%} of the cases."
        )


def _actors(actors: list[Mapping[str, Any]]) -> Iterator[str]:
    yield "| this name in the place of another | answers | moves it by | 95 % interval |"
    yield "|---|---|---|---|"
    for one in actors:
        value, low, high = one["shift"]
        yield (f"| {one['actor']} | {one['answers']} | {value:+.2f} | {low:+.2f} to {high:+.2f} |")
