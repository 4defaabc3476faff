"""What a card says of how good a classifier is: per test set, by slice, and its probabilities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stancelab.export.abstaining import describe_answered

_METRICS = {
    "macro_f1": "macro-F1",
    "polar_f1": "F1 of hostile and cooperative",
    "accuracy": "accuracy",
    "actor_swap": "actor swap",
}
_ALWAYS = ("language", "mention")
"""What every card tells apart: the languages, and whether the text names the actor."""
_LANGUAGES, _WEAKEST = 6, 3


def figures(manifest: Mapping[str, Any]) -> str:
    """Write what was measured, or why nothing is said.

    Parameters
    ----------
    manifest : mapping
        Its ``metrics`` have ``experiment`` (the leaderboard's rows of the model), ``macro_f1`` and
        ``tested`` (of these weights), and ``slices``.
    """
    if manifest.get("refit"):
        held_out = " (but a fifth of the documents, by which the probabilities were corrected)"
        return (
            f"These weights were trained on all rows{held_out if _calibrated(manifest) else ''}, "
            "the test rows included. **No test figure belongs to them**: those of the experiment "
            "were measured on weights from a part of the rows."
        )
    rows = manifest["metrics"]["experiment"]
    parts = [part for row in rows for part in _of_test_set(manifest, row)]
    return "\n\n".join([*parts, *_calibration(manifest)])


def uncertain(abstention: Mapping[str, Any] | None) -> list[str]:
    """Say when a classifier does not answer, and what that gives."""
    if abstention is None:
        return []
    parts = {"the validation rows": abstention["validation"]}
    parts |= {f"the test rows of {name}": one for name, one in abstention["test"].items()}
    given = [f"- {name}: {describe_answered(one)}." for name, one in parts.items()]
    asked = " and ".join(f"{name} of {share:g}" for name, share in abstention["asked"].items())
    return [
        "## Where it does not answer",
        f"Where no probability reaches {abstention['threshold']:.4f} it answers `uncertain`; the "
        "probabilities are there all the same. The threshold was chosen on the validation rows, "
        f"for a {asked}, so that what it gives on the test rows is the fair figure:",
        "\n".join(given),
    ]


def _calibrated(manifest: Mapping[str, Any]) -> bool:
    return str(manifest["model"].get("config", {}).get("calibration", "none")) != "none"


def _of_test_set(manifest: Mapping[str, Any], row: Mapping[str, Any]) -> Iterator[str]:
    lines = ["| metric | mean over seeds | 95 % interval |", "|---|---|---|"]
    for key, title in _METRICS.items():
        if row[key] is not None:
            low, high = row[f"{key}_low"], row[f"{key}_high"]
            lines.append(f"| {title} | {row[key]:.3f} | {low:.3f} to {high:.3f} |")
    leaked = (
        f" {row['leaked']:.1%} of these rows stand, by their sentence or their document, in the "
        "training part too: the figures are too kind."
        if row["leaked"]
        else ""
    )
    one = manifest["metrics"]["macro_f1"][row["test"]]
    seeds = "1 seed" if row["seeds"] == 1 else f"{row['seeds']} seeds"
    yield (
        f"On the test parts of {row['test']}, {seeds}, {row['test_rows']} rows in "
        f"all. These weights are those of seed {manifest['seed']}, whose macro-F1 is "
        f"{one:.3f}.{leaked}"
    )
    yield "\n".join(lines)
    several = len(manifest["metrics"]["experiment"]) > 1
    slices = manifest["metrics"].get("slices", ())
    yield from _by_slice([s for s in slices if s["test_set"] == (row["test"] if several else "")])


def _by_slice(slices: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    chosen = list(chosen_slices(slices))
    if not chosen:
        return
    lines = ["| rows of this seed with | rows | macro-F1 | 95 % interval |", "|---|---|---|---|"]
    for one in chosen:
        what = f"{one['dimension'].replace('_', ' ')}: {one['value']}"
        interval = f"{one['low']:.3f} to {one['high']:.3f}"
        lines.append(f"| {what} | {one['rows']} | {one['macro_f1']:.3f} | {interval} |")
    yield "\n".join(lines)


def chosen_slices(slices: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Choose the slices that a card shows.

    The largest languages, rows that name their actor and rows that do not, and of all others the
    weakest that have documents enough to conclude from.

    Examples
    --------
    >>> one = {"dimension": "topic", "value": "trade", "rows": 90, "macro_f1": 0.5}
    >>> found = chosen_slices([{**one, "is_small": False}, {**one, "is_small": True}])
    >>> [slice["is_small"] for slice in found]
    [False]
    """
    for dimension in _ALWAYS:
        own = [one for one in slices if one["dimension"] == dimension]
        yield from sorted(own, key=lambda one: -int(one["rows"]))[:_LANGUAGES]
    others = [one for one in slices if one["dimension"] not in _ALWAYS and not one["is_small"]]
    yield from sorted(others, key=lambda one: float(one["macro_f1"]))[:_WEAKEST]


def _calibration(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Say how far the probabilities are to be believed."""
    tested = manifest["metrics"].get("tested", {})
    errors = [f"{one['ece']:.3f} on {name}" for name, one in tested.items() if "ece" in one]
    if not errors:
        return
    method = manifest["model"].get("config", {}).get("calibration", "none")
    how = (
        f"were corrected on the validation rows ({method})"
        if _calibrated(manifest)
        else "are as the model gives them, without a correction on validation rows"
    )
    yield (
        f"The probabilities {how}. Their expected calibration error is {', '.join(errors)}: that "
        "much, on average, they are off the share of answers that is right."
    )
