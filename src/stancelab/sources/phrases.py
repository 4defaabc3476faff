"""Groups of words around a noun in a Ukrainian or Russian sentence, found by agreement."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace

from stancelab.sources.segments import Group
from stancelab.sources.wordlists import WordLists
from stancelab.sources.words import (
    ACCUSATIVE,
    ANY,
    GENITIVE,
    NOMINATIVE,
    PLURAL,
    Word,
    begins,
    cases_of,
)

_PASSED = frozenset({"possessives", "particles"})
"""What may stand between the words of a group: "той же день", "його речник"."""


class Grouping:
    """Finds groups in the words of a sentence."""

    def __init__(self, words: Sequence[Word], verbs: Set[int], lists: WordLists) -> None:
        self._words = words
        self._verbs = verbs
        self._lists = lists
        self._named = [
            "capital" in word.flags and not (begins(words, at) and "known" in word.flags)
            for at, word in enumerate(words)
        ]

    def at(self, first: int, end: int, cases: int = ANY) -> Group | None:
        """Find the longest group that begins at a word and can have one of some cases."""
        words, at, modified = self._words, first, -1
        numbered = False
        while at < end:
            word = words[at]
            if at in self._verbs:
                return None
            if "number" in word.flags:
                numbered = True
            elif word.flags.isdisjoint(_PASSED) or at == first:
                if not word.adjective & cases or self._is_head(at, end, cases):
                    break
                cases &= word.adjective
                modified = at
            at += 1
        if numbered and at > first:
            return self._counted(first, at, end, cases)
        if at < end and words[at].noun & cases:
            return self._extended(first, at, end, cases & words[at].noun)
        if modified >= 0 and at == modified + 1:
            return Group(first, at, modified, cases, words[modified].actor)
        return None

    def _is_head(self, at: int, end: int, cases: int) -> bool:
        """Say whether a word that can be noun and adjective is the noun."""
        word = self._words[at]
        place = at + 1
        while place < end and "particles" in self._words[place].flags:
            place += 1
        if not word.noun & cases or place >= end:
            return bool(word.noun & cases)
        after = self._words[place]
        return not (after.noun | after.adjective) & word.adjective & cases

    def _counted(self, first: int, at: int, end: int, cases: int) -> Group | None:
        """Find a group that begins with a number, which lets its noun have another case."""
        inner = self.at(at, end) if at < end else None
        if inner is None:
            return None
        cases = (inner.cases & PLURAL) | PLURAL | 4 | ACCUSATIVE
        return Group(first, inner.last, inner.head, cases, inner.actor)

    def _extended(self, first: int, head: int, end: int, cases: int) -> Group:
        """Add names, genitives and places that follow the noun."""
        last, inner = head + 1, list[Group]()
        word = self._words[head]
        actor = word.actor or self._named[head]
        while last < end:
            after = self._words[last]
            if last in self._verbs:
                break
            if self._is_name_of(head, last, cases):
                inner.append(Group(last, last + 1, last, after.noun, True))
                cases = cases & after.noun or cases
                last += 1
                continue
            more = None if self._is_bare_name(head) else self._genitive(last, end)
            more = more or self._place(head, last, end)
            if more is None:
                break
            inner += [more, *more.inner]
            last = more.last
        alone = last == head + 1 and first == head  # no common noun with its dependants
        guessed = alone and not actor and "capital" in word.flags and "times" not in word.flags
        group = Group(first, last, head, cases, actor or guessed, guessed, tuple(inner))
        return self._joined(group, end)

    def _is_name_of(self, head: int, at: int, cases: int) -> bool:
        """Say whether a word is the name of what the noun before it means."""
        noun, word = self._words[head], self._words[at]
        if "name" in word.flags:
            return True
        if "capital" not in word.flags or not word.noun:
            return False
        if noun.flags & {"abbreviation", "times"}:
            return False
        named = {"animate", "classifiers"} & noun.flags or self._named[head]
        return bool(named) and "bodies" not in word.flags and bool(word.noun & cases)

    def _is_bare_name(self, head: int) -> bool:
        """Say whether a noun is a name, to which no genitive belongs."""
        flags = self._words[head].flags
        return self._named[head] and flags.isdisjoint(("abbreviation", "animate", "bodies"))

    def _genitive(self, at: int, end: int) -> Group | None:
        """Find whose it is; where the word can be a subject as well, both are kept in mind."""
        group = self.at(at, end, GENITIVE)
        if group is None or "times" in self._words[group.head].flags:
            return None
        free = self.at(at, end)
        if free is not None and free.cases & NOMINATIVE:
            return replace(group, cases=free.cases, actor=free.actor, inner=(free, *free.inner))
        return group

    def _place(self, head: int, at: int, end: int) -> Group | None:
        """Find a place or body that a preposition ties to the noun: "з Лубумбаші"."""
        texts = [word.text for word in self._words[at : at + 2]]
        for phrase in self._lists.phrases["attached_always"].get(texts[0], ()):
            if tuple(texts[: len(phrase)]) == phrase:
                return self._tied(at, len(phrase), end)
        if texts[0] not in self._lists.words["attached"]:
            return None
        group = self._tied(at, 1, end)
        if group is None:
            return None
        named = "capital" in self._words[group.last - 1].flags
        return group if named or "bodies" in self._words[head].flags else None

    def _tied(self, at: int, length: int, end: int) -> Group | None:
        group = self.at(at + length, end) if at + length < end else None
        if group is None or "times" in self._words[group.head].flags:
            return None
        return Group(at, group.last, group.head, 0, False, inner=(group, *group.inner))

    def _joined(self, group: Group, end: int) -> Group:
        """Add a second group after "and"."""
        at = group.last
        if at + 1 >= end or "joins" not in self._words[at].flags:
            return group
        other = self.at(at + 1, end)
        if other is None or not (both := cases_of(group.cases) & cases_of(other.cases)):
            return group
        plural = sum(1 << case * 4 for case in range(6) if both >> case & 1) * PLURAL
        inner = (group, *group.inner, other, *other.inner)
        actor = group.actor and other.actor
        return Group(group.first, other.last, group.head, plural, actor, inner=inner)
