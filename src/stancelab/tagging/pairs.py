"""What there is to ask of an article: sentences, the actors that each names, and who speaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from stancelab.articles.sentences import Sentence, before, sentences_of
from stancelab.sources import Persons, find_sources, supported_languages
from stancelab.sources.owning import owners

if TYPE_CHECKING:
    from stancelab.actors.mentions import Mention, MentionFinder
    from stancelab.articles.article import Article

NO_BODIES: Mapping[str, str] = MappingProxyType({})


class Said(NamedTuple):
    """Who speaks or acts in a sentence: in its words, whose that is, and whether they speak."""

    text: str
    owners: tuple[str, ...]
    speaks: bool


class Pair(NamedTuple):
    """A sentence and an actor that it names, ready to be asked about.

    Attributes
    ----------
    start : int
        Where the mention begins in the sentence.
    context : str
        What stands before the sentence, and is shown with it.
    """

    sentence: Sentence
    language: str
    mention: Mention
    start: int
    said: Said
    context: str


class PairFinder:
    """Finds in articles what there is to ask, as `Tagger` describes.

    Parameters
    ----------
    finder : MentionFinder
        Finds the actors.
    actors : collection of str
        Canonical names of those that are asked about; all where there is none.
    context : bool
        Whether the sentence before is shown too.
    bodies : mapping of str to str
        The actors that are bodies of others, and of whom.
    """

    def __init__(
        self,
        finder: MentionFinder,
        *,
        actors: Sequence[str] = (),
        context: bool = False,
        bodies: Mapping[str, str] = NO_BODIES,
    ) -> None:
        self.context = context
        self._finder, self._actors, self._bodies = finder, frozenset(actors), bodies
        self._owners = lru_cache(maxsize=10_000)(self._find_owners)

    def pairs(self, article: Article) -> Iterator[Pair]:
        """Give each sentence once for each actor that it names, in the order of the article."""
        sentences = sentences_of(article)
        languages = [article.blocks[one.block].language for one in sentences]
        mentions = self._mentions(sentences, languages)
        said = self._said(sentences, languages, self._persons(sentences, languages, mentions))
        for at, (sentence, language) in enumerate(zip(sentences, languages, strict=True)):
            earlier = before(sentences, at, article) if self.context else None
            context = f"{earlier.text} " if earlier else ""
            asked: set[str] = set()
            for mention, start in mentions[at]:
                known = mention.actor in asked or self._is_own(said[at], mention.actor)
                if start >= sentence.own and not known and self._is_asked(mention.actor):
                    asked.add(mention.actor)
                    yield Pair(sentence, language, mention, start, said[at], context)

    def _mentions(
        self, sentences: Sequence[Sentence], languages: Sequence[str]
    ) -> list[list[tuple[Mention, int]]]:
        """Find the mentions of each sentence, with where they begin in it."""
        spans, length = [], 0
        for one in sentences:
            spans.append((length, length + len(one.text)))
            length += len(one.text) + 1
        text = "\n".join(one.text for one in sentences)
        found = self._finder.find_in_sentences(text, languages, spans)
        return [
            [(mention, mention.start - start) for mention in own]
            for own, (start, _) in zip(found, spans, strict=True)
        ]

    def _persons(
        self,
        sentences: Sequence[Sentence],
        languages: Sequence[str],
        mentions: Sequence[Sequence[tuple[Mention, int]]],
    ) -> Persons:
        """Learn whom the article introduces; its headline may name them before."""
        persons = Persons(self._bodies)
        for sentence, language, own in zip(sentences, languages, mentions, strict=True):
            if language in supported_languages():
                moved = [
                    mention._replace(start=start, end=start + mention.end - mention.start)
                    for mention, start in own
                ]
                persons.learn(sentence.text, moved, language)
        return persons

    def _said(
        self, sentences: Sequence[Sentence], languages: Sequence[str], persons: Persons
    ) -> list[Said]:
        found = find_sources([one.text for one in sentences], languages)
        said: list[Said] = []
        for source, language in zip(found, languages, strict=True):
            if source is None:
                said.append(Said("", (), False))
                continue
            own = self._owners(source.text, language) or persons.owners(source.text, language)
            said.append(Said(source.text, own, source.how != "subject"))
        return said

    def _find_owners(self, source: str, language: str) -> tuple[str, ...]:
        if language not in supported_languages():
            return ()
        return owners(source, self._finder.find(source, language), language)

    def _is_own(self, said: Said, actor: str) -> bool:
        """Say whether an actor is the one who speaks, itself or by one of its bodies."""
        return said.speaks and any(
            actor in (owner, self._bodies.get(owner)) for owner in said.owners
        )

    def _is_asked(self, actor: str) -> bool:
        return not self._actors or actor in self._actors


def questions(pairs: Sequence[Pair]) -> dict[str, list[str] | list[int]]:
    """Give pairs as columns of a statement table."""
    starts = [len(one.context) + one.start for one in pairs]
    lengths = [one.mention.end - one.mention.start for one in pairs]
    return {
        "text": [one.context + one.sentence.text for one in pairs],
        "actor": [one.mention.actor for one in pairs],
        "mention_start": starts,
        "mention_end": [start + size for start, size in zip(starts, lengths, strict=True)],
        "source": [one.said.text for one in pairs],
        "language": [one.language for one in pairs],
    }
