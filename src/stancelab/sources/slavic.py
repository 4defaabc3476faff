"""The parts of a Ukrainian or Russian sentence."""

from __future__ import annotations

from stancelab.sources.cutting import Cutter
from stancelab.sources.phrases import Grouping
from stancelab.sources.readings import Readings
from stancelab.sources.segments import Group, Segment, Sentence
from stancelab.sources.words import ANY, GENITIVE, LOCATIVE

_IN = frozenset({"у", "в", "во"})


class SlavicCutter(Cutter):
    """Cuts a sentence whose words agree in case, number and gender."""

    def __init__(self, text: str, language: str, inside: str = "") -> None:
        readings = Readings.of(language)
        super().__init__(text, readings, readings.lists, inside, free_order=True)
        self._grouping = Grouping(self.words, self.verbs, readings.lists)

    def find_verbs(self, segment: Segment) -> None:
        """Find finite verbs; a word that can be a noun is one where another is the verb."""
        places = range(segment.first, segment.last)
        words = self.words
        found = [at for at in places if words[at].verb and not words[at].noun]
        if not found:
            found = [at for at in places if words[at].verb]
        if not found:
            found = [at for at in places if "ready" in words[at].flags]
        segment.verbs = found
        segment.passive = any("passive" in words[at].flags for at in found[:1])
        self.verbs.update(found)

    def group_at(self, at: int, end: int, *, formula: bool = False) -> Group | None:
        """Find a group; after a formula it stands in the genitive."""
        return self._grouping.at(at, end, GENITIVE if formula else ANY)

    def add_prepositional(self, segment: Segment, at: int, group: Group) -> None:
        """Keep the place, and the groups in it that could be ones by themselves."""
        if self.words[at].text in _IN and group.cases & LOCATIVE:
            segment.locatives.append(group)
        segment.within += group.inner


def cut_slavic(text: str, language: str, inside: str = "") -> Sentence:
    """Cut a sentence into its parts."""
    return SlavicCutter(text, language, inside).cut()
