"""The verbs of an English sentence, told from nouns and participles by what stands beside them."""

from __future__ import annotations

from stancelab.sources.cutting import Cutter
from stancelab.sources.segments import Segment

_HAVING = frozenset(("having", "being"))
_OPEN = frozenset(("determiners",))


class EnglishVerbs(Cutter):
    """The part of an English cutter that finds verbs."""

    def find_verbs(self, segment: Segment) -> None:
        """Find the finite verb, as the last word of its chain: "would neither adopt"."""
        found: list[int] = []
        at = segment.first
        while at < segment.last:
            if self._can_be_verb(segment, at):
                first, at = at, self._chain(at, segment.last)
                found.append(at)
                self.verbs.update(range(first, at + 1))
            at += 1
        found = self._bare_verb(segment, found) + found
        self.verbs.update(found)
        segment.verbs = self._main_verb(segment, found)
        segment.passive = any(self._is_passive(verb) for verb in segment.verbs)
        if "gerund" in self.words[segment.first].flags and segment.last < len(self.words) - 1:
            tie = self._tied_from(segment)
            segment.bound |= all(verb > tie for verb in segment.verbs)

    def _main_verb(self, segment: Segment, found: list[int]) -> list[int]:
        """Leave out participles, and the verbs of what is tied by "who" or "that"."""
        tie = self._tied_from(segment)
        before = [verb for verb in found if verb < tie]
        if before:
            if len(before) > 1 and self._is_reduced(before[0], before[1]):
                before.pop(0)
            return before[:1]
        relative = tie < segment.last and tie > segment.first
        return found[1:2] if relative else found[:1]

    def _tied_from(self, segment: Segment) -> int:
        """Say where inside a segment a clause begins that depends on it."""
        for at in range(segment.first + 1, segment.last):
            flags = self.words[at].flags
            if flags & {"subordinators", "relatives"} and self.words[at - 1].flags.isdisjoint(
                ("joins", "contrasts", "prepositions")
            ):
                return at
        return segment.last

    def _can_be_verb(self, segment: Segment, at: int) -> bool:
        """Say whether a word is a finite verb, or a participle that may be one."""
        word = self.words[at]
        if not word.verb or "capital" in word.flags:
            return False
        before = self.words[at - 1].flags if at > segment.first else frozenset[str]()
        before -= _OPEN if "particles" in before else frozenset()
        if before & {"determiners", "possessives"} or (at and self.words[at - 1].text in _HAVING):
            return False
        if "finite" in word.flags:
            return True
        if "past" not in word.flags or "prepositions" in before:
            return False
        return not self._modifies(segment.first, at, segment.last)

    def _modifies(self, first: int, at: int, end: int) -> bool:
        """Say whether a participle stands before its noun: "newly appointed judges"."""
        words = self.words
        if at + 1 >= end or not words[at + 1].noun or self._waits():
            return False
        return not any(word.noun or "quote" in word.flags for word in words[first:at])

    def _chain(self, at: int, end: int) -> int:
        """Follow auxiliaries and adverbs to the main verb."""
        words = self.words
        if "auxiliaries" not in words[at].flags:
            return at
        last, place = at, at + 1
        while place < end:
            word = words[place]
            if "auxiliaries" in word.flags:
                last = place
            elif word.verb:
                return place
            elif word.flags.isdisjoint(("adverb", "particles")):
                break
            place += 1
        return last

    def _bare_verb(self, segment: Segment, found: list[int]) -> list[int]:
        """Find a verb in its base form before the others: "residents say they were told"."""
        words = self.words
        end = min(*found[:1], self._tied_from(segment), segment.last)
        if end > segment.first and "base" in words[segment.first].flags and self._waits():
            return [segment.first]
        fitting = [at for at in range(segment.first + 1, end) if self._follows_noun(at)]
        sure = [at for at in fitting if "nouns_too" not in words[at].flags]
        return (sure or ([] if found and found[0] == end else fitting))[:1]

    def _follows_noun(self, at: int) -> bool:
        word, before = self.words[at], self.words[at - 1]
        if "base" not in word.flags or "capital" in word.flags:
            return False
        if "adverb" in before.flags:
            return True
        if not before.noun or "possessives" in before.flags:
            return False
        joined = any("joins" in each.flags for each in self.words[max(0, at - 4) : at])
        third = word.text.endswith("s") and not word.text.endswith("ss")
        return "nouns_too" not in word.flags or third != (joined or before.text[-1:] == "s")

    def _waits(self) -> bool:
        """Say whether a group before still has no verb."""
        free = [each for each in self.sentence.segments[:-1] if not each.bound]
        return any(each.groups for each in free) and not any(each.verbs for each in free)

    def _is_reduced(self, first: int, second: int) -> bool:
        """Say whether the first is a participle: "visas reserved for officials were halved"."""
        words = self.words
        if "past" not in words[first].flags or words[first].says:
            return False
        at = first + 1
        while at < second and at not in self.verbs:
            if words[at].flags & {"joins", "subordinators", "relatives", "contrasts"}:
                return False
            if "prepositions" not in words[at].flags and words[at].noun:
                return False
            group = None
            if "prepositions" in words[at].flags:
                group = self.group_at(at + 1, second)
            at = group.last if group else at + 1
        return True

    def _is_passive(self, verb: int) -> bool:
        """Say whether a verb stands at the end of a chain with "be": "was halved"."""
        words, at = self.words, verb - 1
        while at in self.verbs:
            if "be" in words[at].flags:
                return not words[verb].flags.isdisjoint(("past", "finite"))
            at -= 1
        return False
