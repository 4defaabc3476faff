"""Who "обидві країни" and "the two sides" are: the two actors last named."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from stancelab.actors.choosing import Named
from stancelab.actors.forms import NOBODY
from stancelab.actors.matching import Scan
from stancelab.actors.records import HOW

FARTHEST = 3
"""How many sentences back an actor may have been named."""

_STATES = ("state", "territory")
_MOST_SEEN = 50
_MOST_BETWEEN = 2
"""How many words may stand between two names that are joined: "of China and of Russia"."""


class _Earlier(NamedTuple):
    actor: str
    joined: bool


def pair_before(
    parts: Sequence[tuple[Scan, Sequence[Named]]],
    phrase: Named,
    kind_of: Callable[[str], str],
    joiners: frozenset[str],
) -> tuple[str, ...]:
    """Give the two actors that a phrase stands for.

    Parameters
    ----------
    parts : sequence of tuple
        The sentences of a text with what each one names; the last is that of the phrase.
    phrase : Named
        The phrase.
    kind_of : callable
        Gives the kind of an actor.
    joiners : frozenset of str
        Words that join two names.

    Returns
    -------
    tuple of str
        The two last named within three sentences, states first, those that a word or a hyphen
        joins before others; empty where fewer than two were named.
    """
    *before, (scan, named) = parts[-FARTHEST - 1 :]
    here = bisect_left(named, phrase.start, key=lambda one: one.start)
    near = [*before, (scan, named[:here])]
    earlier = [one for part in near for one in _of_sentence(*part, joiners)]
    states = [one for one in earlier if kind_of(one.actor) in _STATES]
    last = _last_two(states)
    if len(last) < 2:
        return _last_two([one for one in earlier if kind_of(one.actor) != "body"])
    return _joined_pair(states) or last


def _of_sentence(scan: Scan, named: Sequence[Named], joiners: frozenset[str]) -> Iterator[_Earlier]:
    """Give whom a sentence names; of one that is no sentence, whom its end names."""
    before: Named | None = None
    for one in named[-_MOST_SEEN:]:
        if one.actor != NOBODY:
            yield _Earlier(one.actor, before is not None and _tied(scan, before, one, joiners))
            before = one


def _tied(scan: Scan, before: Named, one: Named, joiners: frozenset[str]) -> bool:
    """Say whether a name is joined to the one before it."""
    if before.how == one.how == HOW["prefixes"] and before.last == one.first:
        return True
    between = scan.tokens[before.last : one.first]
    words = {token.word.lower() for token in between}
    return 0 < len(between) <= _MOST_BETWEEN and not joiners.isdisjoint(words)


def _last_two(named: Sequence[_Earlier]) -> tuple[str, ...]:
    """Give the two last named, in the order of the text; empty where there are not two."""
    last = list(dict.fromkeys(one.actor for one in reversed(named)))[:2]
    return tuple(reversed(last)) if len(last) == 2 else ()


def _joined_pair(states: Sequence[_Earlier]) -> tuple[str, ...]:
    """Give the last pair that is joined, if the state named last is one of it."""
    for before, one in zip(reversed(states[:-1]), reversed(states[1:]), strict=True):
        if one.joined and before.actor != one.actor:
            pair = (before.actor, one.actor)
            return pair if states[-1].actor in pair else ()
    return ()
