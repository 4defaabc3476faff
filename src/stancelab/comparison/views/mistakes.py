"""The errors as data for the page's script, which shows and filters them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from stancelab.schema import LABELS

if TYPE_CHECKING:
    from stancelab.evaluation.mistakes import Mistake


def mistakes(by_model: Mapping[str, Sequence[Mistake]]) -> dict[str, Any]:
    """Give the errors in few bytes: each text once, each error as a list.

    Parameters
    ----------
    by_model : mapping of str to sequence of Mistake
        The errors of each model.

    Returns
    -------
    dict
        ``models`` and ``labels``, names; ``texts``, each ``[text, language]``; ``errors``, each
        ``[model, text, actor, start, end, true, predicted, confidence, id, words]`` where model,
        text, true and predicted are indices and the span counts UTF-16 units, as scripts do.
    """
    models = [name for name, own in by_model.items() if own]
    each = [one for name in models for one in by_model[name]]
    labels = sorted(
        {label for one in each for label in (one.label, one.predicted)},
        key=lambda label: (LABELS.index(label) if label in LABELS else len(LABELS), label),
    )
    texts: dict[tuple[str, str], int] = {}
    for one in each:
        texts.setdefault((one.text, one.language), len(texts))
    errors = [
        [
            at,
            texts[one.text, one.language],
            one.actor,
            *_span(one),
            labels.index(one.label),
            labels.index(one.predicted),
            round(one.confidence, 3),
            one.id,
            [[word, round(weight, 3)] for word, weight in one.words],
        ]
        for at, name in enumerate(models)
        for one in by_model[name]
    ]
    return {"models": models, "labels": labels, "texts": list(texts), "errors": errors}


def _span(one: Mistake) -> tuple[int, int]:
    if one.mention_start < 0:
        return -1, -1
    return _units(one.text[: one.mention_start]), _units(one.text[: one.mention_end])


def _units(text: str) -> int:
    """Count UTF-16 units: most characters are one, an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
