"""Which group of words is the subject of a verb."""

from __future__ import annotations

from collections.abc import Iterator

from stancelab.sources.segments import Group, Segment, Sentence
from stancelab.sources.words import NOMINATIVE, PLURAL, THIRD_PERSON, begins

_FEMININE, _MASCULINE = 2, 1
_ACCUSATIVE = 12
"""Where the bits of the accusative begin."""
_NAMES = frozenset({"proper", "abbreviation"})


class Subjects:
    """Finds the groups of a sentence that agree with its verbs.

    Parameters
    ----------
    sentence : Sentence
        In its parts.
    """

    def __init__(self, sentence: Sentence) -> None:
        self._words = sentence.words
        self._free_order = sentence.free_order

    def before(self, segment: Segment, start: int, verb: int) -> Group | None:
        """Find the best group between a word and a verb: who can act, what is surely no object."""
        fitting = [
            ((group.actor, own, self.certain(group, verb), self._preferred(group)), group)
            for group, own in _each(segment)
            if start <= group.first < verb and self.agrees(group, verb)
        ]
        if any(own and certain for (_, own, certain, _), _ in fitting):
            fitting = [(rank, group) for rank, group in fitting if rank[1]]
        return max(fitting, key=lambda ranked: ranked[0])[1] if fitting else None

    def after(self, segment: Segment, verb: int, spoken: bool) -> Group | None:
        """Find the first group after a verb that can be no object, or that may well speak."""
        fitting = [g for g in segment.groups if g.first > verb and self.agrees(g, verb)]
        for group in fitting:
            if self.certain(group, verb) or (spoken and group.actor) or self.is_pronoun(group):
                return group
        return fitting[0] if fitting and segment.after_quote else None

    def waiting(self, group: Group | None, verb: int) -> Group | None:
        """Find in a group that still has no verb what agrees with this one."""
        if group is None:
            return None
        return next((each for each in (group, *group.inner) if self.agrees(each, verb)), None)

    def in_place(self, segment: Segment, verb: int) -> Group | None:
        """Find who speaks in "повідомили в міністерстві"."""
        if self._words[verb].verb != PLURAL or not self.is_speech(verb):
            return None
        return next((group for group in segment.locatives if group.actor or group.inner), None)

    def agrees(self, group: Group, verb: int) -> bool:
        """Say whether number and gender let a group be the subject of a verb."""
        word = self._words[verb]
        wanted = word.verb or (word.adjective & NOMINATIVE if "ready" in word.flags else 0)
        if group.cases & wanted:
            return True
        person = "animate" in self._words[group.head].flags  # "сказала головний інженер"
        return person and wanted == _FEMININE and bool(group.cases & _MASCULINE)

    def certain(self, group: Group, verb: int) -> bool:
        """Say whether a group that agrees with a verb can be no object of it."""
        shared = group.cases & self._words[verb].verb
        return not group.cases >> _ACCUSATIVE & (shared or group.cases & NOMINATIVE)

    def rather(self, right: Group | None, left: Group | None, verb: int) -> bool:
        """Say whether the subject is the person after a verb, not the thing before it."""
        if right is None or left is None or (left.actor and not left.guessed):
            return False
        return right.actor and not right.guessed and self.certain(right, verb)

    def is_speech(self, verb: int) -> bool:
        """Say whether a verb tells that somebody speaks."""
        word = self._words[verb]
        return word.says or "acts" in word.flags

    def is_pronoun(self, group: Group) -> bool:
        """Say whether a group is "he", "she" or "they"."""
        return bool(self._words[group.head].flags & THIRD_PERSON)

    def can_act(self, group: Group, verb: int) -> bool:
        """Say whether a subject is one that acts."""
        return group.actor and not (group.guessed and "happens" in self._words[verb].flags)

    def has_name(self, group: Group, verb: int) -> bool:
        """Say whether a thing has a name, as "the affiliate of Boko Haram", and does something."""
        words = self._words
        if "happens" in words[verb].flags:
            return False
        return any(
            words[at].flags & _NAMES or ("capital" in words[at].flags and not begins(words, at))
            for at in range(group.first, group.last)
        )

    def _preferred(self, group: Group) -> int:
        """Rank what is as good by length, where order is free, else by place."""
        return group.last - group.first if self._free_order else -group.first


def _each(segment: Segment) -> Iterator[tuple[Group, bool]]:
    """Give groups, and those in them, with whether they stand by themselves."""
    for group in segment.groups:
        yield group, True
        for inner in group.inner:
            yield inner, False
    for group in segment.within:
        yield group, False
