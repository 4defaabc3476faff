"""The four answers, and how the page writes them without relying on colour."""

from __future__ import annotations

import math

from stancelab.comparison.views.formats import signed
from stancelab.schema import LABELS
from stancelab.tagging.aggregates import Mean
from stancelab.tagging.tags import UNCERTAIN, Tag

LETTERS = dict(zip((*LABELS, UNCERTAIN), "HNC?", strict=True))
"""The letter of each answer."""

NOT_NAMED = "not named"
"""What stands for the source of a statement that has none."""

_HOW = {
    "name": "by name",
    "capital": "by its capital",
    "seat": "by its seat of power",
    "people": "by its people",
    "role": "by an office",
    "pair": "as one of the two last named",
}
_LEVELS = 5


def said(tag: Tag) -> str:
    """Say a tag in one line.

    Parameters
    ----------
    tag : Tag
        What is to be said.
    """
    shares = ", ".join(
        f"{label} {share:.2f}" for label, share in zip(LABELS, tag.probabilities, strict=True)
    )
    unsure = " (uncertain)" if tag.uncertain else ""
    return f"toward {tag.actor}: {shares}{unsure}; source: {source(tag)}; recognised {how(tag)}"


def source(tag: Tag) -> str:
    """Say who speaks, in the words of the article, and the actor that this belongs to."""
    words = " ".join(tag.source.split())
    if tag.source_actor and words and words != tag.source_actor:
        return f"{words} ({tag.source_actor})"
    return tag.source_actor or words or NOT_NAMED


def how(tag: Tag) -> str:
    """Say how the actor was recognised, and whether that is sure."""
    article = "an" if tag.how[:1] in tuple("aeiou") else "a"
    parts = [_HOW.get(tag.how, f"by {article} {tag.how}")]
    parts += ["ambiguous"] if tag.ambiguous else []
    parts += ["inferred"] if tag.inferred else []
    return ", ".join(parts)


def level(mean: float) -> str:
    """Give the class that colours a mean stance.

    Examples
    --------
    >>> level(-1.0), level(-0.1), level(0.0), level(0.5)
    ('minus5', 'minus1', 'level0', 'plus3')
    """
    step = math.ceil(abs(mean) * _LEVELS - 1e-9)
    if step == 0:
        return "level0"
    return f"{'minus' if mean < 0 else 'plus'}{step}"


def stance(mean: float | None) -> str:
    """Write a mean stance with its sign."""
    return signed(mean, 2)


def between(mean: Mean) -> str:
    """Write the interval of a mean; nothing where there is none."""
    if mean.low is None or mean.high is None:
        return ""
    return f"{stance(mean.low)} to {stance(mean.high)}"
