"""Mentions of actors in running text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Lock
from typing import NamedTuple

from stancelab.actors.catalogue import Catalogue
from stancelab.actors.choosing import Chooser, Named, mark_compounds
from stancelab.actors.forms import NOBODY, PAIR
from stancelab.actors.language import LanguageReader, language_reader
from stancelab.actors.matching import Scan
from stancelab.actors.normalising import Aligned, normalise
from stancelab.actors.owners import settle_owners
from stancelab.actors.pairs import FARTHEST, pair_before
from stancelab.actors.roles import mark_roles

_TOGETHER = 200_000
"""Characters that are read together: within them, names tell what other names mean."""


class Mention(NamedTuple):
    """Where a text names an actor.

    Attributes
    ----------
    start, end : int
        Character span in the text as it was given, end exclusive.
    actor : str
        The canonical name of the actor.
    how : str
        What it is named by: ``name``, ``capital``, ``seat``, ``adjective``, ``people``,
        ``compound`` (a part of "US-China"), ``role`` (a state named for who speaks for it) or
        ``pair`` ("both countries").
    ambiguous : bool
        Whether the form also means something else.
    inferred : bool
        Whether the actor is not named, but concluded from what was named before.
    """

    start: int
    end: int
    actor: str
    how: str
    ambiguous: bool = False
    inferred: bool = False


class _Part(NamedTuple):
    """A sentence: its place, its clean text, its language and what it names."""

    start: int
    piece: Aligned
    own: LanguageReader
    scan: Scan
    named: Sequence[Named]


class MentionFinder:
    """Finds whom texts name; made once, it keeps what it learnt about words.

    Parameters
    ----------
    catalogue : Catalogue
        The actors and their names.
    ambiguous : bool
        Whether forms count that also mean something else.

    Examples
    --------
    >>> from stancelab.actors.catalogue import read_catalogue
    >>> finder = MentionFinder(read_catalogue())
    >>> for mention in finder.find("Talks between Kyiv and the EU", "en"):
    ...     print(mention.start, mention.end, mention.actor, mention.how)
    14 18 Ukraine capital
    27 29 European Union name
    """

    def __init__(self, catalogue: Catalogue, *, ambiguous: bool = True) -> None:
        self._catalogue = catalogue
        self._ambiguous = ambiguous
        self._chooser = Chooser(catalogue.preferred)
        self._languages: dict[str, LanguageReader] = {}
        self._lock = Lock()

    def find(self, text: str, language: str) -> list[Mention]:
        """Find the actors that a text names.

        Parameters
        ----------
        text : str
            The text, as it is.
        language : str
            Its language, as a BCP 47 tag.

        Returns
        -------
        list of Mention
            In the order of the text, without overlaps.
        """
        pieces = list(_pieces(text))
        found = self._find(pieces, text, [language] * len(pieces), infer=False)
        return [mention for piece in found for mention in piece]

    def find_in_sentences(
        self, text: str, language: str | Sequence[str], sentences: Sequence[tuple[int, int]]
    ) -> list[list[Mention]]:
        """Find the actors that each sentence names, and those that "both countries" stands for.

        Parameters
        ----------
        text : str
            The text, as it is.
        language : str or sequence of str
            Its language, or that of each sentence.
        sentences : sequence of tuple of int
            Where each sentence begins and ends in the text.

        Returns
        -------
        list of list of Mention
            For each sentence, with spans in the text. A phrase for two actors gives one mention
            for each of them, on the same span.

        Examples
        --------
        >>> from stancelab.actors.catalogue import read_catalogue
        >>> text = "Китай і РФ підписали угоду. Обидві країни задоволені."
        >>> finder = MentionFinder(read_catalogue())
        >>> _, found = finder.find_in_sentences(text, "uk", [(0, 27), (28, 53)])
        >>> [(mention.actor, mention.inferred) for mention in found]
        [('China', True), ('Russia', True)]
        """
        tags = [language] * len(sentences) if isinstance(language, str) else list(language)
        return self._find(sentences, text, tags)

    def _find(
        self,
        spans: Sequence[tuple[int, int]],
        text: str,
        tags: Sequence[str],
        infer: bool = True,
    ) -> list[list[Mention]]:
        found: list[list[Mention]] = []
        earlier: list[_Part] = []
        for first, last in _batches(spans):
            parts = self._parts(spans[first:last], text, tags[first:last])
            known = [*earlier, *parts]
            for number in range(len(earlier), len(known)):
                found.append(list(self._mentions(known, number, infer)))
            earlier = known[-FARTHEST:]
        return found

    def _parts(
        self, spans: Sequence[tuple[int, int]], text: str, tags: Sequence[str]
    ) -> list[_Part]:
        """Scan some sentences, and choose by what all of them name."""
        languages = [self._language(tag) for tag in tags]
        pieces = [normalise(text[start:end]) for start, end in spans]
        scanned = [own.scan(piece.text) for own, piece in zip(languages, pieces, strict=True)]
        chosen = self._chooser.choose(scanned)
        return [
            _Part(start, piece, own, scan, self._marked(scan, named, own))
            for (start, _), piece, own, (scan, _), named in zip(
                spans, pieces, languages, scanned, chosen, strict=True
            )
        ]

    def _marked(self, scan: Scan, named: Sequence[Named], own: LanguageReader) -> list[Named]:
        settled = settle_owners(scan, named, own, self._catalogue.actors)
        return mark_roles(scan, mark_compounds(scan, settled), own)

    def _mentions(self, parts: Sequence[_Part], number: int, infer: bool) -> Iterator[Mention]:
        part = parts[number]
        for one in part.named:
            start, end = (part.start + place for place in part.piece.span(one.start, one.end))
            if one.actor == NOBODY and infer:
                near = parts[max(0, number - FARTHEST) : number + 1]
                known = [(earlier.scan, earlier.named) for earlier in near]
                for actor in pair_before(known, one, self._kind_of, part.own.rules.joiners):
                    yield Mention(start, end, actor, PAIR, inferred=True)
            elif one.actor != NOBODY and (self._ambiguous or not one.ambiguous):
                yield Mention(start, end, one.actor, one.how, one.ambiguous)

    def _kind_of(self, actor: str) -> str:
        return self._catalogue.actors[actor].kind

    def _language(self, tag: str) -> LanguageReader:
        found = self._languages.get(tag)
        if found is None:
            with self._lock:
                found = self._languages.get(tag) or language_reader(self._catalogue, tag)
                self._languages[tag] = found
        return found


def _batches(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Cut a long text into runs of sentences that are read together."""
    first = size = 0
    for number, (start, end) in enumerate(spans):
        size += end - start
        if size > _TOGETHER:
            yield first, number + 1
            first, size = number + 1, 0
    if first < len(spans):
        yield first, len(spans)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Cut a long text at its lines, or else at its spaces."""
    start = 0
    while len(text) - start > _TOGETHER:
        limit = start + _TOGETHER
        end = text.rfind("\n", start, limit) + 1 or text.rfind(" ", start, limit) + 1 or limit
        yield start, end
        start = end
    yield start, len(text)
