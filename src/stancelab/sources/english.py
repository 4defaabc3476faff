"""The parts of an English sentence, by the order of its words."""

from __future__ import annotations

from stancelab.sources.english_verbs import EnglishVerbs
from stancelab.sources.english_words import EnglishWords
from stancelab.sources.segments import Group, Segment, Sentence
from stancelab.sources.words import NOMINATIVE, PLURAL, Word, begins

_STOPS = frozenset(
    ("prepositions", "joins", "subordinators", "relatives", "contrasts", "adverb", "particles")
) | {"auxiliaries", "mark", "first_person"}
_ARTICLES = frozenset(("the", "a", "an"))
_ROUGHLY = frozenset(("about", "around", "over", "under", "some"))
_PRONOUNS = frozenset(("he", "she", "it", "they"))


class EnglishCutter(EnglishVerbs):
    """Cuts a sentence whose subject stands before its verb."""

    def __init__(self, text: str, inside: str = "") -> None:
        words = EnglishWords.shared()
        super().__init__(text, words, words.lists, inside, free_order=False)

    def group_at(self, at: int, end: int, *, formula: bool = False) -> Group | None:
        """Find a group: determiner, adjectives, noun, and what "of" and "in" tie to it."""
        words, head, place = self.words, -1, at
        if "quote" in words[at].flags:
            return None
        if words[at].flags & _PRONOUNS:
            return Group(at, at + 1, at, words[at].noun, False)
        while place < end and not self._ends_group(place, end, head):
            if words[place].noun or "quote" in words[place].flags:
                head = place
            place += 1
        if head < 0:
            return None
        return self._extended(at, place, head, end)

    def _ends_group(self, at: int, end: int, head: int) -> bool:
        words = self.words
        word = words[at]
        if at in self.verbs or not word.flags.isdisjoint(_STOPS | _PRONOUNS):
            return True
        if head < 0:
            return False
        if "trailing" in word.flags and self.words[at - 1].noun:
            return True
        if "determiners" in word.flags or "times" in word.flags or "times" in words[head].flags:
            return True
        after = words[at + 1] if at + 1 < end else None
        return "gerund" in word.flags and (after is None or not after.noun)

    def _extended(self, first: int, last: int, head: int, end: int) -> Group:
        """Add what follows with a preposition, and a second group after "and"."""
        words = self.words
        word, inner = words[head], list[Group]()
        actor = word.actor or self._is_named(head)
        while words[first].text in _ARTICLES:
            first += 1
        bare = "proper" in word.flags and head == first
        while last + 1 < end and last not in self.verbs:
            text = words[last].text
            if text == "to" and words[last + 1].verb and "capital" not in words[last + 1].flags:
                break
            group = self.group_at(last + 1, end)
            if group is None or "times" in words[group.head].flags:
                break
            if "joins" in words[last].flags and actor and group.actor and not inner:
                inner.append(group)
            elif not (text == "of" and not bare) and not (
                text in self.lists.words["attached"]
                and actor
                and any(map(self._is_named, range(group.first, group.last)))
            ):
                break
            last = group.last
        alone = last == head + 1 and first == head and "times" not in word.flags
        guessed = alone and not actor and "capital" in word.flags
        cases = _genders(word)
        return Group(first, last, head, cases, actor or guessed, guessed, tuple(inner))

    def _is_named(self, at: int) -> bool:
        """Say whether a word is of a name: by its capital, or by itself where all have one."""
        flags = self.words[at].flags
        return "proper" in flags or ("capital" in flags and not begins(self.words, at))

    def is_adverb(self, at: int) -> bool:
        """Say whether a preposition only makes a number rough: "about 200 supporters"."""
        after = self.words[at + 1 : at + 2]
        return self.words[at].text in _ROUGHLY and bool(after) and "number" in after[0].flags

    def add_prepositional(self, segment: Segment, at: int, group: Group) -> None:
        """Keep who did it, where the clause is passive: "was halved by France"."""
        verbs = [verb for verb in segment.verbs if verb < at]
        if self.words[at].text == "by" and group.actor and verbs and segment.passive:
            segment.agent = group


def _genders(word: Word) -> int:
    """Say which pronouns can stand for a noun, as nominatives of these genders."""
    if "bodies" in word.flags:
        return 4 | PLURAL
    if word.actor and word.flags.isdisjoint(("proper", "abbreviation")):
        return 3 | PLURAL
    return NOMINATIVE


def cut_english(text: str, inside: str = "") -> Sentence:
    """Cut a sentence into its parts."""
    return EnglishCutter(text, inside).cut()
