"""The labels in words: sentences for encoders, hypotheses for natural-language inference."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from stancelab.errors import UnknownNameError
from stancelab.schema import LABELS

ACTOR = "{actor}"
"""Where the actor's name goes in a hypothesis."""
FALLBACK = "en"
"""The language of hypotheses about statements in another one."""


@dataclass(frozen=True, slots=True)
class Hypotheses:
    """What each label says of a statement, in one language.

    Attributes
    ----------
    labels : tuple of str
        A sentence with `ACTOR` for each label, in their order.
    someone : str
        Put in place of an actor that is not told.
    """

    labels: tuple[str, ...]
    someone: str

    def about(self, actor: str) -> list[str]:
        """Write the hypotheses about an actor.

        Examples
        --------
        >>> packaged_hypotheses()["en"].about("Oslo")[0]
        'The statement is hostile toward Oslo.'
        """
        return [one.replace(ACTOR, actor or self.someone) for one in self.labels]

    def to_dict(self) -> dict[str, str]:
        """Give them by label, as in ``hypotheses.toml``."""
        return {**dict(zip(LABELS, self.labels, strict=True)), "someone": self.someone}

    @classmethod
    def from_dict(cls, found: Mapping[str, str]) -> Hypotheses:
        """Read them as `to_dict` gave them."""
        return cls(tuple(found[label] for label in LABELS), found["someone"])


@cache
def packaged_descriptions() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Read the descriptions that come with the package, by language.

    Returns
    -------
    mapping of str to tuple
        For each language, the sentences of hostile, of neutral and of cooperative; as many for
        each, sentence by sentence of the same form.

    Examples
    --------
    >>> hostile, neutral, cooperative = packaged_descriptions()["en"]
    >>> hostile[1], cooperative[1]
    ('The government accused the country and blamed it for the crisis.', 'The government thanked \
the country for its help.')
    """
    found = _read("descriptions.toml")
    return {name: tuple(tuple(one[label]) for label in LABELS) for name, one in found.items()}


@cache
def packaged_hypotheses() -> Mapping[str, Hypotheses]:
    """Read the hypotheses that come with the package, by language."""
    return {name: Hypotheses.from_dict(one) for name, one in _read("hypotheses.toml").items()}


def chosen_languages(wanted: Iterable[str]) -> tuple[str, ...]:
    """Give the languages that are named, once each, or all where none is.

    Raises
    ------
    UnknownNameError
        The labels are not worded in one of them.

    Examples
    --------
    >>> chosen_languages(["uk", "en"]), len(chosen_languages([]))
    (('uk', 'en'), 10)
    """
    known = packaged_descriptions()
    for name in wanted:
        if name not in known:
            raise UnknownNameError("language of label descriptions", name, known)
    return tuple(dict.fromkeys(wanted)) or tuple(known)


def _read(name: str) -> dict[str, Any]:
    source = files("stancelab.zero_shot").joinpath(name)
    return tomllib.loads(source.read_text(encoding="utf-8"))
