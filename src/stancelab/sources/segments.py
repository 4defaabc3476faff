"""The parts of a sentence: groups around nouns, and what stands between two pauses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from stancelab.sources.tokens import Token
from stancelab.sources.words import Word


@dataclass(frozen=True, slots=True)
class Group:
    """A noun with what belongs to it.

    Attributes
    ----------
    first, last : int
        Words, last exclusive.
    head : int
        The noun.
    cases : int
        Cases, numbers and genders that it can have, as bits.
    actor : bool
        Whether it is a person, a name or a body that can act.
    guessed : bool
        Whether it only seems to be a name, as it begins a sentence with a capital.
    inner : tuple of Group
        Groups that end where it ends: each could also stand by itself.
    """

    first: int
    last: int
    head: int
    cases: int
    actor: bool
    guessed: bool = False
    inner: tuple[Group, ...] = ()


@dataclass(slots=True)
class Segment:
    """What stands between two pauses.

    Attributes
    ----------
    first, last : int
        Words, last exclusive.
    before : str
        The marks before it.
    verbs : list of int
        Finite verbs.
    groups : list of Group
        Groups that can be subjects, in their order.
    within : list of Group
        Groups that seem to be part of what a preposition governs, and could be subjects too.
    locatives : list of Group
        Groups that say in what place.
    passive : bool
        Whether something is done to its subject.
    agent : Group or None
        By whom.
    bound : bool
        Whether it depends on another: a relative clause, what is said.
    as_says : bool
        Whether it begins like "as Reuters reports".
    gerund : bool
        Whether its verb is a participle that has no subject of its own.
    after_quote : bool
        Whether it follows a quotation.
    """

    first: int
    last: int
    before: str
    verbs: list[int] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    within: list[Group] = field(default_factory=list)
    locatives: list[Group] = field(default_factory=list)
    passive: bool = False
    agent: Group | None = None
    bound: bool = False
    as_says: bool = False
    gerund: bool = False
    after_quote: bool = False


class Formula(NamedTuple):
    """A phrase like "according to", and the group that follows it.

    Attributes
    ----------
    first, last : int
        Words, last exclusive; the group is of them.
    segment : int
        The segment that it stands in.
    group : Group or None
        Who is named; None where it is a pronoun.
    said_in : bool
        Whether it needs "it is said" beside it: "in a statement by".
    """

    first: int
    last: int
    segment: int
    group: Group | None
    said_in: bool


@dataclass(slots=True)
class Sentence:
    """A sentence in its parts.

    Attributes
    ----------
    tokens : list of Token
        Its words and marks; what is quoted is one of them.
    words : list of Word
        What each of them can be.
    segments : list of Segment
        In their order.
    formulas : list of Formula
        In their order.
    inside : str
        The marks that end a quotation that goes on in the next sentence.
    free_order : bool
        Whether the subject may follow any verb.
    theirs : frozenset of str
        Words for what belongs to somebody named before: "its", "його".
    """

    tokens: list[Token]
    words: list[Word]
    inside: str
    free_order: bool
    theirs: frozenset[str] = frozenset()
    segments: list[Segment] = field(default_factory=list)
    formulas: list[Formula] = field(default_factory=list)
