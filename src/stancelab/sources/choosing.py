"""Who speaks or acts in a sentence, chosen among all whom its parts offer."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from stancelab.sources.segments import Formula, Group, Segment, Sentence
from stancelab.sources.subjects import Subjects
from stancelab.sources.telling import Tellers
from stancelab.sources.words import ACCUSATIVE, NOMINATIVE, PLURAL, genders_of


class Found(NamedTuple):
    """What a sentence says of its source, before sentences are looked at together.

    Attributes
    ----------
    start, end : int
        Where the source is named; -1 and -1 where it is not.
    how : str
        ``"speaker"``, ``"attribution"`` or ``"subject"``; ``"pronoun"`` where a pronoun stands for
        who spoke before; ``"quoted"`` where all of it is quoted; ``""`` where there is none.
    genders : int
        Bits of the genders and numbers that the source, or the pronoun, can have.
    """

    start: int
    end: int
    how: str
    genders: int = NOMINATIVE


_SOMEBODY = Found(-1, -1, "pronoun")
_QUOTED = Found(-1, -1, "quoted")
_NOBODY = Found(-1, -1, "")


class Choice:
    """Looks at the segments of a sentence in their order and keeps who is offered.

    Parameters
    ----------
    sentence : Sentence
        In its parts.
    """

    def __init__(self, sentence: Sentence) -> None:
        self._sentence = sentence
        self._words = sentence.words
        self._subjects = Subjects(sentence)
        self._tellers = Tellers(sentence, self._subjects)
        self._hanging: Group | None = None
        self._subject: Group | None = None
        self._thing: Group | None = None
        self._subject_speaks = False
        self._had_verb = False
        self._attributed: Found | None = None
        self._speaker: tuple[Group, str] | None = None

    def made(self) -> Found:
        """Give who speaks, else who acts."""
        spoken = [word for word in self._words if "mark" not in word.flags]
        if len(spoken) == 1 and "quote" in spoken[0].flags:
            return _QUOTED
        for number, segment in enumerate(self._sentence.segments):
            self._look_at(number, segment)
        return self._best() if spoken else _NOBODY

    def _look_at(self, number: int, segment: Segment) -> None:
        for formula in self._sentence.formulas:
            if formula.segment == number and not self._attributed:
                self._look_at_formula(formula, segment)
        if segment.as_says and self._may_tell(segment):
            self._look_at_as_says(segment)
        if segment.bound or segment.as_says:
            return
        if not segment.verbs and segment.groups and not segment.gerund:
            self._hang(number, segment)
        for order in range(len(segment.verbs)):
            if order == 0 or not (self._subject or self._speaker):
                self._look_at_verb(number, segment, order)
                self._had_verb = True

    def _hang(self, number: int, segment: Segment) -> None:
        """Keep a group without a verb: the verb may follow after an insertion."""
        fitting = [group for group in segment.groups if group.cases & NOMINATIVE]
        if not fitting or self._hanging:
            return
        group = max(fitting, key=lambda each: (each.actor, not each.cases & ACCUSATIVE))
        self._hanging = group
        if number == 0 and self._tellers.mark_after(segment) == ":":
            fixed = "fixed" in self._words[group.head].flags
            named = group.actor and (fixed or not group.guessed)
            if named or self._tellers.flag_after(segment, "quote"):
                self._offer(group)

    def _look_at_verb(self, number: int, segment: Segment, order: int) -> None:
        """Look for the subject of a verb: before it, hanging from before, after it."""
        verb, find = segment.verbs[order], self._subjects
        says = self._words[verb].says and not segment.passive
        left = find.before(segment, segment.verbs[order - 1] + 1 if order else segment.first, verb)
        right = find.after(segment, verb, says or segment.after_quote)
        beside = (says and self._tellers.follows_text(number, segment)) or segment.after_quote
        teller = None
        if beside and order == 0:
            had = self._had_verb
            teller = self._tellers.teller(segment, left, right, after_verb=had)
        if teller is not None:
            self._offer(teller)
            return
        if not self._sentence.free_order:
            right = None
        waiting, place = find.waiting(self._hanging, verb), find.in_place(segment, verb)
        if (left in segment.within and (waiting or place)) or find.rather(right, left, verb):
            left = None
        group = segment.agent or self._enumerated(number, left) or waiting or right or place
        if group is not None and self._subject is None:
            self._keep(group, segment, verb)

    def _keep(self, group: Group, segment: Segment, verb: int) -> None:
        """Keep a subject that acts; a thing only for want of one, where it speaks or has a name."""
        find = self._subjects
        colon = self._tellers.mark_after(segment) == ":" and self._tellers.flag_after(
            segment, "quote"
        )
        speaks = colon or (find.is_speech(verb) and not segment.passive)
        guessed = group.guessed and segment.passive
        if (find.can_act(group, verb) and not guessed) or find.is_pronoun(group):
            self._subject, self._subject_speaks = group, speaks
        elif self._thing is None and not segment.passive:
            self._thing = group if speaks or find.has_name(group, verb) else None

    def _enumerated(self, number: int, group: Group | None) -> Group | None:
        """Add what is enumerated before: "Мальта, Кіпр і Греція"."""
        if group is None or self._hanging is None or group.cases & NOMINATIVE != PLURAL:
            return group
        before = self._sentence.segments[:number]
        if any(each.verbs or each.bound or len(each.groups) != 1 for each in before):
            return group
        return replace(group, first=self._hanging.first)

    def _offer(self, group: Group, how: str = "speaker") -> None:
        self._speaker = self._speaker or (group, how)

    def _may_tell(self, segment: Segment) -> bool:
        """Say whether "as Reuters reports" tells the source of the sentence, by its place."""
        if not self._had_verb or ":" in segment.before:
            return True
        ends = [*segment.verbs, *(group.last - 1 for group in segment.groups)]
        return segment is self._sentence.segments[-1] and segment.last - 1 in ends

    def _look_at_as_says(self, segment: Segment) -> None:
        find = self._subjects
        for verb in segment.verbs:
            if self._words[verb].says:
                left = find.before(segment, segment.first, verb)
                group = find.after(segment, verb, True) or left
                if group is not None and (group.actor or not self._had_verb):
                    self._offer(group, "attribution")

    def _look_at_formula(self, formula: Formula, segment: Segment) -> None:
        """Keep who is named by "according to", where that stands at an end or before the verb."""
        words = self._words
        if formula.segment > 0 and self._sentence.segments[formula.segment - 1].bound:
            return
        if formula.said_in:
            around = words[segment.first : segment.last]
            tells = any("said_in" in word.flags for word in around)
        else:
            before = any(verb < formula.first for verb in segment.verbs) or self._had_verb
            tells = not before or all("mark" in word.flags for word in words[formula.last :])
        if tells and formula.group is None:
            self._attributed = _SOMEBODY
        elif tells and formula.group is not None:
            self._attributed = self._found(formula.group, "attribution")

    def _best(self) -> Found:
        if self._speaker:
            group, how = self._speaker
            if self._subject and self._stands_for(group, self._subject):
                return self._found(self._subject, "speaker")
            return self._found(group, how)
        if self._attributed:
            return self._attributed
        if self._subject and self._subject_speaks:
            return self._found(self._subject, "speaker")
        acting = self._subject or self._thing
        if acting is None or self._words[-1].text == "?":
            return _NOBODY
        return self._found(acting, "subject")

    def _stands_for(self, group: Group, subject: Group) -> bool:
        """Say whether "he", or "its spokesman", goes back to who was named before."""
        if self._subjects.is_pronoun(group):
            return bool(genders_of(subject.cases) & group.cases)
        first = self._words[group.first]
        return group.first > subject.first and first.text in self._sentence.theirs

    def _found(self, group: Group, how: str) -> Found:
        genders = genders_of(group.cases)
        if self._subjects.is_pronoun(group):
            return Found(-1, -1, "pronoun", genders)
        tokens = self._sentence.tokens
        return Found(tokens[group.first].start, tokens[group.last - 1].end, how, genders)
