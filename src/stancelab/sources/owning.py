"""Whose source it is: the actor that speaks, not another that its title names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from stancelab.sources.tokens import tokenise
from stancelab.sources.wordlists import WordLists

_COORDINATES = frozenset(",-–/&")
_NEAR = 2
"""Words between a preposition and the name that it governs: "в сусідній Україні"."""


class Named(Protocol):
    """An actor named in a text, as the mention finder gives it."""

    @property
    def start(self) -> int:
        """Say where the name begins."""

    @property
    def end(self) -> int:
        """Say where it ends, exclusive."""

    @property
    def actor(self) -> str:
        """Give the actor's canonical name."""


def owners(source: str, mentions: Sequence[Named], language: str) -> tuple[str, ...]:
    """Name the actors that a source is, or speaks for; several where it is several.

    The first actor that is named is the owner, with those that stand right beside it or after
    "and". One that a preposition governs is where somebody is, or what a post is about; it only
    counts where it is the first, says where somebody is from, and nobody is posted there.

    Parameters
    ----------
    source : str
        The source as the article names it.
    mentions : sequence of Named
        Actors named in the source, with spans in it.
    language : str
        One of `supported_languages`.

    Examples
    --------
    >>> from collections import namedtuple
    >>> Mention = namedtuple("Mention", "start end actor")
    >>> owners("Italy and Spain", [Mention(0, 5, "Italy"), Mention(10, 15, "Spain")], "en")
    ('Italy', 'Spain')
    """
    lists = WordLists.of(language)
    found: list[str] = []
    last = 0
    for mention in sorted(mentions, key=lambda each: each.start):
        between = [token.text.lower() for token in tokenise(source[last : mention.start])]
        owns = _joined(between, lists) if found else _governed_well(between, lists)
        if owns and mention.actor not in found:
            found.append(mention.actor)
        elif not owns and found:
            break
        last = mention.end
    return tuple(found)


def _joined(between: Sequence[str], lists: WordLists) -> bool:
    """Say whether only "and" or nothing stands between two names."""
    return all(text in _COORDINATES or text in lists.words["joins"] for text in between)


def _governed_well(before: Sequence[str], lists: WordLists) -> bool:
    """Say whether what stands before the first name leaves it the owner."""
    places = [at for at, text in enumerate(before) if text in lists.words["prepositions"]]
    if not places or len(before) - places[-1] - 1 > _NEAR:
        return True
    posted = any(_is_posted(text, lists) for text in before[: places[-1]])
    return before[places[-1]] in lists.words["owning"] and not posted


def _is_posted(text: str, lists: WordLists) -> bool:
    if lists.language == "en":
        return text in lists.words["posted"] or text.removesuffix("s") in lists.words["posted"]
    return any(text.startswith(_stem(post)) for post in lists.words["posted"])


def _stem(word: str) -> str:
    """Cut an ending off, so that the word is found in every case."""
    return word if len(word) < 6 else word[:-1]
