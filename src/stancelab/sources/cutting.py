"""What sentences of all languages have in common: they are cut at their pauses."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping

from stancelab.sources.condensing import DASHES, condensed
from stancelab.sources.segments import Formula, Group, Segment, Sentence
from stancelab.sources.wordlists import WordLists
from stancelab.sources.words import Word

_PAUSES = frozenset(",;:—–-.!?…()")
_REACH = 3
_SMALL = frozenset({"joins", "contrasts", "particles"})


class Cutter(ABC):
    """Cuts one sentence into segments and finds the groups and verbs of each.

    Parameters
    ----------
    text : str
        The sentence.
    words : mapping of str to Word
        What each word can be.
    lists : WordLists
        Those of the language.
    inside : str
        The marks that end a quotation begun before; ``""`` for none.
    free_order : bool
        Whether the subject may follow any verb.
    """

    def __init__(
        self, text: str, words: Mapping[str, Word], lists: WordLists, inside: str, free_order: bool
    ) -> None:
        tokens, found, inside = condensed(text, words, inside)
        self.lists = lists
        self.words = found
        self.verbs: set[int] = set()
        self.sentence = Sentence(tokens, found, inside, free_order, lists.words["possessives"])

    def cut(self) -> Sentence:
        """Give the sentence in its parts."""
        for segment in self._segments():
            self.sentence.segments.append(segment)
            self._tie(segment)
            self.find_verbs(segment)
            self._fill(segment)
        return self.sentence

    @abstractmethod
    def find_verbs(self, segment: Segment) -> None:
        """Find the finite verbs of a segment and put them into ``self.verbs`` too."""

    @abstractmethod
    def group_at(self, at: int, end: int, *, formula: bool = False) -> Group | None:
        """Find the longest group that begins at a word; after a formula, one that fits it."""

    def is_adverb(self, at: int) -> bool:
        """Say whether a preposition is none here."""
        return False

    @abstractmethod
    def add_prepositional(self, segment: Segment, at: int, group: Group) -> None:
        """Keep what is of use in a group that follows a preposition."""

    def _segments(self) -> Iterator[Segment]:
        """Cut at the pauses."""
        first, before = 0, ""
        words = self.words
        for at in range(len(words) + 1):
            mark = words[at].text if at < len(words) else "."
            if mark not in _PAUSES:
                continue
            if at > first:
                yield Segment(first, at, before)
                before = ""
            before += mark
            first = at + 1

    def _tie(self, segment: Segment) -> None:
        """Mark a segment that depends on another, or follows a quotation."""
        words, at = self.words, segment.first
        if "quote" in words[at].flags:
            segment.after_quote = at + 1 < segment.last
        elif segment.before and at > len(segment.before):
            segment.after_quote = self._ends_quoted(segment, at - len(segment.before) - 1)
        while at < segment.last and words[at].flags & _SMALL:
            at += 1
        if at >= segment.last:
            return
        segment.as_says = words[at].text in self.lists.words["as_says"]
        segment.bound |= "subordinators" in words[at].flags or self._relates(at, segment.last)

    def _ends_quoted(self, segment: Segment, before: int) -> bool:
        """Say whether the word before the pause is a quotation that is a sentence by itself."""
        words = self.words
        if "quote" not in words[before].flags or ";" in segment.before:
            return False
        alone = before == 0 or "mark" in words[before - 1].flags
        return alone or not DASHES.isdisjoint(segment.before)

    def _relates(self, at: int, end: int) -> bool:
        """Say whether a clause begins like "who", "of whom", or in free order "частина яких"."""
        for place in range(at, min(at + _REACH, end)):
            flags = self.words[place].flags
            if "relatives" in flags:
                return True
            if not self.sentence.free_order and "prepositions" not in flags:
                return False
        return False

    def _fill(self, segment: Segment) -> None:
        """Find the groups of a segment."""
        words, at = self.words, segment.first
        while at < segment.last:
            if formula := self._formula(at, segment.last):
                self.sentence.formulas.append(formula)
                at = formula.last
            elif at in self.verbs:
                at += 1
            elif "prepositions" in words[at].flags and not self.is_adverb(at):
                at = self._skip_prepositional(segment, at)
            elif group := self.group_at(at, segment.last):
                segment.groups.append(group)
                at = group.last
            else:
                segment.gerund |= "gerund" in words[at].flags
                at += 1

    def _skip_prepositional(self, segment: Segment, at: int) -> int:
        group = self.group_at(at + 1, segment.last) if at + 1 < segment.last else None
        if group is None:
            return at + 1
        self.add_prepositional(segment, at, group)
        return group.last

    def _formula(self, at: int, end: int) -> Formula | None:
        """Find a phrase like "according to" and who follows it."""
        number = len(self.sentence.segments) - 1
        for kind in ("formulas", "said_formulas"):
            for phrase in self.lists.phrases[kind].get(self.words[at].text, ()):
                last = at + len(phrase)
                if last >= end or not self._stands(phrase, at):
                    continue
                group = self.group_at(last, end, formula=True)
                if group is not None:
                    return Formula(at, group.last, number, group, kind == "said_formulas")
        return self._whose(at, end, number)

    def _whose(self, at: int, end: int, number: int) -> Formula | None:
        """Find "за її словами" and "according to her"."""
        words = self.words
        for phrase in self.lists.phrases["whose_formulas"].get(words[at].text, ()):
            last = at + len(phrase) + 1
            if last > end:
                continue
            for place in (at + 1, last - 1):
                rest = [each for each in range(at, last) if each != place]
                told = words[place].text in self.lists.words["whose"]
                if told and tuple(words[each].text for each in rest) == phrase:
                    return Formula(at, last, number, None, False)
        return None

    def _stands(self, phrase: tuple[str, ...], at: int) -> bool:
        return all(self.words[at + k].text == part for k, part in enumerate(phrase))
