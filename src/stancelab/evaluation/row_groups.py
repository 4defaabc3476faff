"""Which slices a row is in: what it has in common with others that a model may fail on."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from stancelab.actors import cldr
from stancelab.errors import MissingExtraError
from stancelab.evaluation.negation import is_negated
from stancelab.features.actor_names import local_name
from stancelab.schema import NO_SPAN

if TYPE_CHECKING:
    import pyarrow as pa

DIMENSIONS = (
    "language",
    "actor",
    "actor_type",
    "corpus",
    "genre",
    "topic",
    "length",
    "actors",
    "mention",
    "negation",
)
"""What rows are told apart by."""

_TYPES = ("actor_type", "entity_type", "target_type")
"""The attributes in which a corpus says of what type an actor is."""

LENGTHS = ((15, "1-15"), (25, "16-25"), (40, "26-40"), (100, "41-100"))
"""Up to how many words; about the quarters of the news corpora, whose sentences rarely have more
than 40. Tweets do, and whole articles have more than 100."""
_LONGEST = "101+"
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
"""Letters of Thai, Japanese and Chinese, which write no spaces."""


def groups_of(predictions: pa.Table) -> dict[str, list[str]]:
    """Say for every row which slice of each dimension it is in.

    Parameters
    ----------
    predictions : pyarrow.Table
        The columns of `evaluation.predictions.asked`; others are not looked at.

    Returns
    -------
    dict
        For each of `DIMENSIONS` a value a row; ``""`` where it is not known. ``actors`` counts
        for how many actors of its statement this table asks.

    Examples
    --------
    >>> from stancelab.schema import as_table
    >>> row = {"text": "Rome did not thank Oslo.", "actor": "Oslo", "language": "en"}
    >>> found = groups_of(as_table([row]))
    >>> [found[name][0] for name in ("length", "actors", "mention", "negation")]
    ['1-15', '1', 'named', 'negated']
    """
    columns = {name: _column(predictions, name) for name in ("language", "actor", "text")}
    pairs = list(zip(columns["text"], columns["language"], strict=True))
    kept = {pair: _of_text(*pair) for pair in set(pairs)}
    attributes = _attributes(_column(predictions, "attributes"))
    actors = zip(columns["actor"], columns["language"], attributes, strict=True)
    statements = _column(predictions, "statement")
    asked = Counter(statements)
    return {
        "language": columns["language"],
        "actor": columns["actor"],
        "actor_type": [_stated(own, _TYPES) or actor_type(*pair) for *pair, own in actors],
        "corpus": _column(predictions, "dataset"),
        "genre": [_stated(own, ("genre",)) for own in attributes],
        "topic": [_stated(own, ("topic",)) for own in attributes],
        "length": [kept[pair][0] for pair in pairs],
        "actors": [_actors(asked[statement]) for statement in statements],
        "mention": [
            "not named" if start == NO_SPAN else "named"
            for start in _column(predictions, "mention_start")
        ],
        "negation": [_NEGATION[kept[pair][1]] for pair in pairs],
    }


_NEGATION = {True: "negated", False: "not negated", None: ""}


def actor_type(actor: str, language: str) -> str:
    """Say whether an actor is a country, by the names that CLDR has for it.

    Parameters
    ----------
    actor : str
        Its name: in English, or in the nominative of the statement's language.
    language : str
        That language, a BCP 47 tag.

    Returns
    -------
    str
        ``"country"`` or ``"other"``; ``""`` where `babel`, which brings the names, is missing.

    Examples
    --------
    >>> [actor_type(*pair) for pair in (("Turkey", "uk"), ("Китай", "ru"), ("NATO", "en"))]
    ['country', 'country', 'other']
    """
    try:
        known = actor in _countries(language) or local_name(actor, "zh") in _countries("zh")
    except MissingExtraError:
        return ""
    return "country" if known else "other"


@cache
def _countries(language: str) -> frozenset[str]:
    known = cldr.territories(language) if cldr.knows(language) else {}
    return frozenset(name for code, name in known.items() if code not in cldr.UNIONS)


@lru_cache(maxsize=50_000)
def _of_text(text: str, language: str) -> tuple[str, bool | None]:
    """Say how long a text is and whether it negates; all models are tested on the same texts."""
    return _length(text), is_negated(text, language)


def _column(table: pa.Table, name: str) -> list[Any]:
    values: list[Any] = table.column(name).to_pylist()
    return values


def _attributes(contents: Sequence[str]) -> list[dict[str, Any]]:
    """Read the attributes; those of a corpus are few, so that each is read once."""
    read = {content: json.loads(content) for content in set(contents)}
    return [read[content] for content in contents]


def _stated(attributes: dict[str, Any], names: Sequence[str]) -> str:
    for name in names:
        if attributes.get(name):
            return str(attributes[name]).lower()
    return ""


def _length(text: str) -> str:
    """Bin a text by its words; two letters count as one where words are not spaced."""
    words = len(text.split())
    if not text.isascii():
        words = max(words, len(_UNSPACED.findall(text)) // 2)
    return next((name for most, name in LENGTHS if words <= most), _LONGEST)


def _actors(count: int) -> str:
    return str(count) if count < 3 else "3+"
