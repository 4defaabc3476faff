"""What a statement says toward actors, and the words that weighed most: for the page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from stancelab.errors import InputError
from stancelab.predictors.evidence import WeighsWords, evidence, strongest
from stancelab.schema import LABELS, as_table
from stancelab.scoring.asked import asked_rows
from stancelab.scoring.bundle import Bundle
from stancelab.scoring.spans import Place, SpanFinder
from stancelab.serving.forms import read_object
from stancelab.serving.line import Job
from stancelab.serving.occlusion import Without, left_out, lost

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

MOST_ACTORS = 20
_ROWS = 512
"""Statements with a word left out that are asked about at most, all actors together."""

_SHARES = [f"p_{label}" for label in LABELS]


def can_weigh(bundle: Bundle) -> bool:
    """Say whether a classifier tells by itself which words its answer comes from."""
    predictor: Any = bundle.predictor
    while (inner := getattr(predictor, "inner", None)) is not None:
        predictor = inner
    return isinstance(predictor, WeighsWords)


class Explanation:
    """A statement, the actors that are asked about, and what becomes of them.

    Parameters
    ----------
    bundle : Bundle
        Who answers.
    finder : SpanFinder
        Looks for the actors' names.
    body : bytes
        A JSON object with ``text`` and ``actors``.
    """

    def __init__(self, bundle: Bundle, finder: SpanFinder, body: bytes) -> None:
        self._bundle, self._finder, self._body = bundle, finder, body
        self._weighs = can_weigh(bundle)
        self._text = ""
        self._actors: list[str] = []
        self._places: list[Place] = []
        self._parts: list[list[Without]] = []

    def job(self) -> Job:
        """Give the work that it takes."""
        return Job(self._prepare, self._finish)

    def _prepare(self) -> pa.Table:
        self._text, self._actors = _read(self._body)
        self._places = [self._finder.find(self._text, actor) for actor in self._actors]
        most = 0 if self._weighs else _ROWS // len(self._actors)
        self._parts = [left_out(self._text, *place[:2], most) for place in self._places]
        parted = [
            one.row(actor)
            for actor, parts in zip(self._actors, self._parts, strict=True)
            for one in parts
        ]
        return as_table([*self._rows(), *parted])

    def _rows(self) -> list[dict[str, Any]]:
        return [
            {
                "text": self._text,
                "actor": actor,
                "mention_start": place.start,
                "mention_end": place.end,
            }
            for actor, place in zip(self._actors, self._places, strict=True)
        ]

    def _finish(self, tags: pa.Table) -> bytes:
        shares = np.array([tags.column(name).to_pylist() for name in _SHARES]).T
        number = len(self._actors)
        words = self._weighed(shares) if self._weighs else self._occluded(shares)
        found = [
            {**row, **tag, "renamed": place.renamed, "unsearched": place.unsearched, "words": own}
            for row, tag, place, own in zip(
                self._rows(), tags.slice(0, number).to_pylist(), self._places, words, strict=True
            )
        ]
        answer = {
            "tags": found,
            "words_by": "weights" if self._weighs else "occlusion",
            "classifier": _name(self._bundle),
        }
        return json.dumps(answer, ensure_ascii=False).encode()

    def _weighed(self, shares: NDArray[np.float64]) -> Sequence[Sequence[tuple[str, float]]]:
        order = np.argsort(shares, axis=1, kind="stable")
        return evidence(self._bundle.predictor, as_table(self._rows()), order[:, 2], order[:, 1])

    def _occluded(self, shares: NDArray[np.float64]) -> Sequence[Sequence[tuple[str, float]]]:
        found, at = [], len(self._actors)
        for row, parts in enumerate(self._parts):
            words = [one.word for one in parts]
            found.append(strongest(lost(shares[row], shares[at : at + len(parts)], words)))
            at += len(parts)
        return found


def _read(body: bytes) -> tuple[str, list[str]]:
    content = read_object(body)
    text, actors = content.get("text"), content.get("actors")
    if not isinstance(actors, list) or not 0 < len(actors) <= MOST_ACTORS:
        raise InputError("actors", f"expected a list of 1 to {MOST_ACTORS} names")
    rows = asked_rows({"text": [text], "actor": actors})
    return rows["text"][0], list(dict.fromkeys(rows["actor"]))


def _name(bundle: Bundle) -> str:
    """Name the classifier as its experiment does, or else its kind."""
    model = bundle.manifest.get("model")
    return str(model.get("name", bundle.kind)) if isinstance(model, dict) else bundle.kind
