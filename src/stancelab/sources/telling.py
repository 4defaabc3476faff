"""Who tells what stands beside a segment: "…, заявив речник", "…, the minister said"."""

from __future__ import annotations

from stancelab.sources.condensing import DASHES
from stancelab.sources.segments import Group, Segment, Sentence
from stancelab.sources.subjects import Subjects

_CLOSE = 2
"""Words between a verb and the subject after it, in English: "said the minister"."""


class Tellers:
    """Finds who tells the rest of a sentence.

    Parameters
    ----------
    sentence : Sentence
        In its parts.
    subjects : Subjects
        Its subjects.
    """

    def __init__(self, sentence: Sentence, subjects: Subjects) -> None:
        self._words = sentence.words
        self._free_order = sentence.free_order
        self._subjects = subjects

    def teller(
        self, segment: Segment, left: Group | None, right: Group | None, *, after_verb: bool
    ) -> Group | None:
        """Find who tells what stands beside a segment.

        Parameters
        ----------
        segment : Segment
            With the verb of speaking.
        left, right : Group or None
            What could be the subject before and after its verb.
        after_verb : bool
            Whether a verb stands before the segment, which then can be told.
        """
        verb = segment.verbs[0]
        if not self._free_order:
            return self._english_teller(segment, left, right, after_verb)
        if left is not None:
            return None
        if right is None:
            return self._subjects.in_place(segment, verb)
        if self._subjects.certain(right, verb) or segment.after_quote:
            return right
        # It may be whom somebody speaks to: "…, попередила Київ, що …".
        ends = right.last == segment.last and not self.flag_after(segment, "subordinators")
        return right if ends and "joins" not in self._words[segment.first].flags else None

    def _english_teller(
        self, segment: Segment, left: Group | None, right: Group | None, after_verb: bool
    ) -> Group | None:
        """Find who tells in "…, the minister said" and "…, said the minister"."""
        words, verb = self._words, segment.verbs[0]
        if words[segment.first].flags & {"joins", "contrasts"}:
            return None
        if left is not None:
            told = segment.after_quote or after_verb
            tells = words[verb].says and not segment.passive and left is segment.groups[0]
            named = left.actor or self._subjects.is_pronoun(left)
            return left if told and tells and named else None
        if right is None or not right.actor or (after_verb and not words[verb].says):
            return None
        ends = right.last == segment.last or "prepositions" in words[right.last].flags
        close = right.first - verb <= _CLOSE and verb - segment.first < _CLOSE
        return right if ends and close else None

    def mark_after(self, segment: Segment) -> str:
        """Give the mark after a segment; ``""`` where nothing follows."""
        return self._words[segment.last].text if segment.last < len(self._words) else ""

    def flag_after(self, segment: Segment, flag: str) -> bool:
        """Say whether the word after the pause is of a list."""
        return any(flag in word.flags for word in self._words[segment.last + 1 : segment.last + 2])

    def follows_text(self, number: int, segment: Segment) -> bool:
        """Say whether a segment can tell who says what stands before it."""
        marks = set(segment.before)
        return number > 0 and ";" not in marks and not marks.isdisjoint({",", *DASHES})
